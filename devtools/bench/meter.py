"""What processes cost: CPU and memory of a process and all its children, from /proc (Linux; elsewhere nothing)."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
MEASURES = (PROC / "self" / "stat").exists()


def _stats() -> dict[int, tuple[int, int]]:
    """pid → (parent, ticks of user and system time, its own and those of children that ended)."""
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                # The name in brackets may hold anything; numbers start after the last bracket.
                words = (entry / "stat").read_text().rpartition(") ")[2].split()
            except OSError:
                continue
            found[int(entry.name)] = int(words[1]), sum(map(int, words[11:15]))
    return found


def family(root: int) -> list[int]:
    """The process and everything it started, while they live."""
    stats = _stats() if MEASURES else {}
    members, todo = [], [root]
    while todo:
        pid = todo.pop()
        members.append(pid)
        todo += [child for child, (parent, _) in stats.items() if parent == pid]
    return members


def cpu(roots: list[int]) -> float:
    """Seconds of CPU so far; a difference over seconds of work is exact to a hundredth of a second."""
    if not MEASURES:
        return 0.0
    pids = [pid for root in roots for pid in family(root)]
    stats = _stats()
    return sum(stats[pid][1] for pid in pids if pid in stats) / TICK


def memory(pid: int) -> float:
    """Resident megabytes of one process, with all that it shares."""
    return _megabytes(pid, "status", "VmRSS:")


def memory_of_all(root: int) -> float:
    """Megabytes of a process and everything it started; what they share counts once."""
    return sum(_megabytes(pid, "smaps_rollup", "Pss:") for pid in family(root))


def _megabytes(pid: int, file: str, name: str) -> float:
    try:
        lines = (PROC / str(pid) / file).read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith(name)), 0.0)
