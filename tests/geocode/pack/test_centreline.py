"""Street centrelines become sides of streets with house numbers; Cambridge's are held against its own file."""

from __future__ import annotations

import json

import pytest
import shapely

from tests.geocode.pack.shelf import make, rows

LINE = {"type": "LineString", "coordinates": [[-71.1, 42.37], [-71.101, 42.371]]}
NAMES = ("street", "side", "parity", "from_number", "to_number", "postcode", "city")


def features(*items):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": p, "geometry": g} for p, g in items],
        }
    )


def test_each_side_is_a_row_in_the_direction_of_the_line(tmp_path):
    source = tmp_path / "lines.geojson"
    tiger = {
        "FULLNAME": "Elm St",
        "LFROMHN": "10",
        "LTOHN": "2",
        "RFROMHN": "1-",
        "RTOHN": "9",
        "ZIPL": "1",
        "ZIPR": "2",
    }
    mixed = {**tiger, "FULLNAME": "Oak St", "LTOHN": "3", "RTOHN": None}
    source.write_text(features((tiger, LINE), (mixed, LINE)), encoding="utf-8")
    made = make(tmp_path / "l.pack", source)
    assert rows(made, "range", *NAMES) == [
        ("Elm St", "left", "even", 10, 2, "1", None),
        ("Oak St", "left", "both", 10, 3, "1", None),
        ("Elm St", "right", "odd", 1, 9, "2", None),
    ]
    assert made.left_out == {"no_numbers": 1}
    assert made.rows["street"] == 0  # Oak St has a side with addresses
    ((wkb, *_),) = rows(made, "range", "geometry")[:1]
    assert shapely.from_wkb(wkb).equals_exact(shapely.LineString(LINE["coordinates"]))


def test_parts_in_a_row_are_one_line_and_others_are_left_out(tmp_path):
    source = tmp_path / "parts.geojson"
    (a, b), c = LINE["coordinates"], [-71.102, 42.371]
    said = {"Street": "Elm St", "L_From": 2, "L_To": 10, "R_From": 0, "R_To": 0}
    chain = {"type": "MultiLineString", "coordinates": [[b, c], [a, b]]}
    apart = {"type": "MultiLineString", "coordinates": [[a, b], [[-71.2, 42.3], [-71.3, 42.3]]]}
    source.write_text(features((said, chain), ({**said, "Street": "Gap St"}, apart)), encoding="utf-8")
    made = make(tmp_path / "p.pack", source)
    ((street, wkb),) = rows(made, "range", "street", "geometry")
    assert street == "Elm St"
    assert shapely.get_coordinates(shapely.from_wkb(wkb)).tolist() == [a, b, c]
    assert made.left_out == {"bad_line": 2, "no_numbers": 1}


def test_streets_without_numbers_are_streets(tmp_path):
    source = tmp_path / "streets.geojson"
    bare = {"name": "Mill Lane", "L_From": 0, "L_To": 0, "R_From": 0, "R_To": 0}
    numbered = {**bare, "name": "Elm St", "L_From": 2, "L_To": 10}
    source.write_text(features((bare, LINE), (numbered, LINE)), encoding="utf-8")
    made = make(tmp_path / "s.pack", source)
    ((name, lon, lat, radius_m),) = rows(made, "street", "name", "lon", "lat", "radius_m")
    assert (name, lon, lat) == ("Mill Lane", -71.1005, 42.3705)
    assert radius_m == pytest.approx(69, abs=1)  # the ends are 138 m apart


def test_cambridge(tmp_path, testdata):
    source = testdata / "cambridge" / "TRANS_Centerlines.geojson"
    made = make(tmp_path / "c.pack", source, country="US", licence="PDDL-1.0")
    said = [f["properties"] for f in json.loads(source.read_text(encoding="utf-8"))["features"]]
    sides = {
        (p["Street"], end, p[f"{end}_From"], p[f"{end}_To"])
        for p in said
        for end in "LR"
        if p.get("Street") and min(p.get(f"{end}_From") or 0, p.get(f"{end}_To") or 0) > 0  # -1 is not known
    }
    ours = {
        (s, side[0].upper(), a, b)
        for s, side, a, b in rows(made, "range", "street", "side", "from_number", "to_number")
    }
    assert ours == sides
    assert made.rows["range"] + sum(made.left_out.values()) == 2 * len(said)
