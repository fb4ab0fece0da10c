"""How sure region counts are: how many of a region's customers might belong next door.

A place is known up to its error. Where the circle of that error reaches over the border of the region, everybody at the
place may belong elsewhere: they are counted (`up_to`), and the share of the circle outside says how many are expected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.cube.model import dimensions
from gcrm.cube.records import choose
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader


def uncertainty(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    kind: str = "customers",
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
) -> pa.Table:
    """Return, for each region of a level, how many of its customers might belong next door.

    Parameters
    ----------
    reader
        The snapshot.
    level
        Name of the level.
    scope
        Who asks; it needs record rights, since the figures would tell small counts.
    kind
        `customers` or `prospects`, active at the end of the period.
    where, period
        As in `gcrm.cube.ask.ask`.

    Returns
    -------
    pa.Table
        One row per region with a record, by region_id: region_id, name, records (of the region, as counted),
        up_to (of them, those whose error reaches over its border), expected (sum of the shares of their circles
        outside, as if each place in a circle were equally likely).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or the level is none of regions.
    """
    known = [d.name for d in dimensions(reader.settings).values() if d.kind in {"region", "area"}]
    if level not in known:
        msg = f"There is no level '{level}'.{near(level, known)}"
        raise QueryError(msg)
    chosen = choose(reader, scope=scope, kind=kind, where=where, period=period)
    text = f"""
        WITH record AS (
            SELECT f.location_id FROM {chosen.source} WHERE {chosen.condition} AND f.location_id IS NOT NULL
        )
        SELECT c.region_id, c.name, count(*) AS records, count(u.location_id) AS up_to,
            coalesce(sum(round(u.share_outside, 6)::DECIMAL(18, 6)), 0)::DOUBLE AS expected
        FROM record AS r
        INNER JOIN warehouse.bridge_location_region AS b ON b.location_id = r.location_id
        INNER JOIN cube.current_region AS c ON c.region_key = b.region_key AND c.level = $level
        LEFT JOIN conform.location_uncertain AS u ON u.location_id = b.location_id AND u.region_key = b.region_key
        GROUP BY c.region_id, c.name
        ORDER BY c.region_id
    """
    return chosen.con.execute(text, {**chosen.values, "level": level}).to_arrow_table()
