"""Regions of a partition whose validities overlap in part: who has a point, and when.

At every moment a point belongs to the lowest `region_id` among the regions valid then, so a region keeps the parts of
its validity that no lower region claims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.conform.layer import dates
from gcrm.conform.table import insert

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.conform.layer import Layer

Period = tuple[int, int]


def share(periods: Sequence[Period]) -> list[list[Period]]:
    """Give each day to the first of several claimants.

    Parameters
    ----------
    periods
        First day and first day no longer, per claimant, in order of precedence.

    Returns
    -------
    list
        The periods that each claimant gets, in order of time; none where others have it all.
    """
    taken: list[Period] = []
    shares = []
    for period in periods:
        left = [period]
        for start, end in taken:
            left = [
                (a, b)
                for since, until in left
                for a, b in ((since, min(until, start)), (max(since, end), until))
                if a < b
            ]
        shares.append(left)
        taken.append(period)
    return shares


def write_shares(con: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    """Write which regions cover each point, and what each gets when these regions do: `conform_clash`, `conform_share`.

    Parameters
    ----------
    con
        Connection on which the assignment runs; its table `conform_hit` is read.
    layer
        The layer that the points are assigned to.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_clash AS "
        "SELECT point_id, list(region_key ORDER BY region_key) AS regions FROM conform_hit GROUP BY point_id"
    )
    rows: list[tuple[list[int], int, int, int]] = []
    for (regions,) in con.execute("SELECT DISTINCT regions FROM conform_clash").fetchall():
        at = np.searchsorted(layer.region_key, regions)
        periods = list(zip(layer.valid_from[at].tolist(), layer.valid_to[at].tolist(), strict=True))
        for key, kept in zip(regions, share(periods), strict=True):
            rows.extend((regions, key, since, until) for since, until in kept)
    table = pa.table(
        {
            "regions": pa.array([r[0] for r in rows], pa.list_(pa.int32())),
            "region_key": pa.array([r[1] for r in rows], pa.int32()),
            "valid_from": dates(np.array([r[2] for r in rows], np.int64)),
            "valid_to": dates(np.array([r[3] for r in rows], np.int64)),
        }
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_share "
        "(regions INTEGER[], region_key INTEGER, valid_from DATE, valid_to DATE)"
    )
    insert(con, "conform_share", "SELECT * FROM arrow_rows", table)
