"""The queue of unsure addresses, and decisions that the next build follows, in a project of a few rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gcrm
from gcrm import crm
from gcrm.access.scope import Scope
from gcrm.cli import main
from gcrm.errors import AccessError, QueryError, RecordError
from gcrm.geocode.result.wording import against
from gcrm.pipeline import build
from gcrm.workspace import reason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.workspace import Workspace

TOML = """
[project]
name = "Review"
metric_crs = "EPSG:32610"

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.orders]
kind = "orders"
path = "orders.csv"

[sources.streets]
kind = "address_references"
path = "streets.csv"
"""
STREETS = """house_number,street,postcode,lon,lat
1,Main Street,94110,-122.41,37.75
5,Oak Avenue,94110,-122.41,37.76
5,Oak Avenue,94111,-122.40,37.787
2,Elm Street,94112,-122.45,37.72
4,Elm Street,94112,-122.45,37.721
"""
#: c1 and c2 are a tie, written in two ways; c3 is sure; c4 is nowhere; c5 is in the middle of a street; c6 is no place.
CUSTOMERS = """customer_id,address
c1,5 Oak Avenue
c2,5 OAK AVE
c3,"1 Main Street, 94110"
c4,"9 Void Road, 10000"
c5,"99 Elm Street, 94112"
c6,"PO Box 5, 94110"
"""
ORDERS = """order_id,customer_id,ordered_on,amount
o1,c1,2020-01-01,5.00
o2,c2,2020-01-02,5.50
o3,c4,2020-01-03,99.00
o4,c5,2020-01-04,1.00
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    for name, text in (
        ("gcrm.toml", TOML),
        ("streets.csv", STREETS),
        ("customers.csv", CUSTOMERS),
        ("orders.csv", ORDERS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture
def ws(published: Path) -> Iterator[Workspace]:
    opened = gcrm.open(published)
    yield opened
    with opened.crm.write(actor="test") as unit:
        for decision in unit.find(crm.Decision):
            unit.remove(decision)
    opened.close()


def waiting(ws: Workspace, **more: float) -> dict[str, int]:
    """Return the addresses that wait, in their order, with their places."""
    table = ws.review.queue(**more).table
    return dict(zip(table["address"].to_pylist(), table["location_id"].to_pylist(), strict=True))


def test_the_most_valuable_comes_first(ws: Workspace) -> None:
    found = ws.review.queue()
    rows = [
        (r["address"], r["status"], r["match_level"], r["alternatives"], r["customers"], r["revenue"])
        for r in found.table.to_pylist()
    ]
    assert [(*r[:5], float(r[5])) for r in rows] == [
        ("9 Void Road, 10000", "unmatched", None, 0, 1, 99.0),
        ("5 OAK AVE", "tie", "exact", 2, 2, 10.5),
        ("99 Elm Street, 94112", "matched", "street", 0, 1, 1.0),
    ]
    assert [reason.words(r) for r in found.table.to_pylist()] == ["not found", "several places answer", "street only"]
    assert against(found.table["faults"][2].as_py())[0] == "the number is missing or not known in the street"
    assert found.total == 3
    assert ws.review.queue(limit=1).total == 3
    assert len(waiting(ws, below=0.0)) == 3, "what waits for other reasons than confidence"
    assert len(waiting(ws, below=1.0)) == 4, "a match is never quite sure"
    assert ws.review.queue(below=1.0).table["reasons"].to_pylist()[-1] == ["unsure"]


def test_what_was_decided_waits_no_more_and_the_next_build_follows(ws: Workspace) -> None:
    places = waiting(ws)
    tie, nowhere, street = (places[a] for a in ("5 OAK AVE", "9 Void Road, 10000", "99 Elm Street, 94112"))
    (first, second) = ws.review.alternatives(tie).to_pylist()
    assert (first["rank"], second["rank"], second["apart_m"]) == (1, 2, pytest.approx(3129, abs=20))
    decisions = ws.review.decide(tie, "accept", rank=2, note="asked them", actor="ana")
    assert len(decisions) == 2, "it is written in two ways"
    assert {(d.lon, d.lat, d.changed_by) for d in decisions} == {(second["lon"], second["lat"], "ana")}
    ws.review.decide(street, "move", point=(-122.46, 37.73))
    ws.review.decide(nowhere, "not_found")
    assert waiting(ws) == {}
    assert [(c.entity, c.action, c.actor) for c in ws.crm.history(crm.Decision, decisions[0].id)] == [
        ("decision", "add", "ana")
    ]
    build(ws.folder)
    ws.refresh()
    assert waiting(ws) == {}
    located = {r["id"]: (r["lon"], r["lat"]) for r in ws.points().table.to_pylist()}
    oak = (second["lon"], second["lat"])
    assert located == {"c1": oak, "c2": oak, "c3": (-122.41, 37.75), "c5": (-122.46, 37.73)}
    record = ws.card("customers", "c2").record
    assert (record["match_level"], record["precision"], record["error_m"]) == ("decided", "building", 25.0)
    assert ws.card("customers", "c4").record["match_level"] is None
    for place in (tie, street, nowhere):
        assert ws.review.undo(place) == (2 if place == tie else 1)
    build(ws.folder)
    ws.refresh()
    assert waiting(ws) == places


def test_a_second_word_takes_the_place_of_the_first(ws: Workspace) -> None:
    tie = waiting(ws)["5 OAK AVE"]
    ws.review.decide(tie, "accept", rank=1)
    again = ws.review.decide(tie, "not_found")
    assert {d.version for d in again} == {2}
    assert {d.action for d in ws.crm.find(crm.Decision)} == {"not_found"}
    assert len(ws.crm.find(crm.Decision)) == 2


def test_what_cannot_be_decided_is_refused(ws: Workspace) -> None:
    places = waiting(ws)
    with pytest.raises(RecordError, match="middle of a street"):
        ws.review.decide(places["99 Elm Street, 94112"], "accept")
    with pytest.raises(RecordError, match="no point was found"):
        ws.review.decide(places["9 Void Road, 10000"], "accept")
    with pytest.raises(QueryError, match="no alternative 7"):
        ws.review.decide(places["5 OAK AVE"], "accept", rank=7)
    with pytest.raises(RecordError, match="takes a point"):
        ws.review.decide(places["5 OAK AVE"], "move")
    with pytest.raises(RecordError, match="takes a point"):
        ws.review.decide(places["5 OAK AVE"], "not_found", point=(1.0, 2.0))
    with pytest.raises(RecordError, match=r"decision.lon must be a number"):
        ws.review.decide(places["5 OAK AVE"], "move", point=(200.0, 2.0))
    with pytest.raises(QueryError, match="stands at this place"):
        ws.review.decide(12, "not_found")
    assert ws.crm.find(crm.Decision) == []


def test_without_record_rights_nothing_is_shown_or_decided(ws: Workspace, published: Path) -> None:
    tie = waiting(ws)["5 OAK AVE"]
    other = gcrm.open(published, scope=Scope("board", record_rights=False))
    try:
        for attempt in (
            other.review.queue,
            lambda: other.review.alternatives(tie),
            lambda: other.review.decide(tie, "not_found"),
            lambda: other.review.undo(tie),
        ):
            with pytest.raises(AccessError, match="no right to single records"):
                attempt()
    finally:
        other.close()


def test_the_command_line_lists_decides_and_takes_back(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["gcrm", "review", *words])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return said.out + said.err if not end.value.code else f"failed: {said.err}"

    folder, tie = str(ws.folder), str(waiting(ws)["5 OAK AVE"])
    assert "3 places wait" in run("list", folder)
    assert "5 Oak Avenue" in run("show", tie, "--folder", folder)
    assert "Decided" in run("decide", tie, "--folder", folder, "--at", "-122.4,37.7", "--note", "asked")
    assert {(d.lon, d.lat, d.note) for d in ws.crm.find(crm.Decision)} == {(-122.4, 37.7, "asked")}
    assert "2 places wait" in run("list", folder)
    assert "2 decisions" in run("undo", tie, "--folder", folder)
    assert "failed" in run("decide", tie, "--folder", folder)
    assert "failed" in run("decide", tie, "--folder", folder, "--at", "here")
