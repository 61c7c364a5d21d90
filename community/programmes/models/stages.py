"""Stages by their names. They are kept with the applications; here their codes are stored."""

from collections.abc import Iterable


def named(stages: Iterable[str]) -> list[str]:
    """In the order of the stages, in the reader's language; what is no stage is left out."""
    from community.members.selectors.stages import STAGES  # the lists of that floor need its tables to be ready

    chosen = set(stages)
    return [str(name) for code, name in STAGES if code in chosen]
