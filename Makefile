# The first Python that is new enough; name another with make PYTHON=…
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done || echo python3)
PY := .venv/bin/python
PYTEST := $(PY) -m pytest

.DEFAULT_GOAL := help
.PHONY: help run test quick test-deep check bench bench-matching bench-seating screens messages css manage clean venv venv-dev

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

venv:
	@$(PYTHON) devtools/venv.py requirements.txt requirements-demo.txt

venv-dev:
	@$(PYTHON) devtools/venv.py requirements-dev.txt

run: venv ## the whole club on this machine, with its own database and demo accounts
	@exec $(PY) -m devtools.run --with-parent

test: venv-dev ## everything: checks, unit tests, races, journeys in a browser (a quarter of an hour on two cores)
	@$(PYTEST) -n 2 --dist loadgroup

quick: venv-dev ## what one runs every few minutes: no browser, no races, nothing slow
	@$(PYTEST) -q -m "not journey and not concurrency and not slow"

test-deep: venv-dev ## as test, with the full number of rounds and examples
	@DEEP=1 $(PYTEST) -n 2 --dist loadgroup

check: venv-dev ## linters, types, import floors, migrations, messages, deploy settings (a part of test)
	@$(PY) -m devtools.checks

bench: venv-dev ## speed beside a bare Django floor, in one run; an impression with ARGS=--quick
	@$(PY) -m devtools.bench $(ARGS)

bench-seating: venv-dev ## years at the table, simulated, against what is promised (three minutes; ARGS=--quick)
	@$(PY) -m devtools.seating $(ARGS)

bench-matching: venv-dev ## how well and how fast needs find offers; DATA=folder with the labelled sets
	@$(PY) -m devtools.matching $(if $(DATA),--data $(DATA)) $(ARGS)

screens: venv-dev ## pictures of every page, with a contact sheet, in screens/
	@$(PY) -m devtools.screens

messages: venv-dev ## bring the message catalogues up to date, compile and check them
	@$(PY) -m devtools.messages extract
	@$(PY) -m devtools.messages compile
	@$(PY) -m devtools.messages check

css: venv-dev ## build the stylesheet
	@$(PY) -m devtools.css

manage: ## a Django command on the running club: make manage ARGS="verify"
	@test -f var/run.env || { echo "Nothing is running: make run first."; exit 1; }
	@set -a; . var/run.env; set +a; exec $(PY) manage.py $(ARGS)

clean: ## forget the demo data and all that was built; the next run starts afresh
	@$(PYTHON) -m devtools.clean
