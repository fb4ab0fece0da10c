from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gcrm.cube.model import MEASURES
from gcrm.maps.choropleth import describe, from_frame, noun_of, without_place
from gcrm.maps.description import Layer, MapDescription, Place

SQUARES = [box(i, 0, i + 1, 1) for i in range(6)]


def test_states_become_entries_of_their_own() -> None:
    figures = [
        ("a", "A", SQUARES[0], 3.0, "known"),
        ("b", "B", SQUARES[1], 8.0, "known"),
        ("c", "C", SQUARES[2], 0.0, "known"),
        ("d", "D", SQUARES[3], None, "unknown"),
        ("e", "E", SQUARES[4], None, "suppressed"),
        ("f", "F", None, 8.0, "known"),
    ]
    chart = describe(figures, title="Customers", noun="Zones", min_count=5, note="2 without location")
    assert chart.legend is not None
    assert [(e.key, e.label, e.pattern, e.count) for e in chart.legend.entries] == [
        ("c0", "3", "plain", 1),
        ("c1", "8", "plain", 2),
        ("zero", "0", "plain", 1),
        ("unknown", "unknown", "hatch", 1),
        ("suppressed", "withheld: protects counts below 5", "dots", 1),
    ]
    assert len({e.colour for e in chart.legend.entries}) == 5
    (layer,) = chart.layers
    assert [p.text for p in layer.places] == ["3", "8", "0", "unknown", "withheld", "8"]
    assert layer.statement == "Zones: showing 5 of 6; 2 without location"
    assert chart.bounds == (0, 0, 5, 1)


def test_a_result_becomes_a_map() -> None:
    frame = gpd.GeoDataFrame(
        {
            "zone": ["1", "2", "3"],
            "zone_name": ["One", "Two", "Three"],
            "revenue": [10.5, None, 1000.0],
            "revenue_state": ["known", "unknown", "known"],
        },
        geometry=SQUARES[:3],
        crs="EPSG:4326",
    )
    chart = from_frame(frame, MEASURES["revenue"], "zone", currency="EUR")
    places = chart.layers[0].places
    assert [(p.id, p.name, p.text) for p in places] == [
        ("1", "One", "€10.50"),
        ("2", "Two", "unknown"),
        ("3", "Three", "€1,000"),
    ]
    assert chart.title == "Revenue"


def test_cells_have_no_names() -> None:
    frame = gpd.GeoDataFrame(
        {"h3_r9": ["8928308280fffff"], "customers": [4], "customers_state": ["known"]},
        geometry=SQUARES[:1],
        crs="EPSG:4326",
    )
    (place,) = from_frame(frame, MEASURES["customers"], "h3_r9").layers[0].places
    assert (place.id, place.name, place.value) == ("8928308280fffff", "8928308280fffff", 4.0)
    assert noun_of("h3_r9") == "Cells (H3 9)"
    assert noun_of("trading_area") == "Trading area"


@pytest.mark.parametrize(
    ("place", "value", "state", "note"),
    [
        ("zone", 34.0, "known", "Customers without zone: 34"),
        ("h3_r9", 34.0, "known", "Customers without location: 34"),
        ("zone", None, "suppressed", "Customers without zone: withheld"),
        ("zone", 0.0, "known", ""),
        ("zone", None, "unknown", ""),
    ],
)
def test_what_has_no_place_is_said(place: str, value: float | None, state: str, note: str) -> None:
    frame = pd.DataFrame(
        {place: ["1", None, None], "customers": [5.0, value, 39.0], "customers_state": ["known", state, "known"]}
    )
    assert without_place(frame.assign(grouping=[0, 0, 1]), MEASURES["customers"], place) == note
    assert without_place(frame[:1], MEASURES["customers"], place) == ""


def test_nothing_has_no_bounds() -> None:
    assert MapDescription("Empty", (Layer("areas", "Zones", (), 0),)).bounds is None
    points = Layer("points", "Stores", (Place("s", "Store", Point(2, 3)), Place("t", "Empty", Point())), 2)
    assert MapDescription("Stores", (points,)).bounds == (2, 3, 2, 3)
