"""A measure: a figure that can be asked for at every level, and how it adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gcrm.cube.model.formula import Term

MeasureKind = Literal[
    "additive", "semi-additive", "distinct", "ratio", "mean", "median", "percentile", "minimum", "maximum", "calculated"
]
Unit = Literal["count", "currency", "share", "number"]
OverTime = Literal["last", "average"]


@dataclass(frozen=True)
class Measure:
    """A figure that can be asked for at every level.

    Attributes
    ----------
    name
        Name in queries and column name in results.
    title
        Name to show.
    kind
        How it adds: `additive`; `semi-additive` (a stock: over places, not over time); `distinct` (count of different
        things); `ratio` (of the sums of its parts); `mean` (weighted where a weight is given); `median`, `percentile`,
        `minimum` and `maximum` (of all records, at every level); `calculated` (a formula of other measures).
    unit
        What the figure is in.
    help
        Its exact meaning, in one sentence.
    fact
        The fact it is taken from; empty for a ratio or a formula.
    of
        Expression over the fact's columns that is summed, averaged or counted; empty counts records.
    where
        Expression over the fact's columns; records for which it does not hold do not count. Empty: all count.
    weight
        Expression over the fact's columns that a mean is weighted by; empty weighs all records alike.
    quantile
        Share of records below a percentile, 0 to 1.
    over_time
        What a stock is over several periods: `last`, the figure at the end, or `average`, of the month ends.
    numerator, denominator
        Measures a ratio is made of.
    formula
        What a calculated measure is worked out from.
    """

    name: str
    title: str
    kind: MeasureKind
    unit: Unit
    help: str
    fact: str = ""
    of: str = ""
    where: str = ""
    weight: str = ""
    quantile: float = 0.5
    over_time: OverTime = "last"
    numerator: str = ""
    denominator: str = ""
    formula: Term | None = None

    @property
    def is_taken(self) -> bool:
        """True where it is taken from a fact, not worked out from other measures."""
        return self.kind not in {"ratio", "calculated"}

    @property
    def is_of_lines(self) -> bool:
        """True where the lines of an order give the figure of the order: its amount, or different things without it."""
        sums = self.kind == "additive" and self.of == "amount"
        counts = self.kind == "distinct" and self.of != "" and "amount" not in self.of
        return (sums or counts) and "amount" not in self.where

    @property
    def is_stock(self) -> bool:
        """True where it is counted at the end of a period, not over it."""
        return self.is_taken and not self.is_event

    @property
    def is_event(self) -> bool:
        """True where it is of things that happen on a day."""
        return self.fact in {"order", "order_line", "interaction"}
