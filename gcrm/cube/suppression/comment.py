"""What the columns of the tables that are given out mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TABLE = "One row per table that readers without record rights may ask for."
CELL = "One row per cell of a table that is given out: the figure, or that it is withheld."
#: Column of `release_table` -> meaning.
COLUMNS = {
    "table_number": "Number of the table.",
    "sets": "Sets of tables in gcrm.toml that it belongs to.",
    "dimensions": "Its dimensions without the period.",
    "period": "Its period dimension; null where it counts the whole range of days.",
    "measures": "Measures that it shows.",
    "cells": "Number of cells.",
    "withheld": "Number of cells in which a figure is withheld.",
}
_CELL = {
    "table_number": "Table the cell belongs to (release_table).",
    "first_day": "First day of the cell's period, within the project's range of days.",
    "last_day": "Last day of the cell's period, within the project's range of days.",
}


def meanings(columns: Collection[str], dimensions: Collection[str], measures: Mapping[str, str]) -> dict[str, str]:
    """Return the meaning of every column of `release_cell`.

    Parameters
    ----------
    columns
        Columns of `release_cell`.
    dimensions
        Dimensions among the columns.
    measures
        Measures among the columns, and what they mean.

    Returns
    -------
    dict of str to str
        Column -> meaning.
    """
    found = dict(_CELL)
    for name in columns:
        if name in dimensions:
            found[name] = f"Member of the dimension {name}; null is the unknown member, or the table is not by it."
        elif name.removesuffix("_name") in dimensions and name not in measures:
            found[name] = f"Name of the {name.removesuffix('_name')}."
        elif name in measures:
            found[name] = f"{measures[name]} Null where the state says why, or the table does not show it."
        elif name.endswith("_state"):
            found[name] = f"Whether {name.removesuffix('_state')} is known, unknown or suppressed."
    return found
