"""The measures that every project has."""

from __future__ import annotations

from gcrm.cube.model.measure import Measure

_MEASURES = (
    Measure(
        "customers",
        "Customers",
        "distinct",
        "count",
        "Customers who are active at the end of the period.",
        "customer",
    ),
    Measure(
        "buyers",
        "Buyers",
        "distinct",
        "count",
        "Different customers with at least one order in the period.",
        "order",
        "customer_key",
    ),
    Measure(
        "prospects",
        "Prospects",
        "distinct",
        "count",
        "Prospects who are open at the end of the period.",
        "prospect",
    ),
    Measure(
        "revenue",
        "Revenue",
        "additive",
        "currency",
        "Sum of the orders of the period; of their lines where the question names a product or a group of products.",
        "order",
        "amount",
    ),
    Measure(
        "orders",
        "Orders",
        "distinct",
        "count",
        "Different orders of the period.",
        "order",
        "order_id",
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
        "units_sold",
        "Units sold",
        "additive",
        "number",
        "Sum of the quantities of the order lines of the period; returns count against it.",
        "order_line",
        "quantity",
    ),
    Measure(
        "interactions",
        "Interactions",
        "distinct",
        "count",
        "Contacts with customers and prospects in the period.",
        "interaction",
    ),
    Measure(
        "households",
        "Households",
        "semi-additive",
        "count",
        "Households of the region, from the zone statistics at the end of the period; unknown where a part is unknown.",
        "households",
        "value",
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

#: Every measure that needs no declaration by name, in the order in which they are offered.
MEASURES: dict[str, Measure] = {m.name: m for m in _MEASURES}
