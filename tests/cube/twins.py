"""What the sample's measures and dimensions mean, said once more in Python: the oracle reads this, not the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """How a figure is taken from records.

    Attributes
    ----------
    fact
        What the records are.
    how
        count, different, sum, mean, quantile, least or most.
    of, where, weight
        What is taken of a record, whether it counts, and what it weighs.
    share
        Which quantile.
    averaged
        True where a stock is the average of its month ends.
    by_line
        True where the lines of an order can answer for the order.
    """

    fact: str
    how: str
    of: Callable[[Record], Any] = lambda _: 1
    where: Callable[[Record], Any] = lambda _: True
    weight: Callable[[Record], Any] = lambda _: 1
    share: float = 0.5
    averaged: bool = False
    by_line: bool = False


def _column(name: str) -> Callable[[Record], Any]:
    return lambda r: r[name]


def _above(name: str, least: float) -> Callable[[Record], Any]:
    return lambda r: r[name] is not None and r[name] > least


_AMOUNT = _column("amount")
TAKEN = {
    "customers": Taken("customer", "count"),
    "buyers": Taken("order", "different", _column("customer_key"), by_line=True),
    "prospects": Taken("prospect", "count"),
    "revenue": Taken("order", "sum", _AMOUNT, by_line=True),
    "orders": Taken("order", "different", _column("order_id"), by_line=True),
    "units_sold": Taken("order_line", "sum", _column("quantity")),
    "interactions": Taken("interaction", "count"),
    "households": Taken("households", "statistic"),
    "large_revenue": Taken("order", "sum", _AMOUNT, lambda r: r["amount"] is not None and r["amount"] >= 20),
    "after_fees": Taken("order_line", "sum", lambda r: r["amount"] - 1, lambda r: r["department"] == "drink"),
    "lines": Taken("order_line", "count"),
    "line_price": Taken("order_line", "mean", _AMOUNT, _above("quantity", 0), _column("quantity")),
    "mean_order": Taken("order", "mean", _AMOUNT),
    "median_order": Taken("order", "quantile", _AMOUNT),
    "order_p90": Taken("order", "quantile", _AMOUNT, share=0.9),
    "smallest_line": Taken("order_line", "least", _AMOUNT),
    "largest_order": Taken("order", "most", _AMOUNT, lambda r: r["channel"] == "web"),
    "average_customers": Taken("customer", "count", averaged=True),
    "x_customers": Taken("customer", "count", where=lambda r: r["segment"] == "x"),
    "channels": Taken("order", "different", _column("channel"), by_line=True),
    "calls": Taken("interaction", "count", where=lambda r: r["kind"] == "call"),
}
#: Numerator and denominator.
RATIOS = {
    "average_order": ("revenue", "orders"),
    "penetration": ("customers", "households"),
    "per_customer": ("revenue", "customers"),
}
FORMULAS = {"hundredfold": "100 * growth(revenue)"}
#: Level -> its hierarchy, and the level above.
REGIONS = {"district": ("city", None), "zone": ("city", "district"), "zip": ("postal", None)}
AREAS, CELLS = ("area",), ("h3_r8",)
#: What a place knows of its building and its roads.
_PLACE = {"residence_type", "residence_word", "building_use", "road_access", "drive_to_store"}
_OWN = {"segment", "owner"} | _PLACE
#: Fact -> the attributes that it knows.
KNOWS = {
    "customer": _OWN | {"joined"},
    "prospect": _OWN | {"joined"},
    "order": _OWN | {"store", "channel", "size"},
    "order_line": _OWN | {"store", "channel", "size", "department", "category", "product"},
    "interaction": {"owner", "channel"} | _PLACE,
}
ATTRIBUTES = sorted(set().union(*KNOWS.values()))
PERIODS = ("year", "quarter", "month", "week", "day", "fiscal_year", "fiscal_quarter")


def declared(fact: str, record: Record) -> Record:
    """Return the members of the dimensions that the sample declares."""
    if fact in {"order", "order_line"}:
        return {"size": "small" if record["amount"] is not None and record["amount"] < 20 else "large"}
    if fact in {"customer", "prospect"}:
        return {"joined": None if record["since"] is None else str(record["since"].year)}
    return {}
