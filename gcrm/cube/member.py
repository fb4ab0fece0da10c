"""Members in words become the keys by which the cube tells them apart: regions, cells and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.cube.geography import TODAY, Geography
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.cube import query as queries
    from gcrm.cube.model import Dimension


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
        found: Mapping[str, Any] = {m: _cell(m) for m in named}
    else:
        found = geography.keys(con, dimension.name, named)
    for member in named:
        if member not in found:
            msg = f"where: there is no {dimension.name} '{member}'."
            msg += near(member, geography.ids(con, dimension.name))
            raise QueryError(msg)
    return tuple(None if m is None else found[m] for m in members)


def _cell(member: str) -> int:
    try:
        return int(member, 16)
    except ValueError:
        msg = f"where: '{member}' is no H3 cell; write it in hexadecimal, such as '88283082a3fffff'."
        raise QueryError(msg) from None
