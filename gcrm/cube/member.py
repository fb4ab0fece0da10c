"""Members in words become the keys by which the cube tells them apart: regions, cells and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h3
import pyarrow.compute as pc

from gcrm import sql
from gcrm.cube.compile import Parameters
from gcrm.cube.compile.base import column
from gcrm.cube.geography import TODAY, Geography
from gcrm.cube.model import FACTS
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube import query as queries
    from gcrm.cube.model import Dimension

#: Attribute -> the column that lists its members.
_LISTED = {
    "segment": "warehouse.dim_segment.segment",
    "owner": "warehouse.dim_owner.owner_id",
    "department": "warehouse.dim_product.department",
    "category": "warehouse.dim_product.category",
    "product": "warehouse.dim_product.product_id",
    **{name: f"warehouse.dim_location.{name}" for name in ("residence_type", "residence_word", "building_use")},
    "road_access": "warehouse.dim_location.road_access",
    "drive_to_store": "warehouse.dim_location.drive_to_store",
    "store": "warehouse.dim_store.store_id",
}
#: Facts whose other attributes are listed by themselves.
_COUNTED = ("order", "interaction", "presence", "trip_end")


def resolve(
    con: duckdb.DuckDBPyConnection,
    query: queries.Query,
    scope: Scope,
    known: Mapping[str, Dimension],
    geography: Geography = TODAY,
) -> tuple[tuple[Dimension, tuple[Any, ...]], ...]:
    """Resolve the members of a question's filters, and of the scope, to keys.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    query
        The checked question.
    scope
        Who asks: its regions are filters like others.
    known
        Every dimension by name.
    geography
        Which version of the regions is meant.

    Returns
    -------
    tuple
        Pairs of a dimension and the keys that count.

    Raises
    ------
    QueryError
        If a region is not known or a cell is not written as one.
    """
    allowed = [(known[level], members) for level, members in scope.regions.items()]
    return tuple((d, keys_of(con, d, members, geography)) for d, members in [*query.where.items(), *allowed])


def keys_of(
    con: duckdb.DuckDBPyConnection, dimension: Dimension, members: Sequence[str | None], geography: Geography
) -> tuple[Any, ...]:
    """Find the keys by which a dimension's members are told apart.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    dimension
        The dimension.
    members
        Its members as they are written; None is the unknown one.
    geography
        Which version of the regions is meant.

    Returns
    -------
    tuple
        A region_key, cell or text for each member, in their order; null for the unknown one.

    Raises
    ------
    QueryError
        If a region is not known or a cell is not written as one.
    """
    if dimension.kind == "attribute":
        return tuple(members)
    named = [m for m in members if m is not None]
    if dimension.kind == "cell":
        found: Mapping[str, Any] = {m: _cell(m, dimension) for m in named}
    else:
        found = geography.keys(con, dimension.name, named)
    for member in named:
        if member not in found:
            msg = f"where: there is no {dimension.name} '{member}'."
            msg += near(member, geography.ids(con, dimension.name))
            raise QueryError(msg)
    return tuple(None if m is None else found[m] for m in members)


def _cell(member: str, dimension: Dimension) -> int:
    """Read a cell of the dimension's resolution: one of another would be found nowhere."""
    wanted = int(dimension.name.removeprefix("h3_r"))
    try:
        cell = int(member, 16)
    except ValueError:
        cell = 0
    if cell >> 59 != 1 or cell >> 52 & 15 != wanted:  # a cell is an index of mode 1; its resolution stands behind
        msg = (
            f"where: '{member}' is no H3 cell of resolution {wanted}; write it in hexadecimal, such as "
            f"'{h3.latlng_to_cell(37.78, -122.42, wanted)}'."
        )
        raise QueryError(msg)
    return cell


def attribute_members(con: duckdb.DuckDBPyConnection, dimension: Dimension) -> list[str]:
    """Find the known members of an attribute, of every fact that has it.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    dimension
        The attribute.

    Returns
    -------
    list of str
        Its members in order; the unknown one is not among them.
    """
    given = Parameters()
    if dimension.name in _LISTED:
        table, _, name = _LISTED[dimension.name].rpartition(".")
        text = f"SELECT DISTINCT {sql.identifier(name)} AS member FROM {table}"
    else:
        if dimension.of:
            sources = [(FACTS[name].table, column(FACTS[name], dimension, given)) for name in dimension.facts]
        else:
            names = [name for name in _COUNTED if dimension.name in FACTS[name].attributes]
            sources = [(FACTS[name].table, FACTS[name].attributes[dimension.name].column) for name in names]
        text = " UNION ".join(f"SELECT {member} AS member FROM {table} AS f" for table, member in sources)
    found = con.execute(f"SELECT member FROM ({text}) WHERE member IS NOT NULL ORDER BY 1", given.values)
    return [member for (member,) in found.fetchall()]


def absent(con: duckdb.DuckDBPyConnection, query: queries.Query, table: pa.Table) -> tuple[str, ...]:
    """Say which members of an attribute nothing has, where a question found nothing: such a zero may be a slip.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    query
        The checked question.
    table
        What it found.

    Returns
    -------
    tuple of str
        One sentence per member.
    """
    filters = {d: members for d, members in query.where.items() if d.kind == "attribute"}
    if not filters or any(pc.any(pc.not_equal(table[m.name], 0)).as_py() for m in query.measures):
        return ()
    found = []
    for dimension, members in filters.items():
        known = attribute_members(con, dimension)
        wrong = [m for m in members if m is not None and m not in known]
        found += [f"Nothing has the {dimension.name} '{m}'.{near(m, known)}" for m in wrong]
    return tuple(found)
