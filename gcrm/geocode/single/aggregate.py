"""What is made of many values: the aggregate functions that the stage uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.geocode.single.value import order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rows = Sequence[tuple[Any, ...]]


def _said(rows: Rows) -> list[Any]:
    """Return the values of the first argument that are not null."""
    return [row[0] for row in rows if row[0] is not None]


def _least(rows: Rows) -> Any:
    return min(_said(rows), key=order, default=None)


def _greatest(rows: Rows) -> Any:
    return max(_said(rows), key=order, default=None)


def _at_least(rows: Rows) -> Any:
    pairs = [row for row in rows if row[0] is not None and row[1] is not None]
    return min(pairs, key=lambda row: order(row[1]))[0] if pairs else None


def _at_greatest(rows: Rows) -> Any:
    pairs = [row for row in rows if row[0] is not None and row[1] is not None]
    return max(pairs, key=lambda row: order(row[1]))[0] if pairs else None


def _mean(rows: Rows) -> float | None:
    values = _said(rows)
    return sum(values) / len(values) if values else None


def _sum(rows: Rows) -> Any:
    values = _said(rows)
    return sum(values) if values else None


def _quantile(rows: Rows) -> float | None:
    """Return the value below which a share of all lies, between neighbours where it falls between two."""
    values = sorted(_said(rows))
    if not values:
        return None
    place = (len(values) - 1) * rows[0][1]
    below = int(place)
    above = min(below + 1, len(values) - 1)
    low, high = values[below], values[above]
    return float(low if below == place else low + (high - low) * (place - below))


#: Name -> what makes one value of the arguments of all rows.
AGGREGATES: dict[str, Callable[[Rows], Any]] = {
    "min": _least,
    "max": _greatest,
    "arg_min": _at_least,
    "arg_max": _at_greatest,
    "avg": _mean,
    "sum": _sum,
    "quantile_cont": _quantile,
    "any_value": lambda rows: next(iter(_said(rows)), None),
    "bool_or": lambda rows: any(_said(rows)) if _said(rows) else None,
    "list": lambda rows: tuple(row[0] for row in rows) if rows else None,
    "count": lambda rows: len(_said(rows)),
    "count_star": len,
}
