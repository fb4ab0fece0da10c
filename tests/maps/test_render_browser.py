from __future__ import annotations

import json

from shapely.geometry import MultiPolygon, Point, Polygon, box, shape

from gcrm.maps.choropleth import describe
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.render_browser import features, to_browser

NAME = "</script>${window.ran=1}"


def test_a_description_becomes_plain_json() -> None:
    areas = describe(
        [("a", NAME, box(0, 0, 1, 1), 3.0, "known"), ("b", "B", None, None, "unknown")], title="T", noun="Zones"
    )
    point = Layer("points", "Stores", (Place("s", NAME, Point(0.5, 0.5), facts=(("Kind", "x"),)),), 4, "3 lost")
    outline = Layer("outlines", "Districts", (), 0, source="/regions.json")
    data = to_browser(MapDescription("T", (outline, *areas.layers, point), areas.legend, "a"))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["areas"]["rows"] == [
        {"id": "a", "name": NAME, "key": "c0", "text": "3", "facts": []},
        {"id": "b", "name": "B", "key": "unknown", "text": "unknown", "facts": []},
    ]
    assert [f["properties"]["id"] for f in data["areas"]["features"]["features"]] == ["a"]
    assert data["outlines"] == {"title": "Districts", "source": "/regions.json", "features": None, "rows": []}
    assert data["points"]["rows"][0]["facts"] == [["Kind", "x"]]
    assert data["statements"] == ["Zones: showing 1 of 2", "Stores: showing 1 of 4; 3 lost"]
    assert [e["key"] for e in data["legend"]["entries"]] == ["c0", "unknown"]


def test_layers_that_are_not_there_are_null() -> None:
    data = to_browser(MapDescription("Empty", ()))
    assert (data["areas"], data["outlines"], data["points"], data["legend"]) == (None, None, None, None)


def test_shapes_keep_holes_and_parts_to_a_metre() -> None:
    ring = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior.coords])
    both = MultiPolygon([ring, box(5.123456789, 0, 6, 1)])
    (feature,) = features([Place("a", "A", both), Place("b", "B", None), Place("c", "C", Polygon())])["features"]
    assert shape(feature["geometry"]).symmetric_difference(both).area < 1e-5
    assert all(
        round(x, 5) == x
        for part in feature["geometry"]["coordinates"]
        for ring in part
        for point in ring
        for x in point
    )
    assert both.contains(Point(feature["properties"]["at"]))
