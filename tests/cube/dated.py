"""A company whose zones, districts, areas and territories were redrawn on 2017-07-01, and again on 2018-01-01.

Places 1 to 6. Zones: A and B until 2018; then A, and C, which took B's ground; D is new on 2017-07-01. The
outline of each version is a square that begins at its key.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely

CHANGE, LAST = date(2017, 7, 1), date(2018, 1, 1)
_LAYERS = [
    (0, "city", "district", 1, False),
    (1, "city", "zone", 2, False),
    (2, "trade", "area", 1, True),
    (3, "postal", "zip", 1, False),
]
#: key, layer, hierarchy, level, id, parent key, from, to
REGIONS = [
    (1, 0, "city", "district", "D1", None, None, None),
    (2, 0, "city", "district", "D2", None, None, CHANGE),
    (3, 0, "city", "district", "D2", None, CHANGE, None),
    (11, 1, "city", "zone", "A", 1, None, CHANGE),
    (12, 1, "city", "zone", "A", 2, CHANGE, None),
    (13, 1, "city", "zone", "B", 2, None, LAST),
    (14, 1, "city", "zone", "C", 3, LAST, None),
    (15, 1, "city", "zone", "D", 1, CHANGE, None),
    (21, 2, "trade", "area", "X", None, None, CHANGE),
    (22, 2, "trade", "area", "X", None, CHANGE, None),
    (23, 2, "trade", "area", "Y", None, None, None),
    (31, 3, "postal", "zip", "94110", None, None, None),
    (32, 3, "postal", "zip", "94111", None, None, None),
]
#: Region key -> its places.
PLACES = {
    1: [1, 2, 6],
    2: [3, 4],
    3: [3, 4, 5],
    11: [1, 2, 6],
    12: [1],
    13: [3, 4],
    14: [3, 4, 5],
    15: [2],
    21: [1],
    22: [1, 2, 3],
    23: [2, 3, 4],
    31: [1, 2, 3],
    32: [4, 5],
}
LOCATED = [1, 2, 3, 4, 5, 6]


def rows(
    customers: list[dict[str, Any]],
    orders: list[dict[str, Any]],
    regions: list[tuple[Any, ...]] = REGIONS,
    places: dict[int, list[int]] = PLACES,
) -> dict[str, list[dict[str, Any]]]:
    """Return the company as rows of the stages before the warehouse; customers name a `place`, which may be null."""
    dates = {k: (a, b) for k, *_, a, b in regions}
    layers = {k: y for k, y, *_ in regions}
    located = [
        {"kind": "customer", "source": "s", "row_no": n, "location_id": c["place"]}
        for n, c in enumerate(customers)
        if c["place"] is not None
    ]
    plain = [{k: v for k, v in c.items() if k != "place"} for c in customers]
    return {
        "conform.layer": [
            {"layer_id": i, "hierarchy": h, "level": lv, "depth": d, "overlapping": o} for i, h, lv, d, o in _LAYERS
        ],
        "conform.region": [
            {"region_key": k, "layer_id": y, "hierarchy": h, "level": lv, "region_id": i, "name": i, "parent_key": p,
             "valid_from": a, "valid_to": b, "geometry": shapely.to_wkb(shapely.box(k, 0, k + 1, 1))}
            for k, y, h, lv, i, p, a, b in regions
        ],
        "conform.location_region": [
            {"location_id": p, "layer_id": layers[k], "region_key": k, "valid_from": dates[k][0],
             "valid_to": dates[k][1]}
            for k, held in places.items()
            for p in held
        ],
        "conform.location_cell": [{"location_id": p, "h3_r8": 613196571000000000 + p} for p in LOCATED],
        "geocode.location": [
            {"location_id": p, "lon": -122.0 - p / 100, "lat": 37.0 + p / 200, "match_level": "exact",
             "precision": "building"}
            for p in LOCATED
        ],
        "geocode.record_location": located,
        "ingest.customer": [{**c, "source": "s", "row_no": n} for n, c in enumerate(plain)],
        'ingest."order"': [{**o, "source": "s"} for o in orders],
        "ingest.zone_statistic": [
            {"region_id": r, "statistic": "households", "value": v, "hierarchy": "city", "level": "zone",
             "as_of": d, "source": "s"}
            for r, v, d in (("A", 40, None), ("B", 10, None), ("C", 30, None), ("D", 5, None))
        ],
    }  # fmt: skip
