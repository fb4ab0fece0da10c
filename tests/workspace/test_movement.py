"""Movement and floating population of a project: what is counted where, what stays unknown, and who may see it."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

import gcrm
from app import streamed
from gcrm.access.scope import Scope
from gcrm.cli import app as cli
from gcrm.errors import AccessError, QueryError, SourceError
from gcrm.pipeline import build
from gcrm.workspace.contrast import describe
from tests.workspace import town


def pairs(table):
    rows = table.select(["origin", "destination", "trips", "unknown"]).to_pylist()
    return {(r["origin"], r["destination"]): (r["trips"], r["unknown"]) for r in rows}


def test_trips_between_stations_are_those_of_the_file(town_ws):
    assert pairs(town_ws.movement.flows("station")) == {
        ("s1", "s3"): (20, 0),
        ("s3", "s1"): (15, 0),
        ("s1", "s2"): (10, 0),
        ("s4", "s4"): (3, 0),
        ("s1", "nowhere"): (1, 0),
        ("s2", "s4"): (None, 1),  # the file says *: unknown, not 0
    }


def test_regions_add_their_stations_up_and_keep_what_is_unknown_apart(town_ws):
    assert pairs(town_ws.movement.flows("district")) == {
        ("west", "east"): (20, 1),
        ("east", "west"): (15, 0),
        ("west", "west"): (10, 0),
        ("east", "east"): (3, 0),
        ("west", None): (1, 0),
    }


@pytest.mark.parametrize("level", ["station", "zone", "district", "h3_r8"])
def test_no_trip_is_lost_at_any_level(town_ws, level):
    table = town_ws.movement.flows(level)
    assert sum(t for t in table["trips"].to_pylist() if t is not None) == 49
    assert sum(table["unknown"].to_pylist()) == 1


def test_trips_are_chosen_by_day_and_hour_also_past_midnight(town_ws):
    assert pairs(town_ws.movement.flows("zone", "weekend")) == {("d", "d"): (3, 0)}
    assert pairs(town_ws.movement.flows("zone", "weekday", 18)) == {("c", "a"): (15, 0)}
    assert pairs(town_ws.movement.flows("zone", hours=(17, 8))).keys() == {
        ("c", "a"),
        ("a", "c"),
        ("a", "b"),
        ("b", "d"),
        ("a", None),
    }
    assert len(town_ws.movement.flows("zone", top=2)) == 2


def test_lines_lead_from_place_to_place(town_ws):
    lines = town_ws.movement.lines("zone")
    first = lines.iloc[0]
    assert (first.origin, first.destination, first.trips) == ("a", "c", 20)
    assert first.geometry.equals_exact(shapely.LineString([(-122.395, 37.705), (-122.375, 37.705)]), 1e-9)
    assert not (lines["origin"] == lines["destination"]).any()


def test_people_present_are_unknown_where_a_part_is(town_ws):
    table = town_ws.population.hours("district", "weekday").to_pylist()
    assert [(r["member"], r["hour"], r["persons"], r["at_least"], r["unknown"]) for r in table] == [
        ("east", 3, 25, 25, 0),
        ("east", 12, None, 5, 1),
        ("west", 3, 110, 110, 0),
        ("west", 12, 350, 350, 0),
    ]


def test_days_of_one_type_become_their_mean(town_ws):
    table = town_ws.population.hours("station", measure="footfall").to_pylist()
    found = {(r["member"], r["day_type"]): r["persons"] for r in table}
    assert found[("s1", "weekday")] == 40  # Monday 30, Tuesday 50
    assert found[("s1", "saturday")] == 10
    assert found[("s2", "saturday")] is None  # its source tells Saturdays elsewhere


def test_indices_weigh_the_days_of_the_week(town_ws):
    found = {r["member"]: r for r in town_ws.population.indices("zone", day=(12, 12), night=(3, 3)).to_pylist()}
    day, night = (5 * 50 + 2 * 80) / 7, (5 * 100 + 2 * 90) / 7
    assert found["a"]["day_night"] == pytest.approx(day / night)
    assert found["a"]["person_hours"] == 5 * 150 + 2 * 170
    assert found["b"]["weekday_weekend"] == pytest.approx(155 / 15)
    assert found["c"]["day_night"] is None
    assert found["c"]["night"] == 20


def test_the_map_of_an_index_weighs_shares_of_everybody(town_ws):
    found = town_ws.population.contrast("zone", day=(12, 12), night=(3, 3)).set_index("member")
    day = {"a": (5 * 50 + 2 * 80) / 7, "b": (5 * 300 + 2 * 20) / 7}
    night = {"a": (5 * 100 + 2 * 90) / 7, "b": 10}
    for zone in "ab":  # the others have an hour that is not known
        one, other = day[zone] / sum(day.values()), night[zone] / sum(night.values())
        assert found.loc[zone, "balance"] == pytest.approx((one - other) / (one + other))
        assert found.loc[zone, "surplus"] == pytest.approx(one - other)
        assert found.geometry[zone].equals(town.ZONES[zone])
    assert found.loc[["c", "d"], "balance"].isna().all()
    assert found.index[0] == "b"
    legend = describe(found.reset_index(), "zone", "day_night").legend
    counted = {entry.label: entry.count for entry in legend.entries if entry.count}
    assert counted == {"day: over 4 times": 1, "night: over 4 times": 1, "unknown": 2}
    page = town_ws.population.map("zone", "weekday_weekend").get_root().render()
    assert "as everywhere" in page
    with pytest.raises(QueryError, match="Did you mean 'day_night'"):
        town_ws.population.contrast("zone", "day_nigth")


def test_visitors_are_weighed_against_residents_where_a_source_tells_them_apart(tmp_path):
    lines = ["place_id,day_type,hour,persons,visitor"]
    for zone, visitors in (("a", 10), ("b", 60)):
        lines += [f"{zone},weekday,12,{visitors},visitor", f"{zone},weekday,12,40,resident"]
        lines += [f"{zone},weekend,12,{2 * visitors},visitor", f"{zone},weekend,12,50,resident"]
    ws = town.opened(tmp_path / "guests", phones="\n".join(lines) + "\n")
    found = {r["member"]: r for r in ws.population.indices("zone").to_pylist()}
    assert found["b"]["visitor"] == pytest.approx((5 * 60 + 2 * 120) / 7)
    assert found["a"]["visitor_resident"] == pytest.approx((5 * 10 + 2 * 20) / (5 * 40 + 2 * 50))
    balance = ws.population.contrast("zone", "visitor_resident").set_index("member")["balance"]
    assert balance["b"] > 0 > balance["a"]
    ws.close()


def test_the_cube_knows_people_and_trips_by_region_and_hour(town_ws):
    frame = town_ws.query(["persons", "trips_in", "customers"], by=["district"]).frame.set_index("district")
    assert frame.loc["west", "persons"] == pytest.approx((1610 + 1090) / 14)
    assert frame.loc["east", "persons_state"] == "unknown"
    assert frame.loc["west", "trips_in"] == 25
    by_hour = town_ws.query(["persons"], by=["zone", "hour"], where={"day_type": "weekday", "zone": "b"}).frame.dropna()
    assert dict(zip(by_hour["hour"], by_hour["persons"], strict=True)) == {"03": 10, "12": 300}
    assert town_ws.values("hour") == ["03", "08", "09", "12", "18"]


def test_persons_add_up_over_places_not_over_hours(town_ws):
    zones = town_ws.query(["persons"], by=["zone"], where={"zone": ["a", "b"]}, totals=True).frame
    total = zones.loc[zones["grouping"] > 0, "persons"].item()
    assert total == pytest.approx(zones.loc[zones["grouping"] == 0, "persons"].sum())
    hours = town_ws.query(["persons"], by=["hour"], where={"zone": "a"}, totals=True).frame
    assert hours.loc[hours["grouping"] > 0, "persons"].item() == pytest.approx(
        hours.loc[hours["grouping"] == 0, "persons"].mean()
    )


def test_a_zone_is_unknown_in_finer_levels_and_other_hierarchies(town_ws):
    cells = town_ws.query(["persons"], by=["h3_r8"]).frame
    assert cells["h3_r8"].dropna().empty or cells.loc[cells["h3_r8"].notna(), "persons_state"].eq("unknown").all()


def test_a_region_of_the_scope_shows_the_other_end_as_unknown(town_ws):
    east = gcrm.open(town_ws.folder, scope=Scope("east", {"district": ("east",)}, record_rights=True))
    assert pairs(east.movement.flows("zone")) == {
        (None, "c"): (20, 0),
        ("c", None): (15, 0),
        ("d", "d"): (3, 0),
        (None, "d"): (None, 1),
    }
    assert set(east.population.hours("zone")["member"].to_pylist()) == {"c", "d"}
    east.close()


def test_without_record_rights_no_flow_is_shown(town_ws):
    guest = gcrm.open(town_ws.folder, scope=Scope("guest"))
    for ask in (guest.movement.flows, guest.movement.ends, guest.population.hours, guest.population.indices):
        with pytest.raises(AccessError):
            ask("zone")
    with pytest.raises(QueryError, match="given out"):
        guest.query(["trips_out"], by=["zone"])
    guest.close()


def test_words_that_mean_nothing_are_refused(town_ws):
    with pytest.raises(QueryError, match="zone"):
        town_ws.movement.flows("zon")
    with pytest.raises(QueryError, match="weekday"):
        town_ws.movement.flows("zone", "weekdays")
    with pytest.raises(QueryError, match="23"):
        town_ws.population.hours("zone", hours=24)
    with pytest.raises(QueryError, match="footfall"):
        town_ws.population.hours("zone", measure="footfal")


def test_findings_name_unknown_figures_and_places(town_ws):
    con = town_ws.cursor()
    places = con.execute("SELECT place_id FROM enrich.movement_place WHERE NOT listed").fetchall()
    assert places == [("nowhere",)]
    assert con.execute("SELECT count(*) FROM enrich.flow WHERE trips IS NULL").fetchall() == [(1,)]


def test_traces_of_devices_are_refused_with_what_to_do(tmp_path):
    text = "device_id,timestamp,origin_id,destination_id,trips\nx,2024-01-01 10:00,s1,s2,1\n"
    folder = town.write(tmp_path / "traces", bikes=text)
    with pytest.raises(SourceError, match="gcrm traces"):
        build(folder)


def test_unknown_types_of_days_are_rejected_row_by_row(town_ws):
    rejected = town_ws.cursor().execute("SELECT reason, column_name FROM ingest.reject ORDER BY line").fetchall()
    assert rejected == [("unknown_word", "day_type"), ("out_of_range", "hour")]


def test_two_sources_are_set_side_by_side_and_pooled(town_ws):
    found = town_ws.population.compare("zone", "weekday", sources=["phones", "network"]).set_index(["member", "hour"])
    assert found.loc[("b", 12), ["phones", "network", "ratio"]].tolist() == [300, 600, 2]
    assert found.loc[("b", 12), "pooled"] == pytest.approx(300 * 2**0.5)
    assert (found["low"].dropna() <= found["pooled"].dropna()).all()
    assert found.loc[("c", 12), ["phones", "low", "high"]].isna().all()
    with pytest.raises(QueryError, match="two"):
        town_ws.population.compare("zone", sources=["phones"])


def test_who_is_around_is_modelled_and_says_so_where_nobody_counts(town_ws):
    counted = town_ws.population.around("zone", residents="people")
    assert set(counted["basis"]) == {"modelled, assumed profile"}  # no zone is counted at every hour
    noon = counted[counted["hour"] == 12].set_index("member")["persons"]
    night = counted[counted["hour"] == 2].set_index("member")["persons"]
    assert noon["b"] / night["b"] > 3  # jobs
    assert noon["a"] < night["a"]  # homes
    assert noon.sum() == pytest.approx(200)  # everybody is somewhere
    with pytest.raises(QueryError, match="residents"):
        town_ws.population.around("zone")


def test_demand_follows_people_around_the_clock(town_ws):
    found = town_ws.population.demand("zone", residents="people").set_index(["store_id", "hour"])["share"].unstack()
    assert found.sum().to_numpy() == pytest.approx([1] * 24)
    assert found.loc["n1", 12] > found.loc["n1", 2]  # by day more people are near the western store


def test_flows_are_projected_on_the_streets_that_they_follow(town_ws):
    busy = town_ws.movement.routes("zone", "walk").iloc[0]
    assert (busy["name"], busy["trips"], busy["flows"]) == ("Main St", 45, 3)


def test_a_model_of_flows_keeps_the_trips_of_each_place(town_ws):
    with pytest.raises(QueryError, match=r"three"):
        town_ws.movement.model("district")
    found = town_ws.movement.model("zone", "radiation")
    sums = found.flows.groupby("origin")[["trips", "modelled"]].sum()
    assert sums["modelled"].to_dict() == pytest.approx(sums["trips"].to_dict())
    assert 0 < found.common_part <= 1


def test_flows_are_drawn_as_arrows(town_ws):
    drawn = town_ws.movement.map("zone").get_root().render()
    assert "a to c" in drawn
    assert "showing 3 of 3" in drawn  # what nobody knows the size of is not drawn


def test_the_places_page_tells_trips_from_and_to_a_place(town_ws):
    asked = {"store": "", "lon": -122.375, "lat": 37.705, "level": "", "where": {}, "period": None}
    found = streamed.stream(town_ws, asked | {"day_type": None, "hour": None})
    assert (found.title, found.level, found.levels) == ("Trips", "zone", ("zone", "district", "plot", "station"))
    assert set(zip(found.here["origin"], found.here["destination"], strict=True)) == {("a", "c"), ("c", "a")}
    assert found.hours["trips_out"].dropna().to_dict() == {18: 15}
    assert "Of 1 counts" in found.note
    evening = streamed.stream(town_ws, asked | {"day_type": "weekday", "hour": 18})
    assert evening.drawn[["origin", "trips"]].to_numpy().tolist() == [["c", 15]]
    station = streamed.stream(town_ws, asked | {"level": "station", "day_type": None, "hour": None})
    assert set(station.drawn["origin"]) == {"s1", "s3"}


def test_the_largest_flows_on_the_command_line(town_ws, tmp_path):
    def run(*words):
        return CliRunner().invoke(cli, ["movement", "top", "zone", *words, "--folder", str(town_ws.folder)])

    assert "20" in run("--top", "1", "--day", "weekday").output
    assert run("-o", str(tmp_path / "lines.geojson")).exit_code == 0
    assert set(gpd.read_file(tmp_path / "lines.geojson")["origin"]) == {"a", "b", "c"}
    assert isinstance(run("--hours", "early").exception, QueryError)
