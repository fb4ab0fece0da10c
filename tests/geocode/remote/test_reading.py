"""What answers of each provider are worth: literal answers in their published shape, what is made of them out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.geocode.remote import PROVIDERS
from gcrm.geocode.remote.answer import CONFIDENCE, LEAST_M, WITHOUT_BOX_M, Answer
from gcrm.geocode.remote.question import Question
from gcrm.geocode.remote.reading import read

ASKED = Question("12a", "Invented Street", "94110", "San Francisco", "US")
LON, LAT = -122.4, 37.75
#: 0.01 degrees of longitude and latitude there, in metres on the sphere.
WIDE_M, HIGH_M = 111_195.08 * 0.01 * math.cos(math.radians(LAT)), 111_195.08 * 0.01


def nominatim(**raw):
    return {"class": "building", "type": "yes", "address": {"house_number": "12A", "country_code": "us"}, **raw}


def feature(**properties):
    return {"properties": {"housenumber": "12A", **properties}}


def opencage(kind, number=None, **raw):
    return {"components": {"_type": kind, **({"house_number": number} if number else {})}, **raw}


def geocodio(kind, number="12A", **components):
    return {"accuracy_type": kind, "address_components": {"number": number, **components}}


@pytest.mark.parametrize(
    ("provider", "raw", "state", "level"),
    [
        ("nominatim", nominatim(), "found", "exact"),
        ("nominatim", nominatim(type="houses"), "found", "interpolated"),
        ("nominatim", nominatim(address={"house_number": "14"}), "found", "street"),
        ("nominatim", {"class": "highway", "type": "residential", "address": {}}, "found", "street"),
        ("nominatim", {"class": "place", "type": "postcode"}, "found", "postcode"),
        ("nominatim", {"class": "boundary", "addresstype": "city"}, "found", "place"),
        ("nominatim", {"class": "boundary", "addresstype": "state"}, "nothing", None),
        ("nominatim", {"class": "amenity", "type": "cafe", "address": {"road": "Invented Street"}}, "nothing", None),
        ("nominatim", nominatim(address={"house_number": "12a", "postcode": "94110-1234"}), "found", "exact"),
        ("nominatim", nominatim(address={"house_number": "12a", "postcode": "10115"}), "doubtful", "exact"),
        ("nominatim", nominatim(address={"house_number": "12a", "country_code": "ca"}), "doubtful", "exact"),
        ("photon", feature(type="house"), "found", "exact"),
        ("photon", {"properties": {"type": "house", "name": "A cafe"}}, "nothing", None),
        ("photon", feature(type="street"), "found", "street"),
        ("photon", feature(type="state"), "nothing", None),
        ("photon", feature(type="house", countrycode="DE"), "doubtful", "exact"),
        ("pelias", feature(layer="address"), "found", "exact"),
        ("pelias", feature(layer="address", match_type="interpolated"), "found", "interpolated"),
        ("pelias", feature(layer="venue"), "nothing", None),
        ("geocode_earth", feature(layer="postalcode"), "found", "postcode"),
        ("opencage", opencage("building", "12a"), "found", "exact"),
        ("opencage", opencage("road"), "found", "street"),
        ("opencage", opencage("town"), "found", "place"),
        ("opencage", opencage("country"), "nothing", None),
        ("geocodio", geocodio("rooftop"), "found", "exact"),
        ("geocodio", geocodio("range_interpolation"), "found", "interpolated"),
        ("geocodio", geocodio("nearest_rooftop_match", "14"), "found", "street"),
        ("geocodio", geocodio("county"), "nothing", None),
        ("geocodio", geocodio("rooftop", zip="10001"), "doubtful", "exact"),
    ],
)
def test_an_answer_is_worth_what_its_provider_says(provider, raw, state, level):
    found = read(provider, ASKED, LON, LAT, raw)
    assert (found.state, found.level) == (state, level)


def test_a_number_that_was_not_asked_for_is_no_address():
    asked = Question("", "Invented Street", "94110", "San Francisco", "US")
    assert read("nominatim", asked, LON, LAT, nominatim()).level == "street"


def test_the_error_reaches_the_farthest_corner_of_the_box_and_has_a_floor():
    box = [str(LAT - 0.01), str(LAT + 0.005), str(LON - 0.005), str(LON + 0.01)]
    road = {"class": "highway", "boundingbox": box}
    assert read("nominatim", ASKED, LON, LAT, road).error_m == pytest.approx(math.hypot(WIDE_M, HIGH_M), abs=0.1)
    assert read("nominatim", ASKED, LON, LAT, nominatim(boundingbox=[LAT, LAT, LON, LON])).error_m == LEAST_M["exact"]
    assert read("nominatim", ASKED, LON, LAT, nominatim()).error_m == WITHOUT_BOX_M["exact"]
    for raw, provider in (
        ({**feature(type="street", extent=[LON - 0.01, LAT, LON, LAT - 0.01])}, "photon"),
        ({**feature(layer="street"), "bbox": [LON - 0.01, LAT - 0.01, LON, LAT]}, "pelias"),
        (
            opencage(
                "road",
                bounds={"southwest": {"lat": LAT - 0.01, "lng": LON - 0.01}, "northeast": {"lat": LAT, "lng": LON}},
            ),
            "opencage",
        ),
    ):
        assert read(provider, ASKED, LON, LAT, raw).error_m == pytest.approx(math.hypot(WIDE_M, HIGH_M), abs=0.1)


def test_an_answer_as_wide_as_a_state_is_none():
    road = {"class": "highway", "boundingbox": [30, 40, -125, -110]}
    assert read("nominatim", ASKED, LON, LAT, road) == Answer("nothing")


@pytest.mark.parametrize("point", [(0.0, 0.0), (181.0, 1.0), (1.0, 91.0), (math.nan, 1.0), (1.0, math.inf)])
def test_an_answer_off_the_globe_is_none(point):
    assert read("nominatim", ASKED, *point, nominatim()) == Answer("nothing")


def test_no_answer_counts_as_sure():
    assert max(CONFIDENCE.values()) <= 0.7


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.just("house"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("class", "type", "address", "house_number", "boundingbox", "properties", "extent", "bbox"),
                    *("layer", "components", "bounds", "southwest", "lat", "lng", "accuracy_type", "number"),
                    "address_components",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(PROVIDERS)), st.floats(), st.floats(), JSON)
def test_nonsense_is_read_without_a_fault(provider, lon, lat, raw):
    found = read(provider, ASKED, lon, lat, raw)
    if found.state == "nothing":
        assert found.lon is None
    else:
        assert abs(found.lon) <= 180
        assert abs(found.lat) <= 90
        assert LEAST_M[found.level] <= found.error_m <= 50_000
