"""Whether seats and tables are given as well as promised: simulated years, measured against the bars."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One promise: what was measured, what was promised, and whether it is kept."""

    says: str
    measured: str
    kept: bool
