"""What gunicorn's master loads before it forks: everything the workers can share, and nothing they must not."""

import json
import subprocess
import sys

LOOK = """
import gc, json, sys
import community.wsgi
from django.conf import settings
from django.db import connection
from django.template import engines
from django.utils.translation import trans_real
print(json.dumps({
    "frozen": gc.get_freeze_count() > 100_000,
    "views": "community.billing.views.treasury" in sys.modules,
    "languages": {code for code, _ in settings.LANGUAGES} == set(trans_real._translations),
    "engine": "template_loaders" in vars(engines["django"].engine),
    "celery": not {"celery", "kombu"}.isdisjoint(sys.modules),
    "connected": connection.connection is not None,
}))
"""


def test_views_languages_and_the_template_engine_are_there_before_the_fork_celery_and_a_connection_are_not():
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.strip().rpartition("\n")[2]) == {
        "frozen": True, "views": True, "languages": True, "engine": True, "celery": False, "connected": False,
    }  # fmt: skip
