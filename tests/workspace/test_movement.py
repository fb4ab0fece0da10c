"""Movement and floating population of a project: what is counted where, what stays unknown, and who may see it."""

from __future__ import annotations

import pytest
import shapely

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError, SourceError
from gcrm.pipeline import build
from tests.workspace import town


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    opened = town.opened(tmp_path_factory.mktemp("movement") / "town")
    yield opened
    opened.close()


def pairs(table):
    rows = table.select(["origin", "destination", "trips", "unknown"]).to_pylist()
    return {(r["origin"], r["destination"]): (r["trips"], r["unknown"]) for r in rows}


def test_trips_between_stations_are_those_of_the_file(ws):
    assert pairs(ws.movement.flows("station")) == {
        ("s1", "s3"): (20, 0),
        ("s3", "s1"): (15, 0),
        ("s1", "s2"): (10, 0),
        ("s4", "s4"): (3, 0),
        ("s1", "nowhere"): (1, 0),
        ("s2", "s4"): (None, 1),  # the file says *: unknown, not 0
    }


def test_regions_add_their_stations_up_and_keep_what_is_unknown_apart(ws):
    assert pairs(ws.movement.flows("district")) == {
        ("west", "east"): (20, 1),
        ("east", "west"): (15, 0),
        ("west", "west"): (10, 0),
        ("east", "east"): (3, 0),
        ("west", None): (1, 0),
    }


@pytest.mark.parametrize("level", ["station", "zone", "district", "h3_r8"])
def test_no_trip_is_lost_at_any_level(ws, level):
    table = ws.movement.flows(level)
    assert sum(t for t in table["trips"].to_pylist() if t is not None) == 49
    assert sum(table["unknown"].to_pylist()) == 1


def test_trips_are_chosen_by_day_and_hour_also_past_midnight(ws):
    assert pairs(ws.movement.flows("zone", "weekend")) == {("d", "d"): (3, 0)}
    assert pairs(ws.movement.flows("zone", "weekday", 18)) == {("c", "a"): (15, 0)}
    assert pairs(ws.movement.flows("zone", hours=(17, 8))).keys() == {
        ("c", "a"),
        ("a", "c"),
        ("a", "b"),
        ("b", "d"),
        ("a", None),
    }
    assert len(ws.movement.flows("zone", top=2)) == 2


def test_lines_lead_from_place_to_place(ws):
    lines = ws.movement.lines("zone")
    first = lines.iloc[0]
    assert (first.origin, first.destination, first.trips) == ("a", "c", 20)
    assert first.geometry.equals_exact(shapely.LineString([(-122.395, 37.705), (-122.375, 37.705)]), 1e-9)
    assert not (lines["origin"] == lines["destination"]).any()


def test_people_present_are_unknown_where_a_part_is(ws):
    table = ws.population.hours("district", "weekday").to_pylist()
    assert [(r["member"], r["hour"], r["persons"], r["at_least"], r["unknown"]) for r in table] == [
        ("east", 3, 25, 25, 0),
        ("east", 12, None, 5, 1),
        ("west", 3, 110, 110, 0),
        ("west", 12, 350, 350, 0),
    ]


def test_days_of_one_type_become_their_mean(ws):
    table = ws.population.hours("station", measure="footfall").to_pylist()
    found = {(r["member"], r["day_type"]): r["persons"] for r in table}
    assert found[("s1", "weekday")] == 40  # Monday 30, Tuesday 50
    assert found[("s1", "saturday")] == 10
    assert found[("s2", "saturday")] is None  # its source tells Saturdays elsewhere


def test_indices_weigh_the_days_of_the_week(ws):
    found = {r["member"]: r for r in ws.population.indices("zone", day=(12, 12), night=(3, 3)).to_pylist()}
    day, night = (5 * 50 + 2 * 80) / 7, (5 * 100 + 2 * 90) / 7
    assert found["a"]["day_night"] == pytest.approx(day / night)
    assert found["a"]["person_hours"] == 5 * 150 + 2 * 170
    assert found["b"]["weekday_weekend"] == pytest.approx(155 / 15)
    assert found["c"]["day_night"] is None
    assert found["c"]["night"] == 20


def test_the_cube_knows_people_and_trips_by_region_and_hour(ws):
    frame = ws.query(["persons", "trips_in", "customers"], by=["district"]).frame.set_index("district")
    assert frame.loc["west", "persons"] == pytest.approx((1610 + 1090) / 14)
    assert frame.loc["east", "persons_state"] == "unknown"
    assert frame.loc["west", "trips_in"] == 25
    by_hour = ws.query(["persons"], by=["zone", "hour"], where={"day_type": "weekday", "zone": "b"}).frame.dropna()
    assert dict(zip(by_hour["hour"], by_hour["persons"], strict=True)) == {"03": 10, "12": 300}
    assert ws.values("hour") == ["03", "08", "09", "12", "18"]


def test_persons_add_up_over_places_not_over_hours(ws):
    zones = ws.query(["persons"], by=["zone"], where={"zone": ["a", "b"]}, totals=True).frame
    total = zones.loc[zones["grouping"] > 0, "persons"].item()
    assert total == pytest.approx(zones.loc[zones["grouping"] == 0, "persons"].sum())
    hours = ws.query(["persons"], by=["hour"], where={"zone": "a"}, totals=True).frame
    assert hours.loc[hours["grouping"] > 0, "persons"].item() == pytest.approx(
        hours.loc[hours["grouping"] == 0, "persons"].mean()
    )


def test_a_zone_is_unknown_in_finer_levels_and_other_hierarchies(ws):
    cells = ws.query(["persons"], by=["h3_r8"]).frame
    assert cells["h3_r8"].dropna().empty or cells.loc[cells["h3_r8"].notna(), "persons_state"].eq("unknown").all()


def test_a_region_of_the_scope_shows_the_other_end_as_unknown(ws):
    east = gcrm.open(ws.folder, scope=Scope("east", {"district": ("east",)}, record_rights=True))
    assert pairs(east.movement.flows("zone")) == {
        (None, "c"): (20, 0),
        ("c", None): (15, 0),
        ("d", "d"): (3, 0),
        (None, "d"): (None, 1),
    }
    assert set(east.population.hours("zone")["member"].to_pylist()) == {"c", "d"}
    east.close()


def test_without_record_rights_no_flow_is_shown(ws):
    guest = gcrm.open(ws.folder, scope=Scope("guest"))
    for ask in (guest.movement.flows, guest.movement.ends, guest.population.hours, guest.population.indices):
        with pytest.raises(AccessError):
            ask("zone")
    with pytest.raises(QueryError, match="given out"):
        guest.query(["trips_out"], by=["zone"])
    guest.close()


def test_words_that_mean_nothing_are_refused(ws):
    with pytest.raises(QueryError, match="zone"):
        ws.movement.flows("zon")
    with pytest.raises(QueryError, match="weekday"):
        ws.movement.flows("zone", "weekdays")
    with pytest.raises(QueryError, match="23"):
        ws.population.hours("zone", hours=24)
    with pytest.raises(QueryError, match="footfall"):
        ws.population.hours("zone", measure="footfal")


def test_findings_name_unknown_figures_and_places(ws):
    con = ws.cursor()
    places = con.execute("SELECT place_id FROM enrich.movement_place WHERE NOT listed").fetchall()
    assert places == [("nowhere",)]
    assert con.execute("SELECT count(*) FROM enrich.flow WHERE trips IS NULL").fetchall() == [(1,)]


def test_traces_of_devices_are_refused_with_what_to_do(tmp_path):
    text = "device_id,timestamp,origin_id,destination_id,trips\nx,2024-01-01 10:00,s1,s2,1\n"
    folder = town.write(tmp_path / "traces", bikes=text)
    with pytest.raises(SourceError, match="gcrm traces"):
        build(folder)


def test_unknown_types_of_days_are_rejected_row_by_row(ws):
    rejected = ws.cursor().execute("SELECT reason, column_name FROM ingest.reject ORDER BY line").fetchall()
    assert rejected == [("unknown_word", "day_type"), ("out_of_range", "hour")]
