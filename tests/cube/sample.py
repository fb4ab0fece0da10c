"""Random small companies with everything that makes totals go wrong, and the model that is asked of them.

Regions overlap, are ragged, are empty or have an older version; places lie in none of them; customers have no place, no
segment, no dates; orders have no amount, no customer or no lines; statistics change on a day or are missing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.settings import Settings
from tests import star

if TYPE_CHECKING:
    import random

MEASURES: dict[str, dict[str, Any]] = {
    "large_revenue": {"kind": "additive", "unit": "currency", "fact": "order", "of": "amount", "where": "amount >= 20"},
    "after_fees": {"kind": "additive", "fact": "order_line", "of": "amount - 1", "where": "department <> 'food'"},
    "lines": {"kind": "distinct", "fact": "order_line"},
    "line_price": {"kind": "mean", "fact": "order_line", "of": "amount", "weight": "quantity", "where": "quantity > 0"},
    "mean_order": {"kind": "mean", "fact": "order", "of": "amount"},
    "median_order": {"kind": "median", "fact": "order", "of": "amount"},
    "order_p90": {"kind": "percentile", "fact": "order", "of": "amount", "quantile": 0.9},
    "smallest_line": {"kind": "minimum", "fact": "order_line", "of": "amount"},
    "largest_order": {"kind": "maximum", "fact": "order", "of": "amount", "where": "channel = 'web'"},
    "average_customers": {"kind": "semi-additive", "fact": "customer", "over_time": "average"},
    "x_customers": {"kind": "distinct", "fact": "customer", "where": "segment = 'x'"},
    "channels": {"kind": "distinct", "fact": "order", "of": "channel"},
    "calls": {"kind": "distinct", "fact": "interaction", "where": "kind = 'call'"},
    "per_customer": {"kind": "ratio", "numerator": "revenue", "denominator": "customers"},
    "hundredfold": {"kind": "calculated", "formula": "100 * growth(revenue)"},
}
DIMENSIONS: dict[str, dict[str, Any]] = {
    "size": {"of": "CASE WHEN amount < 20 THEN 'small' ELSE 'large' END", "facts": ["order", "order_line"]},
    "joined": {"of": "year(since)", "facts": ["customer", "prospect"]},
}
SETTINGS = Settings.model_validate(
    {
        "project": {"name": "Sample", "metric_crs": "EPSG:32610"},
        "hierarchies": {
            "city": {"levels": ["district", "zone"]},
            "trade": {"levels": ["area"], "overlapping": True},
            "postal": {"levels": ["zip"]},
        },
        "cell_resolutions": [8],
        "cube": {"fiscal_year_starts": 4, "measures": MEASURES, "dimensions": DIMENSIONS},
    }
)
#: The same, with cuboids of the smallest facts.
KEPT = SETTINGS.model_copy(update={"cube": SETTINGS.cube.model_copy(update={"cuboids_from": 1})})

_LAYERS = [("city", "district", 1), ("city", "zone", 2), ("trade", "area", 1), ("postal", "zip", 1)]
#: Key, layer, id, parent. Zone R is in no district; D3, E and Z have nobody; 20 is zone A as it was before.
_REGIONS = [
    (1, 0, "D1", None), (2, 0, "D2", None), (3, 0, "D3", None),
    (4, 1, "A", 1), (5, 1, "B", 1), (6, 1, "C", 2), (7, 1, "R", None), (8, 1, "E", 3),
    (9, 2, "X", None), (10, 2, "Y", None), (11, 2, "W", None), (12, 2, "Z", None),
    (13, 3, "94110", None), (14, 3, "94111", None), (20, 1, "A", 1),
]  # fmt: skip
#: Place -> its regions; place 5 is in a district and in no zone of it, 7 in nothing.
_PLACES: dict[int, tuple[int, ...]] = {
    0: (1, 4, 9, 10, 13, 20), 1: (1, 4, 9, 14), 2: (1, 5, 10, 11), 3: (2, 6, 14), 4: (7, 11, 13), 5: (1, 9), 6: (2, 6),
    7: (),
}  # fmt: skip
_FIRST, _DAYS = date(2019, 11, 20), 500
ZIPS, CELL = ("94110", "94111"), 613196571000000000


def build(draw: random.Random, settings: Settings = SETTINGS) -> Any:
    """Build the star of a random company."""
    return star.build(rows(draw), settings)


def rows(draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Return a random company as rows of the stages before the warehouse."""
    parties = {"customer": draw.randrange(1, 12), "prospect": draw.randrange(4)}
    return {**_geography(), **_located(draw, parties), **_parties(draw, parties), **_events(draw), **_zones(draw)}


def _geography() -> dict[str, list[dict[str, Any]]]:
    return {
        "conform.layer": [
            {"layer_id": i, "hierarchy": h, "level": name, "depth": d, "overlapping": h == "trade"}
            for i, (h, name, d) in enumerate(_LAYERS)
        ],
        "conform.region": [
            {
                "region_key": k, "layer_id": y, "hierarchy": _LAYERS[y][0], "level": _LAYERS[y][1],
                "region_id": i, "name": i, "parent_key": p, "valid_to": date(2019, 1, 1) if k == 20 else None,
                "valid_from": date(2019, 1, 1) if k == 4 else None,
            }
            for k, y, i, p in _REGIONS
        ],
        "conform.location_region": [
            {"location_id": p, "layer_id": next(r[1] for r in _REGIONS if r[0] == k), "region_key": k}
            for p, keys in _PLACES.items()
            for k in keys
        ],
        "conform.location_cell": [{"location_id": p, "h3_r8": CELL + p // 2} for p in _PLACES if p != 6],
        "geocode.location": [{"location_id": p} for p in _PLACES],
    }  # fmt: skip


def _located(draw: random.Random, parties: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    found = [
        {"kind": kind, "source": "s", "row_no": n, "location_id": place}
        for kind, count in parties.items()
        for n in range(count)
        if (place := draw.choice([*_PLACES, None])) is not None
    ]
    return {"geocode.record_location": found}


def _parties(draw: random.Random, parties: dict[str, int]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, count in parties.items():
        found[f"ingest.{kind}"] = [
            {
                f"{kind}_id": f"{kind[0]}{n}",
                "segment": draw.choice(["x", "y", None]),
                "owner_id": draw.choice(["w1", "w2", None]),
                "since": draw.choice([None, _FIRST - timedelta(400), _day(draw)]),
                "until": draw.choice([None, None, _FIRST + timedelta(_DAYS - draw.randrange(90))]),
                "source": "s",
                "row_no": n,
            }
            for n in range(count)
        ]
    return found


def _events(draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    orders = [
        {
            "order_id": f"o{n}", "customer_id": f"c{draw.randrange(13)}", "ordered_on": _day(draw),
            "amount": draw.choice([None, draw.randrange(-500, 9000) / 100]), "store_id": draw.choice(["s1", None]),
            "channel": draw.choice(["web", "shop", None]), "source": "s",
        }
        for n in range(draw.randrange(1, 25))
    ]  # fmt: skip
    lines = [
        {
            "order_id": f"o{draw.randrange(26)}", "line_no": n, "product_id": draw.choice(["p1", "p2", "p3", None]),
            "amount": draw.randrange(-500, 5000) / 100, "quantity": draw.choice([None, -1, 1, 2, 3.5]), "source": "s",
        }
        for n in range(draw.randrange(30))
    ]  # fmt: skip
    contacts = [
        {
            "interaction_id": f"i{n}", "occurred_at": _day(draw), "customer_id": f"c{draw.randrange(13)}",
            "channel": draw.choice(["phone", None]), "kind": draw.choice(["call", "visit", None]), "source": "s",
        }
        for n in range(draw.randrange(8))
    ]  # fmt: skip
    products = [("p1", "food", "bread"), ("p2", "drink", "tea"), ("p3", "drink", None)]
    listed = [{"product_id": p, "department": d, "category": c, "source": "s"} for p, d, c in products]
    return {
        'ingest."order"': orders,
        "ingest.order_line": lines,
        "ingest.interaction": contacts,
        "ingest.product": listed,
    }


def _zones(draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    levels = draw.choice([["zone"], ["zone", "district"], ["district"], []])
    found = [
        {
            "region_id": region,
            "statistic": "households",
            "value": draw.choice([None, 0, 10, 25]) if draw.random() < 0.3 else draw.randrange(1, 50),
            "as_of": as_of,
            "hierarchy": "city",
            "level": level,
            "source": "s",
        }
        for level in levels
        for region in {"zone": "ABCRE", "district": ("D1", "D2", "D3")}[level]
        if draw.random() < 0.95
        for as_of in draw.choice([[None], [date(2019, 6, 1), date(2020, 3, 1)]])
    ]
    return {"ingest.zone_statistic": found}


def _day(draw: random.Random) -> date:
    return _FIRST + timedelta(draw.choice([draw.randrange(_DAYS), draw.choice([11, 41, 72, 101, 132])]))
