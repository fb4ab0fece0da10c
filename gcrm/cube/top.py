"""The members with the largest figures, found before the question itself is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.cube.compile import compile_plan
from gcrm.cube.member import keys_of

if TYPE_CHECKING:
    import duckdb

    from gcrm.cube.plan import Plan


def top_keys(con: duckdb.DuckDBPyConnection, plan: Plan) -> tuple[Any, ...]:
    """Find the keys of the members with the largest figures; equal ones by their name.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    plan
        The question with its keys resolved, but these.

    Returns
    -------
    tuple
        Keys, the one with the largest figure first; empty where the question wants no top members.
    """
    top, ranked = plan.query.top, plan.without_top()
    if top is None:
        return ()
    text, values = compile_plan(ranked)
    name, measure = (f'"{n.replace(chr(34), chr(34) * 2)}"' for n in (top.by, ranked.query.measures[0].name))
    order = f"ORDER BY {measure} {'ASC' if top.smallest else 'DESC'}, {name}"
    known = f"{name} IS NOT NULL AND {measure} IS NOT NULL"
    chosen = f"SELECT {name} FROM ({text}) WHERE {known} {order} LIMIT {int(top.n)}"
    dimension = plan.model.dimensions[top.by]
    members = tuple(member for (member,) in con.execute(chosen, values).fetchall())
    return keys_of(con, dimension, members, plan.geography)
