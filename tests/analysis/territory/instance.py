"""Published instances of commercial territory design, and what they are known to cost at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory import Rules, Units

if TYPE_CHECKING:
    from pathlib import Path

ACTIVITIES = ("customers", "demand", "workload")


def read(path: Path) -> tuple[Units, Rules]:
    """Read a file: units, borders, and how many territories within which bands."""
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    size = int(lines[0][0])
    rows = lines[1 : size + 1]
    borders = lines[size + 2 : size + 2 + int(lines[size + 1][0])]
    count, _, *bands = lines[size + 2 + len(borders)]
    table = np.array([[float(v) for v in row[1:6]] for row in rows])
    units = Units(
        [row[0] for row in rows],
        table[:, 0],
        table[:, 1],
        {name: table[:, 2 + i] for i, name in enumerate(ACTIVITIES)},
        [(a, b) for a, b, *_ in borders],
    )
    return units, Rules(int(count), {name: float(b) for name, b in zip(ACTIVITIES, bands, strict=False)})
