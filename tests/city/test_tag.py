from __future__ import annotations

import pytest

from gcrm.city import area, place, road, tag


@pytest.mark.parametrize(
    ("said", "kmh"),
    [
        *[("50", 50.0), ("30 mph", 48.3), ("30mph", 48.3), ("20 km/h", 20.0), ("10 knots", 18.5), ("walk", 5.0)],
        *[("50;30", 30.0), ("none", None), ("FI:urban", None), ("signals", None), ("", None), (None, None)],
        *[("0", None), ("999", None), ("5O", None), ("-50", None)],
    ],
)
def test_speeds(said, kmh):
    assert tag.speed_kmh(said) == kmh


@pytest.mark.parametrize(
    ("said", "metres"),
    [("12", 12.0), ("12.5 m", 12.5), ("12,5", 12.5), ("40 ft", 12.19), ("5'6\"", 1.68), ("10'", 3.05), ("tall", None)],
)
def test_lengths(said, metres):
    assert tag.length_m(said) == metres


@pytest.mark.parametrize(
    ("said", "year"),
    [("1995", 1995), ("1995-06", 1995), ("1995-06-01", 1995), ("~1900", None), ("C19", None), ("0099", None)],
)
def test_years(said, year):
    assert tag.year(said) == year


def test_numbers():
    said = ("4", "4;6", "4.5", "4,5", "many", "-2", None)
    assert [tag.number(word) for word in said] == [4.0, 6.0, 4.5, 4.5, None, None, None]
    assert [tag.whole(word) for word in ("12", "12.5", "x")] == [12, None, None]


@pytest.mark.parametrize(
    ("tags", "way"),
    [
        ({"highway": "primary"}, None),
        ({"highway": "primary", "oneway": "yes"}, "yes"),
        ({"highway": "primary", "oneway": "1"}, "yes"),
        ({"highway": "primary", "oneway": "-1"}, "reverse"),
        ({"highway": "primary", "oneway": "reversible"}, None),
        ({"highway": "primary", "junction": "roundabout"}, "yes"),
        ({"highway": "primary", "junction": "roundabout", "oneway": "no"}, "no"),
        ({"highway": "motorway"}, "yes"),
        ({"highway": "motorway", "oneway": "no"}, "no"),
    ],
)
def test_which_way_vehicles_go(tags, way):
    assert road.oneway(tags) == way


@pytest.mark.parametrize(
    ("tags", "who"),
    [
        ({}, None),
        ({"access": "yes"}, None),
        ({"access": "private"}, "private"),
        ({"access": "no"}, "no"),
        ({"access": "private", "foot": "yes"}, "foot"),
        ({"access": "no", "motor_vehicle": "yes"}, "motor_vehicle"),
        ({"motor_vehicle": "no"}, "bicycle"),
        ({"vehicle": "no"}, "foot"),
        ({"vehicle": "no", "bicycle": "yes"}, "bicycle"),
        ({"motor_vehicle": "private", "bicycle": "no"}, "foot"),
        ({"foot": "no"}, "motor_vehicle"),
        ({"access": "destination"}, None),
    ],
)
def test_who_may_use_a_road(tags, who):
    assert road.access(tags) == who


@pytest.mark.parametrize(
    ("tags", "storey"),
    [
        ({}, None), ({"layer": "2"}, 2), ({"layer": "0"}, None), ({"layer": "-1;0"}, None), ({"bridge": "yes"}, 1),
        ({"bridge": "viaduct", "layer": "3"}, 3), ({"tunnel": "yes"}, -1), ({"tunnel": "building_passage"}, None),
        ({"bridge": "no", "tunnel": "no"}, None), ({"tunnel": "yes", "layer": "x"}, -1),
    ],
)  # fmt: skip
def test_storeys(tags, storey):
    assert road.storey(tags) == storey


class _Thing:
    """An area or node of pyosmium as far as its tags go."""

    def __init__(self, *, node=False, **tags):
        self.tags = {key.replace("__", ":"): value for key, value in tags.items()}
        self.id, self.is_node = 7, lambda: node
        self.from_way, self.orig_id = lambda: True, lambda: 7


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"natural": "water", "leisure": "park"}, "water"),
        ({"leisure": "park"}, "green"),
        ({"landuse": "retail"}, "commercial"),
        ({"landuse": "grass", "amenity": "school"}, "institutional"),
        ({"amenity": "parking"}, "transport"),
        ({"highway": "pedestrian", "area": "yes"}, "transport"),
    ],
)
def test_land_by_its_use(tags, use):
    assert area.land_use(_Thing(**tags), b"")[2] == use


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "pedestrian"},
        {"landuse": "construction"},
        {"building": "school", "amenity": "school"},
        {"amenity": "parking", "parking": "underground"},
    ],
)
def test_what_is_no_land_use(tags):
    assert area.land_use(_Thing(**tags), b"") is None


def test_buildings_say_what_they_are():
    def row(**tags):
        return area.building(_Thing(**tags), b"x")

    assert row(building="apartments", building__levels="5;6", height="18 m", building__flats="24") == (
        *("w7", None, "apartments", 6.0, 18.0, 24, None, b"x"),
    )
    assert row(building="yes", amenity="school", name="Elm School", start_date="1920")[1:7] == (
        *("Elm School", "school", None, None, None, 1920),
    )
    assert row(building="yes")[2] is None
    assert row(building="no") is None
    assert row(leisure="park") is None


@pytest.mark.parametrize(
    ("tags", "sort"),
    [
        ({"shop": "bakery", "amenity": "cafe"}, ("shop", "bakery")),
        ({"shop": "no", "amenity": "cafe"}, ("food", "cafe")),
        ({"amenity": "pharmacy", "healthcare": "pharmacy"}, ("health", "pharmacy")),
        ({"healthcare": "laboratory"}, ("health", "laboratory")),
        ({"tourism": "hotel"}, ("lodging", "hotel")),
        ({"railway": "station"}, ("transport", "station")),
    ],
)
def test_points_of_interest(tags, sort):
    assert place.point_of_interest(_Thing(node=True, **tags), (1.0, 2.0)) == ("n7", None, *sort, None, 1.0, 2.0)


@pytest.mark.parametrize("tags", [{"amenity": "bench"}, {"shop": "vacant"}, {"highway": "crossing"}, {}])
def test_what_is_no_point_of_interest(tags):
    assert place.point_of_interest(_Thing(node=True, **tags), (1.0, 2.0)) is None
