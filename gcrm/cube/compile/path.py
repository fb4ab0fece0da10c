"""The way from a record to its regions and cells, by the version of the regions that a question is told by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.history import EVER, NEVER

if TYPE_CHECKING:
    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.geography import Layout
    from gcrm.cube.model import Dimension, Fact
    from gcrm.cube.plan import Plan

quote = sql.identifier


def join_path(plan: Plan, source: Fact, given: Parameters) -> str:
    """Join the one path `p` of each row of a fact `f`; of a stock, its paths one after the other.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    source
        The fact.
    given
        Takes the values up.

    Returns
    -------
    str
        A join that keeps every row, also of a place in no region, and of no place.
    """
    within = f" AND {_holds('p', source.day)}" if plan.geography.kind == "was" and source.day else ""
    return f" LEFT JOIN {place_rows(plan, given)} AS p ON p.location_id = f.location_id{within}"


def place_rows(plan: Plan, given: Parameters) -> str:
    """Write the places with the regions that a question is told by.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    given
        Takes the values up.

    Returns
    -------
    str
        A table such as `cube.location_path`, one row per place; as was, one per place and stretch of time.
    """
    if plan.geography.layout:
        return _laid_out("cube.location_path", plan.geography.layout, given)
    if plan.geography.kind == "on":
        return f"(SELECT q.* FROM cube.location_path_on AS q WHERE {_holds('q', _day(plan, given))})"
    return "cube.location_path_on" if plan.geography.kind == "was" else "cube.location_path"


def stock_days(plan: Plan) -> list[str]:
    """Return the columns that say from when until when a stock `f` counts: as was, within one stretch of its path."""
    if plan.geography.kind != "was":
        return ["f.since", "f.until"]
    return ["greatest(f.since, p.valid_from) AS since", "least(f.until, p.valid_to) AS until"]


def has_lists(plan: Plan) -> bool:
    """Say whether paths name the overlapping areas of a place themselves, as lists."""
    return plan.geography.is_dated


def area_source(dimension: Dimension) -> str:
    """Write the overlapping areas of a row `b`, one row each, where its path names them as a list.

    Parameters
    ----------
    dimension
        A level of overlapping areas.

    Returns
    -------
    str
        A subquery of `region_key`, to be joined laterally.
    """
    return f"(SELECT unnest(b.{quote(dimension.name)}) AS region_key)"


def region_rows(plan: Plan, given: Parameters) -> str:
    """Write the regions that a question is told by, with their ancestors.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    given
        Takes the values up.

    Returns
    -------
    str
        A table with one row per region: `region_key`, `hierarchy`, `level` and a column per level. As was and on a day
        also `version_key`, `valid_from` and `valid_to`; as was one row per version and stretch of time.
    """
    if plan.geography.layout:
        return _laid_out("cube.region_path", plan.geography.layout, given)
    if plan.geography.kind == "is":
        return "cube.region_path"
    text = "SELECT q.region_key AS version_key, q.* REPLACE (q.member_key AS region_key) FROM cube.region_path_on AS q"
    return f"({text} WHERE {_holds('q', _day(plan, given))})" if plan.geography.kind == "on" else f"({text})"


def ancestor_rows(plan: Plan, given: Parameters) -> str:
    """Write the regions with their ancestors, one row each: as was, the last ancestors that a region had.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    given
        Takes the values up.

    Returns
    -------
    str
        A table such as that of `region_rows`.
    """
    rows = region_rows(plan, given)
    if plan.geography.kind != "was":
        return rows
    last = "row_number() OVER (PARTITION BY z.region_key ORDER BY z.valid_from DESC NULLS LAST, z.version_key DESC)"
    return f"(SELECT z.* FROM {rows} AS z QUALIFY {last} = 1)"


def name_rows(plan: Plan, dimension: Dimension, given: Parameters) -> str:
    """Write the table that names the regions of a level by `region_key`.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    dimension
        The level.
    given
        Takes the values up.

    Returns
    -------
    str
        A table of `region_key`, `region_id` and `name`, with the territories that only a scenario has.
    """
    layout = plan.geography.layout
    if not layout or layout.level != dimension or not layout.added:
        return "warehouse.dim_region"
    keys, ids = given.add(list(layout.added.values())), given.add(list(layout.added))
    return (
        "(SELECT region_key, region_id, name FROM warehouse.dim_region"
        f" UNION ALL SELECT unnest({keys}::INTEGER[]), unnest({ids}::VARCHAR[]), unnest({ids}::VARCHAR[]))"
    )


def _laid_out(table: str, layout: Layout, given: Parameters) -> str:
    """Write a table of paths in which the units of a scenario lie in their new territories."""
    level, unit = quote(layout.level.name), quote(layout.unit.name)
    units, members = given.add(list(layout.units)), given.add(list(layout.members))
    new = f"SELECT unnest({units}::INTEGER[]) AS unit_key, unnest({members}::INTEGER[]) AS member_key"
    taken = [f"CASE WHEN s.unit_key IS NULL THEN q.{level} ELSE s.member_key END AS {level}"]
    taken += [
        f"CASE WHEN s.unit_key IS NULL THEN q.{quote(a)} ELSE u.{quote(a)} END AS {quote(a)}" for a in layout.above
    ]
    up = " LEFT JOIN cube.region_path AS u ON u.region_key = s.member_key" if layout.above else ""
    joins = f"LEFT JOIN ({new}) AS s ON s.unit_key = q.{unit}{up}"
    return f"(SELECT q.* REPLACE ({', '.join(taken)}) FROM {table} AS q {joins})"


def _day(plan: Plan, given: Parameters) -> str:
    given.values["geography_day"] = plan.geography.day
    return "$geography_day"


def _holds(row: str, day: str) -> str:
    return f"coalesce({row}.valid_from, {EVER}) <= {day} AND {day} < coalesce({row}.valid_to, {NEVER})"
