"""Six customers in two zones of one district, a zone without anybody, and one customer without a place.

place 1, 2 in zone A; 3 in zone B; 4 in no zone; zones A, B in district D1; zone C in district D2.
Trading areas X and Y both cover place 1; X covers 2; nobody covers 3 and 4.
"""

from __future__ import annotations

from datetime import date
from typing import Any

_REGIONS = [
    # key, layer, hierarchy, level, id, parent
    (1, 0, "city", "district", "D1", None),
    (2, 0, "city", "district", "D2", None),
    (3, 1, "city", "zone", "A", 1),
    (4, 1, "city", "zone", "B", 1),
    (5, 1, "city", "zone", "C", 2),
    (6, 2, "trade", "area", "X", None),
    (7, 2, "trade", "area", "Y", None),
    (8, 3, "postal", "zip", "94110", None),
]
_MEMBERS = [
    (1, 0, 1), (2, 0, 1), (3, 0, 1), (1, 1, 3), (2, 1, 3), (3, 1, 4),
    (1, 2, 6), (1, 2, 7), (2, 2, 6), (1, 3, 8), (3, 3, 8),
]  # fmt: skip
_CUSTOMERS = [
    # id, place, segment, since, until
    ("c1", 1, "family", date(2016, 1, 1), None),
    ("c2", 1, "single", date(2016, 1, 1), date(2017, 2, 1)),
    ("c3", 2, "family", date(2017, 2, 15), None),
    ("c4", 3, None, None, None),
    ("c5", 4, "single", date(2016, 5, 1), None),
    ("c6", None, "family", date(2016, 5, 1), None),
]
_ORDERS = [
    ("o1", "c1", date(2017, 1, 10), 10), ("o2", "c1", date(2017, 3, 10), 20), ("o3", "c2", date(2017, 1, 20), 5),
    ("o4", "c4", date(2017, 1, 31), None), ("o5", "c6", date(2017, 2, 1), 7), ("o6", "nobody", date(2017, 2, 2), 100),
]  # fmt: skip
_LINES = [
    # c4's order has two lines in different departments: 3.50 + 4.50
    ("o4", 1, "p1", 3.50), ("o4", 2, "p2", 4.50), ("o1", 1, "p1", 10), ("o2", 1, "p2", 20), ("o9", 1, "p9", 1),
]  # fmt: skip
_LAYERS = [(0, "city", "district", 1, False), (1, "city", "zone", 2, False), (2, "trade", "area", 1, True),
           (3, "postal", "zip", 1, False)]  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    """The company as rows of the stages before the warehouse."""
    return {
        "conform.layer": [
            {"layer_id": i, "hierarchy": h, "level": lv, "depth": d, "overlapping": o} for i, h, lv, d, o in _LAYERS
        ],
        "conform.region": [
            {"region_key": k, "layer_id": y, "hierarchy": h, "level": lv, "region_id": i, "name": i, "parent_key": p}
            for k, y, h, lv, i, p in _REGIONS
        ],
        "conform.location_region": [{"location_id": p, "layer_id": y, "region_key": k} for p, y, k in _MEMBERS],
        "conform.location_cell": [{"location_id": p, "h3_r8": 613196571000000000 + p} for p in (1, 2, 3, 4)],
        "geocode.location": [
            {
                "location_id": p,
                "lon": -122.0 - p,
                "lat": 37.0,
                "match_level": "exact" if p < 3 else "street",
                "precision": "building" if p < 3 else "area",
            }
            for p in (1, 2, 3, 4)
        ],
        "geocode.record_location": [
            {"kind": "customer", "source": "s", "row_no": n, "location_id": p}
            for n, (_, p, *_) in enumerate(_CUSTOMERS)
            if p is not None
        ]
        + [{"kind": "prospect", "source": "s", "row_no": 0, "location_id": 3}],
        "ingest.customer": [
            {"customer_id": i, "segment": s, "since": a, "until": u, "source": "s", "row_no": n, "owner_id": "w1"}
            for n, (i, _, s, a, u) in enumerate(_CUSTOMERS)
        ],
        "ingest.prospect": [{"prospect_id": "q1", "segment": "family", "source": "s", "row_no": 0}],
        'ingest."order"': [
            {"order_id": o, "customer_id": c, "ordered_on": d, "amount": a, "source": "s"} for o, c, d, a in _ORDERS
        ],
        "ingest.order_line": [
            {"order_id": o, "line_no": n, "product_id": p, "amount": a, "source": "s"} for o, n, p, a in _LINES
        ],
        "ingest.product": [
            {"product_id": "p1", "department": "food", "source": "s"},
            {"product_id": "p2", "department": "drink", "source": "s"},
        ],
        "ingest.zone_statistic": [
            {"region_id": r, "statistic": "households", "value": v, "hierarchy": "city", "level": "zone", "source": "s"}
            for r, v in (("A", 40), ("B", 10), ("C", None))
        ],
    }
