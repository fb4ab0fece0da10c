"""What is kept by address goes with the last person who has it: decisions, and answers of remote geocoders."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import gcrm
from gcrm import crm, settings
from gcrm.forget import forget
from gcrm.geocode.remote.run import send
from gcrm.pipeline import build
from tests.forget.test_forget import left
from tests.geocode.remote.station import houses, serve

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Addresses"
metric_crs = "EPSG:32610"

[geocode]
country = "US"

[geocode.remote]
provider = "nominatim"
endpoint = "{url}"
consent = true
agreed_by = "A. Person"
agreed_on = 2026-01-31
per_second = 50

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.streets]
kind = "address_references"
path = "streets.csv"
"""
STREETS = "house_number,street,postcode,city,lon,lat\n1,Real Street,94110,San Francisco,-122.41,37.76\n"
#: Ana lives alone; Ben and Cal live in one house, written in two ways; Dan is nowhere to be looked for.
CUSTOMERS = """customer_id,name,address
ANA01,Ana Nobody,"10 Invented Street, 94199 Fog Town"
BEN01,Ben Nobody,"11 Invented Street, 94199 Fog Town"
CAL01,Cal Nobody,"11 INVENTED ST, 94199 FOG TOWN"
DAN01,Dan Nobody,"1 Real Street, 94110 San Francisco"
"""


def prepare(folder: Path, url: str) -> dict[str, int]:
    """Build a project, ask the provider, decide about two addresses; return the places by their addresses."""
    for name, text in (("gcrm.toml", TOML.format(url=url)), ("streets.csv", STREETS), ("customers.csv", CUSTOMERS)):
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    ws = gcrm.open(folder)
    rows = ws.review.queue().table.to_pylist()
    places = {row["address"][:2]: row["location_id"] for row in rows}
    send(ws.cursor(), settings.load(folder), actor="tester")
    ws.review.decide(places["10"], "move", point=(-122.4321987, 37.7654321), note="met them there")
    ws.review.decide(places["11"], "not_found")
    ws.close()
    build(folder)
    return places


def answers(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "remote" / "answers.sqlite")) as con:
        return con.execute("SELECT count(*) FROM answer").fetchone()[0]


def decisions(folder: Path) -> list[crm.Decision]:
    ws = gcrm.open(folder)
    try:
        return ws.crm.find(crm.Decision)
    finally:
        ws.close()


def test_decisions_and_answers_go_with_the_last_who_has_the_address(tmp_path: Path) -> None:
    with serve(houses) as station:
        places = prepare(tmp_path, station.url)
        assert len(station.seen) == answers(tmp_path) == 2
    ana, *house = (d.address_key for d in sorted(decisions(tmp_path), key=lambda d: d.location_id != places["10"]))
    assert len(house) == 2, "one for each way in which it is written"
    assert {file for file, _ in left(tmp_path, [ana])} >= {"crm.sqlite"}

    report = forget(tmp_path, ["ANA01", "BEN01"])
    assert report.answers == 1
    assert report.records == 2, "decisions about Ana's address, and about Ben's way of writing his"
    assert report.proof.hits == {}
    assert left(tmp_path, [ana, "-122.4321987", "met them there"]) == set()
    (stays,) = decisions(tmp_path)
    assert stays.address_key in house
    assert answers(tmp_path) == 1
    ws = gcrm.open(tmp_path)
    assert [row["id"] for row in ws.listing().table.to_pylist()] == ["CAL01", "DAN01"]
    assert ws.card("customers", "CAL01").record["match_level"] is None, "what was decided about it holds"
    ws.close()

    forget(tmp_path, ["CAL01"])
    assert left(tmp_path, house) == set()
    assert (decisions(tmp_path), answers(tmp_path)) == ([], 0)
