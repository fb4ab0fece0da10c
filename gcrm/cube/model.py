"""The model of the cube: measures and dimensions, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gcrm.settings import Settings

MeasureKind = Literal["additive", "semi-additive", "distinct", "ratio"]
Unit = Literal["count", "currency", "share"]
DimensionKind = Literal["region", "area", "cell", "attribute", "period"]


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
        How it adds: `additive`, `semi-additive` (not over time), `distinct` (count of different things), or `ratio`
        (of the sums of its parts).
    unit
        What the figure is in.
    help
        Its exact meaning, in one sentence.
    fact
        The fact it is taken from; empty for a ratio.
    expression
        SQL over the fact's base columns that computes it for a group; empty for a ratio.
    numerator, denominator
        Measures a ratio is made of.
    """

    name: str
    title: str
    kind: MeasureKind
    unit: Unit
    help: str
    fact: str = ""
    expression: str = ""
    numerator: str = ""
    denominator: str = ""


_MEASURES = (
    Measure(
        "customers",
        "Customers",
        "distinct",
        "count",
        "Customers who are active at the end of the period.",
        "customer",
        "count(*)::BIGINT",
    ),
    Measure(
        "buyers",
        "Buyers",
        "distinct",
        "count",
        "Different customers with at least one order in the period.",
        "order",
        "count(DISTINCT customer_key)::BIGINT",
    ),
    Measure(
        "prospects",
        "Prospects",
        "distinct",
        "count",
        "Prospects who are open at the end of the period.",
        "prospect",
        "count(*)::BIGINT",
    ),
    Measure(
        "revenue",
        "Revenue",
        "additive",
        "currency",
        "Sum of the orders of the period; of their lines where the question names a product group.",
        "order",
        "sum(amount)::DECIMAL(18, 2)",
    ),
    Measure(
        "orders",
        "Orders",
        "distinct",
        "count",
        "Different orders of the period.",
        "order",
        "count(DISTINCT order_id)::BIGINT",
    ),
    Measure(
        "average_order",
        "Average order",
        "ratio",
        "currency",
        "Revenue per order; unknown where there is no order.",
        numerator="revenue",
        denominator="orders",
    ),
    Measure(
        "households",
        "Households",
        "semi-additive",
        "count",
        "Households of the region, from the zone statistics at the end of the period; unknown where a part is unknown.",
        "households",
        "CASE WHEN bool_and(value IS NOT NULL) THEN sum(value) END",
    ),
    Measure(
        "penetration",
        "Penetration",
        "ratio",
        "share",
        "Customers per household; unknown where households are unknown or zero.",
        numerator="customers",
        denominator="households",
    ),
)

#: Every measure by name, in the order in which they are offered.
MEASURES: dict[str, Measure] = {m.name: m for m in _MEASURES}


@dataclass(frozen=True)
class Dimension:
    """Something figures can be grouped and filtered by.

    Attributes
    ----------
    name
        Name in queries and column name in results.
    kind
        `region` (levels that do not overlap), `area` (levels that may), `cell` (H3), `attribute` or `period`.
    hierarchy
        For regions and areas: their hierarchy.
    depth
        For regions and areas: 1 is the largest level.
    """

    name: str
    kind: DimensionKind
    hierarchy: str = ""
    depth: int = 0

    @property
    def is_place(self) -> bool:
        """True where its members can be drawn on a map."""
        return self.kind in {"region", "area", "cell"}


#: Attribute -> column of the facts' base.
ATTRIBUTES = {"segment": "segment", "owner": "owner_id", "department": "department"}
PERIODS = ("year", "quarter", "month")


def dimensions(settings: Settings) -> dict[str, Dimension]:
    """Return every dimension of a project by name: its levels, its cells, attributes and periods."""
    found = [
        Dimension(level, "area" if h.overlapping else "region", name, depth)
        for name, h in settings.hierarchies.items()
        for depth, level in enumerate(h.levels, start=1)
    ]
    found += [Dimension(f"h3_r{r}", "cell") for r in settings.cell_resolutions]
    found += [Dimension(name, "attribute") for name in ATTRIBUTES]
    found += [Dimension(name, "period") for name in PERIODS]
    return {d.name: d for d in found}
