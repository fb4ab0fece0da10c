"""What has been asked so far: sets of dimensions counted in one small file of a project, read at its next build.

The file names dimensions and facts; a member, a filter's value, a figure or a person is never in it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gcrm.cube.compile.calendar import shift
from gcrm.cube.compile.need import need_of
from gcrm.cube.cuboid.column import column_of, is_kept, needs_proof
from gcrm.cube.model import FACTS
from gcrm.cube.plan import by_fact, demands, grouping_sets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gcrm.cube.plan import Plan

#: The file, in the project's folder of snapshots.
FILE = "asked.json"
#: Most sets that the file holds: those asked most often.
_MOST = 500
#: Seconds between two writes of a process.
_PAUSE_S = 5.0


@dataclass(frozen=True, order=True)
class Asked:
    """What a cuboid must hold to answer a figure.

    Attributes
    ----------
    fact
        Name of the fact.
    dimensions
        Names of the dimensions that are grouped or filtered by, in order.
    grain
        The longest stretches of time that the days asked for are made of: `month`, `day` or `ends`.
    figure
        Column of the count of different things that is asked; empty for sums and counts of records.
    areas
        True where overlapping areas are named.
    """

    fact: str
    dimensions: tuple[str, ...]
    grain: str
    figure: str = ""
    areas: bool = False


def asked_of(plan: Plan) -> set[Asked]:
    """Return what cuboids must hold to answer a plan.

    Parameters
    ----------
    plan
        The question with its keys resolved.

    Returns
    -------
    set of Asked
        Empty where no cuboid can.
    """
    if plan.places or plan.geography.kind != "is":
        return set()
    known = plan.model.dimensions
    return {
        Asked(
            fact, tuple(sorted(need.read)), need.grain, column_of(measure) if needs_proof(measure) else "", need.areas
        )
        for frame, measures in demands(plan).items()
        for (fact, _), group in by_fact(plan, measures).items()
        if fact in FACTS
        for kept in grouping_sets(plan.query)
        for need in [need_of(plan, frame, fact, kept, shift(plan, frame))]
        if need.read <= known.keys()
        for measure in group
        if is_kept(measure)
    }


class Ledger:
    """Counts what is asked of a project, and adds it to the project's file now and then. Safe in several threads.

    Attributes
    ----------
    path
        The file.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._waiting: Counter[Asked] = Counter()
        self._written_at = float("-inf")

    def note(self, plan: Plan | None) -> None:
        """Count a plan that was answered, where the snapshot has cuboids.

        Parameters
        ----------
        plan
            The question with its keys resolved; null where only tables that are given out may be asked.
        """
        if plan is None or not plan.catalogue.cuboids:
            return
        found = asked_of(plan)
        with self._lock:
            if not self._waiting:
                atexit.register(self.flush)
            self._waiting.update(found)
            due = time.monotonic() - self._written_at > _PAUSE_S
        if due:
            self.flush()

    def flush(self) -> None:
        """Add what waits to the file; a folder that cannot be written, such as a reader's, stays as it is."""
        with self._lock:
            atexit.unregister(self.flush)
            waiting, self._waiting = self._waiting, Counter()
            self._written_at = time.monotonic()
            if waiting:
                with contextlib.suppress(OSError):  # it is a hint for the builder, and no reader's business
                    _write(self.path, read(self.path.parent) + waiting)


def read(folder: Path) -> Counter[Asked]:
    """Read what has been asked of a project.

    Parameters
    ----------
    folder
        The project's folder of snapshots.

    Returns
    -------
    Counter of Asked
        How often; empty where nothing was asked, or the file is not whole: it is only a hint.
    """
    try:
        rows = json.loads((folder / FILE).read_text(encoding="utf-8"))["asked"]
        return Counter({_asked(row): int(row["times"]) for row in rows if int(row["times"]) > 0})
    except (OSError, ValueError, KeyError, TypeError):
        return Counter()


def _asked(row: Mapping[str, Any]) -> Asked:
    words = (row["fact"], row["grain"], row["figure"], *row["dimensions"])
    if not all(isinstance(word, str) for word in words):
        raise TypeError
    return Asked(row["fact"], tuple(row["dimensions"]), row["grain"], row["figure"], bool(row["areas"]))


def _write(path: Path, counts: Counter[Asked]) -> None:
    """Write the file whole: under another name, which then takes its place."""
    rows = [{**asdict(asked), "times": times} for asked, times in counts.most_common(_MOST)]
    draft = path.with_name(f".{path.name}-{os.getpid()}.tmp")
    try:
        draft.write_text(json.dumps({"asked": rows}, indent=0), encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
