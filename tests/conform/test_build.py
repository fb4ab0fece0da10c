"""The conform stage on a small literal town, table by table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import h3.api.basic_int as h3
import pytest
import shapely
from shapely import from_wkt

from gcrm import sql
from gcrm.conform import build_conform
from gcrm.settings import Settings
from tests import star

if TYPE_CHECKING:
    import duckdb

    from gcrm.stage import StageReport

TOWN = {"project": {"name": "Town", "metric_crs": "EPSG:32632"}, "cell_resolutions": [7]}
HIERARCHIES = {
    "admin": {"levels": ["district", "zone"]},
    "trade": {"levels": ["area"], "overlapping": True},
    "postal": {"levels": ["zip"]},
}


def box(west: float, south: float, east: float, north: float) -> bytes:
    """Make a box in units of a hundredth of a degree, near 9 E 50 N."""
    return bytes(shapely.to_wkb(shapely.box(9 + west / 100, 50 + south / 100, 9 + east / 100, 50 + north / 100)))


def region(level: str, region_id: str, geometry: bytes | None, **more: Any) -> dict[str, Any]:
    hierarchy = next(h for h, settings in HIERARCHIES.items() if level in settings["levels"])
    return {"hierarchy": hierarchy, "level": level, "region_id": region_id, "geometry": geometry, **more}


REGIONS = [
    region("district", "2", None, name="West"),
    region("district", "1", None, name="East"),
    region("district", "3", None),
    region("zone", "b", box(1, 0, 2, 2), parent_id="2"),
    region("zone", "a", box(0, 0, 1, 2), parent_id="2"),
    region("zone", "c", box(2, 0, 3, 2), parent_id="1"),
    region("zone", "d", box(3, 0, 4, 2), parent_id="9"),
    region("area", "s1", box(0, 0, 2, 2)),
    region("area", "s2", box(1, 1, 3, 3)),
    region(
        "zip",
        "01",
        bytes(shapely.to_wkb(from_wkt("POLYGON ((9 50, 9.02 50.02, 9.02 50, 9 50.02, 9 50))"))),
        valid_to=date(2020, 1, 1),
    ),
    region("zip", "01", box(0, 0, 4, 2), valid_from=date(2020, 1, 1)),
]
#: Places: in zone a, on the border of a and b, in b and both areas, in c, in d, in the far, nowhere.
PLACES = [
    (100, 9.001, 50.01),
    (101, 9.01, 50.011),
    (102, 9.015, 50.015),
    (103, 9.025, 50.005),
    (104, 9.035, 50.005),
    (105, 10.0, 51.0),
    (106, None, None),
]


def town(
    regions: list[dict[str, Any]], places: list[tuple[int, float | None, float | None]]
) -> duckdb.DuckDBPyConnection:
    """Attach `ingest` and `geocode` with literal rows, and an empty `conform`."""
    con = sql.connect()
    for stage in ("ingest", "geocode", "conform"):
        con.execute(f"ATTACH ':memory:' AS {stage}")
    tables = star.tables()
    for table in ('ingest."region"', "geocode.location"):
        con.execute(f"CREATE TABLE {table} ({tables[table]})")
    star.insert(con, "ingest.region", regions)
    star.insert(con, "geocode.location", [{"location_id": i, "lon": x, "lat": y} for i, x, y in places])
    return con


@pytest.fixture(scope="module")
def built() -> tuple[duckdb.DuckDBPyConnection, StageReport]:
    con = town(REGIONS, PLACES)
    return con, build_conform(con, settings=Settings.model_validate({**TOWN, "hierarchies": HIERARCHIES}))


Built = tuple["duckdb.DuckDBPyConnection", "StageReport"]


def test_layers_follow_the_settings(built: Built) -> None:
    rows = built[0].execute("SELECT layer_id, hierarchy, level, depth, overlapping, regions FROM conform.layer")
    assert rows.fetchall() == [
        (1, "admin", "district", 1, False, 3),
        (2, "admin", "zone", 2, False, 4),
        (3, "trade", "area", 1, True, 2),
        (4, "postal", "zip", 1, False, 2),
    ]


def test_regions_are_numbered_named_and_linked(built: Built) -> None:
    rows = built[0].execute(
        "SELECT region_key, layer_id, level, region_id, name, parent_id, parent_key, valid_from, repaired "
        "FROM conform.region ORDER BY region_key"
    )
    y = date(2020, 1, 1)
    assert rows.fetchall() == [
        (1, 1, "district", "1", "East", None, None, None, False),
        (2, 1, "district", "2", "West", None, None, None, False),
        (3, 1, "district", "3", "3", None, None, None, False),
        (4, 2, "zone", "a", "a", "2", 2, None, False),
        (5, 2, "zone", "b", "b", "2", 2, None, False),
        (6, 2, "zone", "c", "c", "1", 1, None, False),
        (7, 2, "zone", "d", "d", "9", None, None, False),
        (8, 3, "area", "s1", "s1", None, None, None, False),
        (9, 3, "area", "s2", "s2", None, None, None, False),
        (10, 4, "zip", "01", "01", None, None, None, True),
        (11, 4, "zip", "01", "01", None, None, y, False),
    ]


def test_regions_have_a_valid_geometry_an_area_and_an_inner_point(built: Built) -> None:
    rows = built[0].execute("SELECT region_key, geometry, area_m2, lon, lat FROM conform.region ORDER BY 1").fetchall()
    assert rows[2] == (3, None, None, None, None)
    for key, wkb, area, lon, lat in rows:
        if key != 3:
            geometry = shapely.from_wkb(bytes(wkb))
            assert geometry.is_valid
            assert shapely.contains_xy(geometry, lon, lat)
            # At 50 degrees north a square degree has 111.23 km times 71.70 km.
            assert area == pytest.approx(geometry.area * 111.23e3 * 71.70e3, rel=5e-3)
    west = shapely.from_wkb(bytes(rows[1][1]))
    assert west.equals(shapely.box(9, 50, 9.02, 50.02))


def test_places_have_their_regions(built: Built) -> None:
    rows = built[0].execute("SELECT location_id, region_key FROM conform.location_region ORDER BY ALL").fetchall()
    assert rows == [
        *[(100, 2), (100, 4), (100, 8), (100, 10), (100, 11)],
        *[(101, 2), (101, 4), (101, 8), (101, 9), (101, 11)],
        *[(102, 2), (102, 5), (102, 8), (102, 9), (102, 10), (102, 11)],
        *[(103, 1), (103, 6), (103, 11)],
        *[(104, 7), (104, 11)],
    ]
    days = built[0].execute(
        "SELECT valid_from, valid_to FROM conform.location_region WHERE location_id = 100 ORDER BY region_key"
    )
    y = date(2020, 1, 1)
    assert days.fetchall() == [(None, None), (None, None), (None, None), (None, y), (y, None)]


def test_places_have_cells_of_every_resolution(built: Built) -> None:
    frame = built[0].execute("FROM conform.location_cell ORDER BY location_id")
    names = [c[0] for c in frame.description or ()]
    rows = frame.fetchall()
    assert names[:3] == ["location_id", "lon", "lat"]
    joined = built[0].execute("SELECT DISTINCT resolution FROM conform.layer").fetchall()
    assert names[3:] == [f"h3_r{r}" for r in sorted({7, *(r for (r,) in joined)})]
    assert [row[0] for row in rows] == [100, 101, 102, 103, 104, 105]
    for _, lon, lat, *cells in rows:
        assert cells == [h3.latlng_to_cell(lat, lon, int(name.removeprefix("h3_r"))) for name in names[3:]]


def test_what_is_wrong_is_said(built: Built) -> None:
    rows = built[0].execute(
        "SELECT kind, layer_id, region_id, other_id, round(area_m2), count FROM conform.finding ORDER BY ALL"
    )
    bow_tie = round(0.5 * 0.02 * 0.02 * 111.23e3 * 71.70e3)
    found = rows.fetchall()
    assert found[2][:4] == ("outside", 1, None, None)
    assert [(*row[:4], row[5]) for row in found] == [
        ("empty", 1, "3", None, 1),
        ("orphan", 2, "d", "9", 1),
        ("outside", 1, None, None, 2),
        ("outside", 2, None, None, 1),
        ("outside", 3, None, None, 3),
        ("outside", 4, None, None, 1),
        ("repaired", 4, "01", None, 1),
    ]
    assert found[-1][4] == pytest.approx(bow_tie, rel=0.01)


def test_the_report_sums_up(built: Built) -> None:
    report = built[1]
    assert report.stage == "conform"
    assert report.rows == {
        "layer": 4,
        "region": 11,
        "location_cell": 6,
        "location_region": 21,
        "location_uncertain": 0,
        "finding": 7,
    }
    assert [(f.kind, f.subject, f.count) for f in report.findings] == [
        ("empty", "district", 1),
        ("outside", "district", 2),
        ("orphan", "zone", 1),
        ("outside", "zone", 1),
        ("outside", "area", 3),
        ("outside", "zip", 1),
        ("repaired", "zip", 1),
    ]


def test_every_column_has_a_comment(built: Built) -> None:
    silent = built[0].execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'conform' AND comment IS NULL"
    )
    assert silent.fetchall() == []


def test_a_place_whose_region_names_another_parent_than_the_one_around_it_is_counted() -> None:
    rows = [
        region("district", "1", box(0, 0, 2, 2)),
        region("district", "2", box(2, 0, 4, 2)),
        region("zone", "a", box(0, 0, 2, 2), parent_id="1"),
        region("zone", "b", box(2, 0, 3, 2), parent_id="1"),
        region("zone", "c", box(3, 0, 5, 2), parent_id="2"),
    ]
    places = [(1, 9.01, 50.01), (2, 9.021, 50.01), (3, 9.022, 50.01), (4, 9.035, 50.01), (5, 9.045, 50.01)]
    con = town(rows, places)
    settings = Settings.model_validate({**TOWN, "hierarchies": {"admin": HIERARCHIES["admin"]}})
    build_conform(con, settings=settings)
    # Places 2 and 3 lie in district 2, but zone b names district 1; place 5 lies in no district at all.
    found = con.execute("SELECT layer_id, count FROM conform.finding WHERE kind = 'path'").fetchall()
    assert found == [(2, 3)]


def test_a_project_without_regions_has_cells_all_the_same() -> None:
    con = town([], [(1, 9.0, 50.0)])
    report = build_conform(con, settings=Settings.model_validate(TOWN))
    assert report.rows == {
        "layer": 0,
        "region": 0,
        "location_cell": 1,
        "location_region": 0,
        "location_uncertain": 0,
        "finding": 0,
    }
    assert con.execute("SELECT h3_r7 FROM conform.location_cell").fetchone() == (h3.latlng_to_cell(50, 9, 7),)
