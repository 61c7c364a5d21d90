"""What a production machine has installed: everything requirements.txt brings, and nothing else."""

import re
from importlib import metadata

from packaging.requirements import Requirement

from devtools.services import CLONE


def packages() -> dict[str, metadata.Distribution]:
    """Name → distribution, with everything these need in turn."""
    lines = [raw.partition("#")[0].strip() for raw in (CLONE / "requirements.txt").read_text().splitlines()]
    todo = [Requirement(line) for line in lines if line]
    seen: set[tuple[str, str]] = set()
    found: dict[str, metadata.Distribution] = {}
    while todo:
        requirement = todo.pop()
        name = _plain(requirement.name)
        found[name] = metadata.distribution(name)
        for extra in {"", *requirement.extras} - {extra for n, extra in seen if n == name}:
            seen.add((name, extra))
            wanted = map(Requirement, found[name].requires or [])
            todo += [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})]
    return found


def absent() -> list[str]:
    """Modules that are here only because somebody develops here."""
    there = packages()
    modules = metadata.packages_distributions().items()
    return sorted(module for module, names in modules if not there.keys() & {_plain(name) for name in names})


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
