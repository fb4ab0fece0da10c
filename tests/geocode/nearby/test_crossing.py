"""Two streets that meet, on literal rows and against a city's own list of its crossings."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pytest

from gcrm.geocode.table import Request, geocode_table
from tests.geocode.ground import find, pick

if TYPE_CHECKING:
    from pathlib import Path

# Main Street runs east, 2nd Avenue north; they meet at -122.408, 37.750. Far Road lies 2.6 km to the west.
REFERENCE = [
    *({"house_number": str(n), "street": "Main Street", "postcode": "94110", "city": "Reno",
       "lon": -122.41 + n * 1e-4, "lat": 37.7499 + n % 2 * 2e-4} for n in range(1, 40)),
    *({"house_number": str(n), "street": "2nd Avenue", "postcode": "94110", "city": "Reno",
       "lon": -122.4081 + n % 2 * 2e-4, "lat": 37.747 + n * 1e-4} for n in range(1, 60)),
    *({"house_number": str(n), "street": "Far Road", "postcode": "94110", "city": "Reno",
       "lon": -122.438, "lat": 37.747 + n * 1e-4} for n in range(1, 60)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Main St & 2nd Ave, Reno, NV 94110", None),
        ("Corner of Main Street and Second Avenue", None),
        ("2nd Ave @ Main St, 94110", None),
        ("Main St / Ecke 2nd Ave", None),
        ("2nd & Main, Reno", "type_missing"),
        ("Mian St and 2nd Avenue, Reno", "street_typo"),
    ],
)
def test_two_streets_meet_at_their_crossing(text: str, faults: str | None) -> None:
    (row,) = find(REFERENCE, text)
    assert pick([row], "match_level", "status", "rule", "faults") == [("intersection", "matched", "crossing", faults)]
    assert (row["lon"], row["lat"]) == (pytest.approx(-122.408, abs=3e-4), pytest.approx(37.75, abs=3e-4))
    assert row["not_understood"] is None


def test_streets_that_do_not_meet_give_the_first_with_a_fault() -> None:
    (row,) = find(REFERENCE, "Main St & Far Road, 94110")
    assert (row["match_level"], row["rule"]) == ("street", "street_in_postcode")
    assert row["faults"] == "crossing_missing, number_missing"
    assert row["matched_address"] == "main st, 94110"


def test_a_street_called_by_two_names_is_no_crossing() -> None:
    both = {"house_number": "7", "street": "Main and 2nd Plaza", "postcode": "94110", "lon": -122.5, "lat": 37.0}
    (row,) = find([*REFERENCE, both], "7 Main and 2nd Plaza, 94110")
    assert (row["match_level"], row["lon"]) == ("exact", -122.5)


def test_cambridge_knows_its_crossings(testdata: Path, tmp_path: Path) -> None:
    city = testdata / "cambridge"
    features = json.loads((city / "TRANS_Intersections.geojson").read_text(encoding="utf-8"))["features"]
    asked = [
        (f["properties"]["Intersection"] + ", Cambridge, MA", *f["geometry"]["coordinates"])
        for f in features
        if (f["properties"].get("Intersection") or "").count("&") == 1
    ]
    with (tmp_path / "asked.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("address", "true_lon", "true_lat"), *asked])
    answer = geocode_table(tmp_path / "asked.csv", [city / "TRANS_Centerlines.geojson"], Request(country="US"))
    levels = answer.table.column("geo_match_level")
    met = answer.table.filter(pc.equal(levels, "intersection")).to_pylist()
    # The others cross a street of the next town, which the file does not have.
    assert len(met) > 0.87 * len(asked)
    off = sorted(
        ((r["geo_lon"] - float(r["true_lon"])) ** 2 * 0.546 + (r["geo_lat"] - float(r["true_lat"])) ** 2) ** 0.5
        * 111_195
        for r in met
    )
    assert off[len(off) // 2] < 0.1
    assert off[int(0.95 * len(off))] < 10
