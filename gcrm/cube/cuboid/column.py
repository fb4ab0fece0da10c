"""What a cuboid keeps of a measure: a column that is named after the measure's definition, not after its name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.cube.model import Measure

#: Kinds of measures whose rows can be added up.
_KEPT = {"additive", "semi-additive", "distinct", "minimum", "maximum"}
#: What sums of a unit are taken from as they are; other sums of floats would depend on the order of rows.
_EXACT = ("currency", "count")


def is_kept(measure: Measure) -> bool:
    """Say whether cuboids keep a measure: of a mean, a median or a percentile every record is needed.

    Parameters
    ----------
    measure
        A measure that is taken from a fact.

    Returns
    -------
    bool
        True where its rows can be added up, at least within a partition.
    """
    if measure.is_stock:  # counted and summed by what comes and goes; the largest cannot be told of that
        return measure.kind == "semi-additive" or (measure.kind == "distinct" and not measure.of)
    return measure.kind in _KEPT


def needs_proof(measure: Measure) -> bool:
    """Say whether a measure counts different things, each of which may stand in several rows.

    Parameters
    ----------
    measure
        A measure that cuboids keep.

    Returns
    -------
    bool
        True where rows may be added only if no thing is in two of them.
    """
    return measure.kind == "distinct" and measure.of != ""


def column_of(measure: Measure) -> str:
    """Return the name of the column that holds a measure: a hash of its definition.

    Parameters
    ----------
    measure
        A measure that cuboids keep.

    Returns
    -------
    str
        The same for measures of the same definition.
    """
    of = measure.of or "*"
    kind = "sum" if measure.kind in {"additive", "semi-additive"} else measure.kind
    words = "\n".join([kind, of, measure.where, str(measure.unit in _EXACT)])
    return f"m_{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def total(measure: Measure, value: str, keep: str, *, unique: bool = False) -> str:
    """Write what a cuboid's row keeps of the records behind it.

    Parameters
    ----------
    measure
        A measure that cuboids keep.
    value
        SQL of what is measured of a record; not read where records are counted.
    keep
        SQL of the condition under which a record counts; empty where all do.
    unique
        True where every record has a thing of its own, so that things are counted by counting records.

    Returns
    -------
    str
        An aggregate.
    """
    only = f" FILTER ({keep})" if keep else ""
    if measure.kind in {"minimum", "maximum"}:
        return f"{'min' if measure.kind == 'minimum' else 'max'}({value}){only}"
    if measure.kind != "distinct" and measure.of:
        exact = value if measure.unit in _EXACT else f"{value}::DECIMAL(18, 6)"
        return f"sum({exact}){only}"
    if not measure.of:
        return f"count(*){only}"
    return f"count({'' if unique else 'DISTINCT '}{value}){only}"


def adder(measure: Measure) -> str:
    """Return the aggregate by which rows of a cuboid are added up.

    Parameters
    ----------
    measure
        A measure that cuboids keep.

    Returns
    -------
    str
        `sum`, `min` or `max`.
    """
    return {"minimum": "min", "maximum": "max"}.get(measure.kind, "sum")
