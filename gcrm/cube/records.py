"""Records behind a question: the customers or prospects that a filter leaves, as points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.cube import query as queries
from gcrm.cube.ask import resolve, whole_range
from gcrm.cube.compile import Parameters, condition
from gcrm.cube.model import MEASURES, dimensions
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

#: What can be shown as points -> its table and key.
KINDS = {"customers": ("dim_customer", "customer_id"), "prospects": ("dim_prospect", "prospect_id")}
#: Match levels whose point is the address itself; a street's or postcode's centre is nobody's home.
POINT_LEVELS = ("given", "exact", "parcel")


@dataclass(frozen=True)
class Points:
    """Records that are known to the address, for a map.

    Attributes
    ----------
    table
        One row per record: id, name, segment, lon, lat, match_level.
    shown, total
        Rows in the table, and records that the filters leave in all.
    without_location
        Records among `total` whose address is not known to the point: they are in no map.
    """

    table: pa.Table
    shown: int
    total: int
    without_location: int


def records(
    reader: Reader,
    *,
    scope: Scope,
    kind: str,
    where: Mapping[str, str | Sequence[str | None] | None] | None,
    period: queries.PeriodWord,
    limit: int,
) -> Points:
    """Select the records of one kind that are active at the end of a period.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    kind
        A key of `KINDS`.
    where, period
        See `query.check` and `query.parse_period`.
    limit
        Most records to return; the first by id.

    Returns
    -------
    Points
        The records known to the point, and how many are not among them.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single records; ask for figures by region instead."
        raise AccessError(msg)
    if kind not in KINDS:
        msg = f"There are no points of '{kind}'.{near(kind, KINDS)}"
        raise QueryError(msg)
    table, key = KINDS[kind]
    con, known = reader.cursor(), dimensions(reader.settings)
    days = queries.parse_period(period, whole_range(con))
    query = queries.check([next(iter(MEASURES))], [], where or {}, days, "none", known)
    given = Parameters()
    tests = [condition(d, keys, given) for d, keys in resolve(con, query, scope, known)]
    given.values |= {"last": days.last, "levels": list(POINT_LEVELS)}
    source = f"""
        FROM warehouse.{table} AS f
        LEFT JOIN warehouse.dim_location AS l ON l.location_id = f.location_id
        LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id
        WHERE coalesce(f.since <= $last, TRUE) AND $last < coalesce(f.until, DATE '9999-12-31')
    """ + "".join(f" AND {test}" for test in tests)
    at_point = "coalesce(list_contains($levels, l.match_level), FALSE)"
    counts = con.execute(f"SELECT count(*), count(*) FILTER (NOT {at_point}) {source}", given.values).fetchone()
    total, without = counts or (0, 0)
    text = f"SELECT f.{key} AS id, f.name, f.segment, l.lon, l.lat, l.match_level {source} AND {at_point}"
    found = con.execute(f"{text} ORDER BY f.{key} LIMIT $limit", {**given.values, "limit": limit}).to_arrow_table()
    return Points(found, found.num_rows, total, without)
