"""Scenarios of a project: drafts apart from what holds, comparisons, the cube's as if, and publishing."""

from __future__ import annotations

from datetime import date

import pytest

import gcrm
from gcrm import crm, exports
from gcrm.access.scope import Scope
from gcrm.cube.question import Question
from gcrm.errors import AccessError, ConflictError, QueryError, RecordError

DAY = date(2024, 5, 1)


@pytest.fixture
def plan(ws):
    ws.scenarios.create(
        "plan",
        "zone",
        "district",
        units={"z1": "n", "z2": "new", "z3": "new", "z4": None},
        owners={"n": "anna", "new": "ben"},
        comment="one team more",
    )
    return ws.scenarios


def held(ws, day=DAY):
    return {u: row["owner_id"] for u, row in exports.holders(ws, "zone", day).items()}


def test_a_scenario_begins_as_what_holds_or_as_another(ws):
    first = ws.scenarios.create("as it is", "zone")
    assert (first.level, first.unit, first.state, first.based_on) == ("district", "zone", "draft", None)
    layout = ws.scenarios.layout("as it is")
    assert layout.units == {"z1": "anna", "z2": None, "z3": None, "z4": None}  # the file's of z2 has ended
    assert layout.owners == {"anna": "anna"}
    ws.scenarios.move("as it is", {"z2": "North"}, {"North": "ben"})
    second = ws.scenarios.create("next", based_on="as it is", level="half")
    assert (second.based_on, second.level) == (first.id, "half")
    assert ws.scenarios.layout("next") == ws.scenarios.layout("as it is")
    assert [s.name for s in ws.scenarios.list()] == ["next", "as it is"]
    ws.scenarios.archive("as it is")
    assert [s.name for s in ws.scenarios.list()] == ["next"]
    assert len(ws.scenarios.list(archived=True)) == 2


def test_words_that_mean_nothing_are_named(ws, plan):
    with pytest.raises(QueryError, match="Did you mean 'zone'"):
        plan.create("x", "zon")
    with pytest.raises(QueryError, match="cannot be laid out anew by 'district'"):
        plan.create("x", "district", "zone")
    with pytest.raises(RecordError, match="such as 'z9'"):
        plan.create("x", "zone", units={"z9": "n"})
    with pytest.raises(RecordError, match="give the scenario another name"):
        plan.create("today", "zone")
    with pytest.raises(AccessError, match="may not see all"):
        gcrm.open(ws.folder, Scope("agency")).scenarios.list()
    with pytest.raises(QueryError, match="units are of one level"):
        plan.compare("today", "today")


def test_the_cube_answers_by_a_scenario(ws, plan):
    asked = ws.query(["customers", "revenue"], by=["district"], geography="scenario plan", totals=True)
    rows = {r["district"]: r for r in asked.table.to_pylist() if not r["grouping"]}
    zones = {r["zone"]: r for r in ws.query(["customers", "revenue"], by=["zone"]).table.to_pylist()}
    for measure in ("customers", "revenue"):
        assert rows["n"][measure] == zones["z1"][measure]
        assert rows["new"][measure] == zones["z2"][measure] + zones["z3"][measure]
    same = ws.query(["customers", "revenue"], by=["district"], geography=plan.as_if("plan"), totals=True)
    assert same.table.equals(asked.table)
    question = Question(("customers",), geography="as is")
    assert plan.asked(question) is question
    with pytest.raises(RecordError, match="no scenario 'plam'"):
        ws.query(["customers"], geography="scenario plam")


def test_two_scenarios_are_compared_with_reasons(ws, plan):
    plan.create("other", based_on="plan")
    plan.move("other", {"z3": "n"})
    compared = plan.compare("plan", "other")
    zones = {r["zone"]: r["customers"] for r in ws.query(["customers"], by=["zone"]).table.to_pylist()}
    assert compared.moved == ("z3",)
    assert compared.amounts["customers"] == zones["z3"]
    assert compared.after.territories["n"].amounts["customers"] == zones["z1"] + zones["z3"]
    (reason,) = plan.reasons("plan", "other")
    assert reason.sentence.startswith("moved from new to n: ")
    assert reason.keeps == 0
    plan.move("other", owners={"n": "ben"})
    assert [r.keeps for r in plan.reasons("plan", "other")] == [1]


def test_zones_that_share_a_border_are_neighbours(ws, plan):
    units = plan.units("zone")
    shapes = ws.regions("zone").set_index("region_id").to_crs(ws.settings.project.metric_crs).geometry
    beside = {
        (a, b)
        for a in shapes.index
        for b in shapes.index
        if a < b and shapes[a].buffer(0.5).intersection(shapes[b].buffer(0.5)).area > 50
    }
    assert {tuple(sorted(pair)) for pair in units.borders} == beside
    assert beside


def test_publishing_holds_from_its_day_on(ws, plan):
    before = held(ws)
    done = plan.publish("plan", DAY)
    assert (done.state, done.effective) == ("published", DAY)
    assert held(ws) == {"z1": "anna", "z2": "ben", "z3": "ben"}
    assert held(ws, date(2024, 4, 30)) == before
    again = plan.create("undo", based_on="plan", units={"z1": None, "z2": "new", "z3": "new"})
    assert again.based_on == done.id
    plan.publish("undo", date(2024, 6, 1))
    assert held(ws, date(2024, 6, 1)) == {"z2": "ben", "z3": "ben"}
    assert held(ws, date(2024, 5, 31)) == {"z1": "anna", "z2": "ben", "z3": "ben"}


def test_what_a_file_says_ends_where_a_scenario_gives_it_to_nobody(ws, plan):
    plan.move("plan", {"z1": None})
    plan.publish("plan", DAY)
    assert held(ws) == {"z2": "ben", "z3": "ben"}
    assert held(ws, date(2024, 4, 30))["z1"] == "anna"


def test_what_cannot_be_published_changes_nothing(ws, plan):
    plan.move("plan", {"z4": "far"})
    with pytest.raises(RecordError, match=r"Nobody looks after 1 of 3 territories of 'plan': far"):
        plan.publish("plan", DAY)
    plan.move("plan", owners={"far": "bem"})
    with pytest.raises(RecordError, match=r"no sales person 'bem' on 2024-05-01\. Did you mean 'ben'"):
        plan.publish("plan", DAY)
    plan.move("plan", owners={"far": "ben"})
    with ws.crm.write(actor="ana") as unit:
        unit.add(crm.Assignment(crm.Subject("region", "z4", "zone"), "anna", date(2024, 9, 1)))
    with pytest.raises(RecordError, match="begins on 2024-09-01"):
        plan.publish("plan", DAY)
    assert plan.get("plan").state == "draft"
    assert len(ws.crm.find(crm.Assignment)) == 1


def test_history_tells_who_did_what(plan):
    read = plan.get("plan")
    plan.move(read, {"z4": "n"}, comment="asked for by the north", actor="cleo")
    with pytest.raises(ConflictError, match="cleo changed head"):
        plan.move(read, {"z4": "new"})
    plan.go("plan", -1)
    steps = plan.history("plan")
    assert [(s.number, s.created_by == "cleo", s.comment) for s in steps] == [
        (1, False, "begun"),
        (2, True, "asked for by the north"),
    ]
    assert plan.layout("plan").units["z4"] is None
    assert plan.layout("plan", step=2).units["z4"] == "n"
    plan.go("plan", 1)
    plan.restore("plan", 1)
    assert plan.layout("plan").units["z4"] is None
    assert plan.get("plan").head == 3
