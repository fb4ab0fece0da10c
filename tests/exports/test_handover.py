"""Scenarios as files: they come back as they went, edited ones are merged, and what cannot be changes nothing."""

from __future__ import annotations

import csv
from datetime import date

import openpyxl
import pyogrio
import pytest

from gcrm import exports
from gcrm.errors import ConflictError, ExportError, RecordError
from gcrm.exports.scenario import plan_of
from gcrm.workspace import briefs

DAY = date(2024, 5, 1)
UNITS = {"z1": "n", "z2": "=new, 'x", "z3": "=new, 'x", "z4": None}
OWNERS = {"n": "anna", "=new, 'x": "ben"}


@pytest.fixture
def plan(ws):
    ws.scenarios.create("plan", "zone", "district", units=UNITS, owners=OWNERS)
    return ws.scenarios


def edited(path, change):
    """Read a CSV file as a spreadsheet would, change its rows, and write it again."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = change(rows) or rows
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def give(**units):
    def change(rows):
        for row in rows:
            row["territory"] = units.get(row["unit_id"], row["territory"])
            row["owner_id"] = "" if row["unit_id"] in units else row["owner_id"]

    return change


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "gpkg", "geojson"])
def test_a_file_comes_back_as_it_went(ws, plan, tmp_path, suffix):
    path = tmp_path / f"plan.{suffix}"
    ws.handover.save("plan", path)
    found = ws.handover.read(path)
    assert (found.units.taken, found.owners.taken, found.conflicts) == ({}, {}, 0)
    assert (found.units.missing, found.since, found.impact.moved) == ((), 0, ())
    assert ws.handover.apply(found) == plan.get("plan")


@pytest.mark.usefixtures("plan")
def test_what_a_file_holds(ws, tmp_path):
    ws.handover.save("plan", tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == ["units", "territories"]
    customers = {r["zone"]: r["customers"] for r in ws.query(["customers"], by=["zone"]).table.to_pylist()}
    names = [c.value for c in book["units"][1]]
    rows = [dict(zip(names, [c.value for c in row], strict=True)) for row in list(book["units"])[1:]]
    assert {r["unit_id"]: (r["territory"], r["owner_id"], r["customers"]) for r in rows} == {
        u: (t, OWNERS.get(t), customers[u]) for u, t in UNITS.items()
    }
    ws.handover.save("plan", tmp_path / "plan.kml")
    drawn = pyogrio.read_dataframe(tmp_path / "plan.kml")
    assert len(drawn) == 4
    assert drawn.to_crs(3857).area.sum() == pytest.approx(ws.regions("zone").to_crs(3857).area.sum())
    assert exports.journal(ws)["what"].to_pylist() == ["scenario", "scenario"]


def test_what_was_edited_is_merged_and_shown_before_it_is_applied(ws, plan, tmp_path):
    path = tmp_path / "plan.csv"
    ws.handover.save("plan", path)
    edited(path, give(z3="n", z4="n"))
    plan.move("plan", {"z1": None})
    found = ws.handover.read(path)
    assert found.units.taken == {"z3": "n", "z4": "n"}
    assert (found.units.ours, found.since, found.conflicts) == (("z1",), 1, 0)
    assert found.impact.moved == ("z3", "z4")
    assert found.impact.amounts["customers"] == 1
    assert plan.layout("plan").units["z3"] == "=new, 'x"
    done = ws.handover.apply(found, actor="cleo")
    assert plan.layout("plan").units == {"z1": None, "z2": "=new, 'x", "z3": "n", "z4": "n"}
    assert (done.head, plan.history("plan")[-1].created_by) == (3, "cleo")
    plan.go("plan", -1)
    assert plan.layout("plan").units == UNITS | {"z1": None}


def test_whose_side_holds_must_be_said(ws, plan, tmp_path):
    path = tmp_path / "plan.csv"
    ws.handover.save("plan", path)
    edited(path, give(z3="n", z4="far"))
    plan.move("plan", {"z3": None})
    found = ws.handover.read(path)
    (clash,) = found.units.clashes
    assert (clash.name, clash.base, clash.ours, clash.theirs) == ("z3", "=new, 'x", None, "n")
    with pytest.raises(ConflictError, match=r"'z3': =new, 'x became None here and n in the file"):
        ws.handover.apply(found)
    assert plan.get("plan").head == 2
    ws.handover.apply(found, "ours")
    assert plan.layout("plan").units["z3"] is None
    assert plan.layout("plan").units["z4"] == "far"
    plan.go("plan", -1)
    ws.handover.apply(ws.handover.read(path), "theirs")
    assert plan.layout("plan").units["z3"] == "n"
    with pytest.raises(ConflictError, match="changed head"):
        ws.handover.apply(found, "theirs")


def swap(**columns):
    def change(rows):
        for row in rows:
            row.update(columns)

    return change


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [*rows, rows[0]], r"unit 'z1' stands several times \(1 such"),
        (lambda rows: [*rows, rows[0] | {"unit_id": "z9"}], r"names 1 units that 'plan' does not have: z9"),
        (lambda rows: [*rows, rows[0] | {"unit_id": ""}], "row 5 names no unit"),
        (lambda rows: [{"unit": r["unit_id"], "stamp": r["stamp"]} for r in rows], "has no column 'unit_id'"),
        (swap(stamp=""), "no stamp"),
        (swap(stamp="77.1.abc"), "No scenario of this project has the stamp"),
        (lambda rows: [rows[0] | {"stamp": "1.1.other"}, *rows[1:]], "2 stamps"),
        (swap(territory="n"), "territory 'n' has several sales people: anna, ben"),
        (swap(territory="n", owner_id="annna"), r"no sales person 'annna'\. Did you mean 'anna'"),
    ],
)
def test_a_file_that_cannot_be_is_refused(ws, tmp_path, change, said):
    path = tmp_path / "plan.csv"
    ws.handover.save("plan", path)
    before = ws.crm.last_change()
    with pytest.raises(RecordError, match=said):
        ws.handover.read(edited(path, change))
    assert ws.crm.last_change() == before


def test_a_file_of_a_state_that_is_gone_is_stale(ws, plan, tmp_path):
    plan.move("plan", {"z1": None})
    ws.handover.save("plan", tmp_path / "plan.csv")
    plan.go("plan", -1)
    assert ws.handover.read(tmp_path / "plan.csv").since == -1  # it can be done again still
    plan.move("plan", {"z2": None})
    with pytest.raises(ConflictError, match="a state of 'plan' that was undone since"):
        ws.handover.read(tmp_path / "plan.csv")


@pytest.mark.usefixtures("plan")
def test_other_systems_get_their_columns(ws, tmp_path):
    ws.handover.shape("plan", "salesforce", tmp_path / "accounts.csv")
    with (tmp_path / "accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {r["External_Id__c"]: r for r in csv.DictReader(file)}
    assert len(rows) == 11
    assert rows["z2c0"]["Owner.External_Id__c"] == "ben"
    assert rows["z2c1"] | {"Name": ""} == {
        "External_Id__c": "z2c1",
        "Name": "",
        "Owner.External_Id__c": "ben",
        "Territory__c": "'=new, 'x",
        "Region__c": "z2",
    }
    assert rows["lost"]["Owner.External_Id__c"] == ""
    ws.handover.shape("plan", "hubspot", tmp_path / "contacts.xlsx", kind="prospects")
    sheet = openpyxl.load_workbook(tmp_path / "contacts.xlsx").worksheets[0]
    found = {row[0].value: [c.value for c in row] for row in sheet}
    assert found["Prospect ID"] == ["Prospect ID", "Last name", "Contact owner", "Territory", "Region"]
    assert found["q1"] == ["q1", "=Quentin", "Anna", "n", "z1"]
    with pytest.raises(ExportError, match="Did you mean 'hubspot'"):
        ws.handover.shape("plan", "hubspott", tmp_path / "x.csv")
    with pytest.raises(ExportError, match="no table for 'orders'"):
        ws.handover.shape("plan", "hubspot", tmp_path / "x.csv", kind="orders")


def test_a_plan_routes_before_it_is_published(ws, plan):
    from gcrm.workspace.handover import planned  # noqa: PLC0415 - the command line does so

    held = planned(plan.get("plan"), plan.layout("plan"))
    rows = {r["id"]: r for r in ws.routing.parties(instead=held, day=date(2024, 5, 1)).to_pylist()}
    assert rows["z3c0"]["owner_id"] == "ben"
    assert rows["z3c0"]["basis"] == "territory"


def test_each_sales_person_gets_a_sheet(ws, plan, tmp_path):
    noted = ws.handover.briefs("plan", tmp_path)
    assert [e.path_name for e in noted] == ["anna.pdf", "ben.pdf"]
    content = {name: (tmp_path / name).read_bytes() for name in ("anna.pdf", "ben.pdf")}
    assert all(
        c.startswith(b"%PDF") and c.count(b"/Type /Page ") + c.count(b"/Type /Page\n") == 1 for c in content.values()
    )
    sheet = briefs._Sheet(ws, plan_of(ws, plan.get("plan"), plan.layout("plan"), DAY), ["z2", "z3"], ["z2"])
    numbers = {what: (now, was) for what, now, was in sheet.numbers()}
    zones = {r["zone"]: r for r in ws.query(["customers"], by=["zone"]).table.to_pylist()}
    assert numbers["regions"] == ("2", "1")
    assert numbers["customers"][0] == str(zones["z2"]["customers"] + zones["z3"]["customers"])
    assert numbers["regions gained, lost"] == ("+1", "\N{MINUS SIGN}0")
    assert [row[0] for row in sheet.accounts()[1:]] == ["z2c0", "z2c1", "z2c2", "z3c0"]
    with pytest.raises(ExportError, match="is there already"):
        ws.handover.briefs("plan", tmp_path)
    plan.move("plan", owners={"n": None, "=new, 'x": None})
    with pytest.raises(RecordError, match="nobody to write a brief for"):
        ws.handover.briefs("plan", tmp_path)
