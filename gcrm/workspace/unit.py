"""The units of scenarios: the regions of one level, and the level that is laid out anew by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import QueryError, RecordError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.workspace.workspace import Workspace


def units_of(ws: Workspace, unit: str) -> Sequence[str]:
    """Return the regions of a level.

    Parameters
    ----------
    ws
        The workspace.
    unit
        Level of the units.

    Returns
    -------
    list of str
        Their identifiers.

    Raises
    ------
    QueryError
        If it is no level of regions.
    """
    dimension = ws.dimensions.get(unit)
    if dimension is None or dimension.kind != "region":
        levels = [d.name for d in ws.dimensions.values() if d.kind == "region"]
        msg = f"'{unit}' is no level whose regions can be units of territories.{near(unit, levels)}"
        raise QueryError(msg)
    return ws.values(unit)


def level_above(ws: Workspace, unit: str, level: str = "") -> str:
    """Return the level that is laid out anew by units.

    Parameters
    ----------
    ws
        The workspace.
    unit
        Level of the units.
    level
        The level that is wanted; empty takes `territory` where there is one, else the largest regions.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    QueryError
        If the units cannot make up such regions.
    """
    units_of(ws, unit)
    known = {d.name: d for d in ws.dimensions.values() if d.kind == "region" and d.name != unit}
    own = ws.dimensions[unit]
    fit = [n for n, d in known.items() if d.hierarchy != own.hierarchy or d.depth < own.depth]
    if level and level not in fit:
        msg = f"'{level}' cannot be laid out anew by '{unit}': name a larger level, or another hierarchy's."
        raise QueryError(msg + near(level, fit))
    if not fit:
        msg = f"There is no level above '{unit}' and no other hierarchy that territories could be told by."
        raise QueryError(msg)
    return level or ("territory" if "territory" in fit else min(fit, key=lambda n: known[n].depth))


def check_units(units: Mapping[str, str | None], known: Sequence[str]) -> None:
    """Refuse units that the project does not have.

    Parameters
    ----------
    units
        Unit -> territory.
    known
        What there is.

    Raises
    ------
    RecordError
        If one is not known.
    """
    unknown = sorted(set(units) - set(known))
    if unknown:
        msg = f"There are {len(unknown)} units that the project does not have, such as '{unknown[0]}'."
        raise RecordError(msg + near(unknown[0], known))
