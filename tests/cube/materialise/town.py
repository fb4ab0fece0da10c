"""A random town: enough customers, orders, lines and contacts that every kind of cuboid is built."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.settings import Settings
from tests import star
from tests.cube import company

if TYPE_CHECKING:
    from random import Random

_DECLARED = {
    "typical_order": {"kind": "median", "fact": "order", "of": "amount"},
    "mean_order": {"kind": "mean", "fact": "order", "of": "amount"},
    "largest_order": {"kind": "maximum", "fact": "order", "of": "amount", "unit": "currency"},
    "first_order": {"kind": "minimum", "fact": "order", "of": "amount", "where": "channel = 'web'"},
    "web_buyers": {"kind": "distinct", "fact": "order", "of": "customer_key", "where": "channel = 'web'"},
    "products_bought": {"kind": "distinct", "fact": "order_line", "of": "department"},
    "mean_customers": {"kind": "semi-additive", "fact": "customer", "over_time": "average"},
    "families": {"kind": "semi-additive", "fact": "customer", "where": "segment = 'family'"},
    "segments": {"kind": "distinct", "fact": "customer", "of": "segment"},
    "net": {"kind": "additive", "fact": "order", "of": "amount * 0.333", "unit": "currency"},
}
SETTINGS = Settings.model_validate(
    {
        **star.SETTINGS.model_dump(exclude_unset=True),
        "cube": {
            "cuboids_from": 1,
            "space_mb": 64,
            "fiscal_year_starts": 4,
            "measures": _DECLARED,
            "dimensions": {"size": {"of": "CASE WHEN amount < 20 THEN 'small' ELSE 'large' END", "facts": ["order"]}},
        },
    }
)


def rows(random: Random, customers: int = 60, orders: int = 150) -> dict[str, list[dict[str, Any]]]:
    """Rows of the stages before the warehouse: the company's places and regions, other people and orders."""
    found = company.rows()
    places = [1, 2, 3, 4, None]
    people = [f"c{i}" for i in range(customers)]
    where = [random.choice(places) for _ in people]
    found["ingest.customer"] = [
        {
            "customer_id": who,
            "segment": random.choice(["family", "single", None]),
            "owner_id": random.choice(["w1", "w2"]),
            "since": random.choice([None, _day(random)]),
            "until": random.choice([None, None, _day(random)]),
            "source": "s",
            "row_no": i,
        }
        for i, who in enumerate(people)
    ]
    found["geocode.record_location"] = [
        {"kind": "customer", "source": "s", "row_no": i, "location_id": place}
        for i, place in enumerate(where)
        if place is not None
    ]
    found['ingest."order"'] = [
        {
            "order_id": f"o{i}",
            "customer_id": random.choice([*people[: customers // 3], "nobody"]),
            "ordered_on": random.choice([_day(random)] * 30 + [None]),
            "amount": random.choice([None, random.randrange(1, 9000) / 100]),
            "channel": random.choice(["web", "shop", None]),
            "store_id": random.choice(["s1", "s2"]),
            "source": "s",
        }
        for i in range(orders)
    ]
    found["ingest.order_line"] = [
        {
            "order_id": f"o{random.randrange(orders + 3)}",
            "line_no": i,
            "product_id": random.choice(["p1", "p2", "p9"]),
            "amount": random.randrange(1, 9000) / 100,
            "quantity": random.randrange(1, 5),
            "source": "s",
        }
        for i in range(orders * 2)
    ]
    return found


def _day(random: Random) -> date:
    return date(2016, 2, 10) + timedelta(days=random.randrange(700))
