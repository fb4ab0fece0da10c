"""Conditions of a statement: which rows count, with the values that a user gave kept out of its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.model import ATTRIBUTES

if TYPE_CHECKING:
    from gcrm.cube.model import Dimension


@dataclass
class Parameters:
    """Values on their way into a statement: each gets a name, and its place in the text is only that name.

    Attributes
    ----------
    values
        Name -> value.
    """

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """Take a value up and return the text that stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def condition(dimension: Dimension, keys: tuple[Any, ...], given: Parameters) -> str:
    """Write the condition that keeps the rows of some members; it never multiplies rows.

    Parameters
    ----------
    dimension
        What is filtered by.
    keys
        Keys that count: region_key, cell or text; None is the unknown member.
    given
        Takes the values up.

    Returns
    -------
    str
        A condition over `f`, the fact, and `p`, its path.
    """
    known = [k for k in keys if k is not None]
    listed = given.add(known)
    if dimension.kind == "area":
        level = given.add(dimension.name)
        within = f"f.location_id IN (SELECT location_id FROM cube.area_location WHERE level = {level}"
        tests = [f"{within} AND list_contains({listed}, region_key))"]
        outside = f"(f.location_id IS NULL OR NOT {within}))"
    else:
        place = dimension.kind in {"region", "cell"}
        column = f"p.{sql.identifier(dimension.name)}" if place else f"f.{sql.identifier(ATTRIBUTES[dimension.name])}"
        tests = [f"list_contains({listed}, {column})"]
        outside = f"{column} IS NULL"
    if len(known) < len(keys):
        tests.append(outside)
    return f"({' OR '.join(tests)})"
