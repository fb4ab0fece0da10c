"""Tables that nobody asked for and that could not tell anything: of more regions than there are people for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.suppression.release import COUNTED
from gcrm.stage import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.cube.suppression.census import Census
    from gcrm.cube.suppression.release import Table

#: Tables of up to so many cells are always given out: they take no time, and tell at least where nobody is.
_FEW = 500


def without_thin(
    census: Census, tables: Sequence[Table], min_count: int
) -> tuple[tuple[Table, ...], tuple[Finding, ...]]:
    """Leave out tables that gcrm.toml does not name, where most of the cells that hold anybody would be withheld.

    Parameters
    ----------
    census
        Counts the tables.
    tables
        The tables that could be given out.
    min_count
        k: a cell in which no count reaches it would be withheld.

    Returns
    -------
    tuple
        The tables that are given out, and a finding for each that is not.
    """
    kept, findings = [], []
    for table in tables:
        cells, small = (0, 0) if table.declared else _sizes(census, table, min_count)
        if cells > _FEW and 2 * small > cells:
            detail = (
                f"Counts by {' and '.join(table.by)} are not given out: in {small:,} of {cells:,} cells they are below "
                f"{min_count}. Tables under [releases] in gcrm.toml are given out all the same."
            )
            findings.append(Finding("thin", "releases", small, detail))
        else:
            kept.append(table)
    return tuple(kept), tuple(findings)


def _sizes(census: Census, table: Table, min_count: int) -> tuple[int, int]:
    """Return how many cells of a table hold anybody, and in how many of them every count is small."""
    faces = [census.face(table, fact) for fact in census.facts(table)]
    if not faces:
        return 0, 0
    counts = [face.counts[COUNTED[fact][0]] for fact, face in zip(census.facts(table), faces, strict=True)]
    fullest = np.max(counts, axis=0)
    return int((fullest > 0).sum()), int(((fullest > 0) & (fullest < min_count)).sum())
