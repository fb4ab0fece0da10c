"""Records behind a question: the customers or prospects that a filter leaves, as part of a statement or as points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.cube import query as queries
from gcrm.cube.compile import Parameters, condition
from gcrm.cube.ground import whole_range
from gcrm.cube.member import resolve
from gcrm.cube.model import FACTS, MEASURES, model_of
from gcrm.cube.question import PeriodWord, Question
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

#: What can be shown as points -> its table and key.
KINDS = {"customers": ("dim_customer", "customer_id"), "prospects": ("dim_prospect", "prospect_id")}
#: Precisions that may be drawn (see `gcrm/geocode/key_macro.sql`): the centre of a street or postcode is nobody's home.
POINTS = ("building", "near")


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


@dataclass(frozen=True)
class Chosen:
    """The records that a filter leaves, before anything is made of them.

    Attributes
    ----------
    con
        Connection over the snapshot.
    source
        SQL behind `FROM`: `f` is the record, `l` its place (dim_location), `p` the place's regions (location_path).
    condition
        SQL behind `WHERE`.
    values
        Values of the `$name` parameters in `condition`.
    key
        Column that identifies a record.
    days
        First and last day of the period.
    """

    con: duckdb.DuckDBPyConnection
    source: str
    condition: str
    values: dict[str, Any]
    key: str
    days: queries.Period


def choose(
    reader: Reader,
    *,
    scope: Scope,
    kind: str,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
    active: bool = True,
) -> Chosen:
    """Choose the records of one kind.

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
    active
        Only those active at the end of the period.

    Returns
    -------
    Chosen
        The records, as the rest of a statement.

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
        msg = f"There are no records of '{kind}'.{near(kind, KINDS)}"
        raise QueryError(msg)
    table, key = KINDS[kind]
    con, model = reader.cursor(), model_of(reader.settings)
    days = queries.parse_period(period, whole_range(con))
    query = queries.check(Question((next(iter(MEASURES)),), where=where or {}), days, model)
    source = FACTS[kind.removesuffix("s")]
    given = Parameters()
    tests = [condition(source, d, keys, given) for d, keys in resolve(con, query, scope, model.dimensions)]
    if active:
        given.values |= {"last": days.last}
        tests += ["coalesce(f.since <= $last, TRUE)", "$last < coalesce(f.until, DATE '9999-12-31')"]
    text = f"""warehouse.{table} AS f
        LEFT JOIN warehouse.dim_location AS l ON l.location_id = f.location_id
        LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id"""
    return Chosen(con, text, " AND ".join(tests) or "TRUE", given.values, key, days)


def records(
    reader: Reader,
    *,
    scope: Scope,
    kind: str,
    where: Mapping[str, str | Sequence[str | None] | None] | None,
    period: PeriodWord,
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
    chosen = choose(reader, scope=scope, kind=kind, where=where, period=period)
    con, values = chosen.con, chosen.values | {"points": list(POINTS)}
    at_point = "coalesce(list_contains($points, l.precision), FALSE)"
    base = f"FROM {chosen.source} WHERE {chosen.condition}"
    counts = con.execute(f"SELECT count(*), count(*) FILTER (NOT {at_point}) {base}", values).fetchone()
    total, without = counts or (0, 0)
    text = f"SELECT f.{chosen.key} AS id, f.name, f.segment, l.lon, l.lat, l.match_level {base} AND {at_point}"
    found = con.execute(f"{text} ORDER BY f.{chosen.key} LIMIT $limit", {**values, "limit": limit}).to_arrow_table()
    return Points(found, found.num_rows, total, without)
