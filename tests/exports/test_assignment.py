"""Assignments: who looks after a region on a day, figures that add up, and files that can be loaded again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pyogrio
import pytest
import shapely

import gcrm
from gcrm import crm, exports
from gcrm.access.scope import Scope
from gcrm.crm import Subject
from gcrm.errors import QueryError
from gcrm.pipeline import build
from tests.exports import company

MAY, JULY = date(2024, 5, 1), date(2024, 7, 1)
EVERY = ("customers", "buyers", "prospects", "revenue", "orders", "average_order", "households", "penetration")


def owners(found):
    return {row["subject_id"]: row["owner_id"] for row in found.table.to_pylist()}


def rows(found):
    return {row["owner_id"] or row["row"]: row for row in found.people.to_pylist()}


def assign(ws, region, owner, first, **words):
    with ws.crm.write(actor="ana") as unit:
        return unit.add(
            crm.Assignment(subject=Subject("region", region, "zone"), owner_id=owner, valid_from=first, **words)
        )


def test_files_say_who_looks_after_a_region_until_the_store_does(ws):
    assert owners(exports.assignments(ws, "zone", day=MAY)) == {"z1": "anna", "z2": "ben", "z3": None, "z4": None}
    assert owners(exports.assignments(ws, "zone", day=JULY))["z2"] is None  # the file's ended
    assign(ws, "z1", "ben", date(2024, 6, 1), valid_to=date(2024, 8, 1))
    assign(ws, "z4", "cleo", date(2024, 1, 1))
    assert owners(exports.assignments(ws, "zone", day=MAY)) == {"z1": "anna", "z2": "ben", "z3": None, "z4": "cleo"}
    assert owners(exports.assignments(ws, "zone", day=JULY))["z1"] == "ben"
    assert owners(exports.assignments(ws, "zone", day=date(2024, 9, 1)))["z1"] is None  # the store's ended
    assert owners(exports.assignments(ws, "zone", day=MAY, product="tea")) == {
        "z1": None,
        "z2": None,
        "z3": "ben",
        "z4": None,
    }
    assert owners(exports.assignments(ws, "district", day=MAY)) == {"n": "anna", "s": None}
    found = exports.assignments(ws, "zone", day=JULY).table.to_pylist()
    sources = {row["subject_id"]: (row["source"], row["owner_name"], row["team"], row["valid_to"]) for row in found}
    assert sources["z1"] == ("store", "Ben", "South", date(2024, 8, 1))
    assert sources["z3"] == (None, None, None, None)


def test_totals_of_people_are_those_of_the_cube(ws):
    """Each person's figures equal what the cube says about the person's regions together."""
    assign(ws, "z3", "anna", date(2024, 1, 1))
    found = exports.assignments(ws, "zone", day=MAY, measures=EVERY)
    people = rows(found)
    for owner, zones in {
        "anna": ["z1", "z3"],
        "ben": ["z2"],
        "unassigned": ["z4"],
        "no region": [None],
        "total": [],
    }.items():
        where = {"zone": zones} if zones else {}
        cube = ws.query(list(EVERY), where=where).table.to_pylist()[0]
        for measure in EVERY:
            state = f"{measure}_state"
            assert people[owner][state] == cube[state], (owner, measure)
            expected = cube[measure]
            assert people[owner][measure] == (expected if not isinstance(expected, float) else pytest.approx(expected))
    assert [people[o]["regions"] for o in ("anna", "ben", "unassigned", "total")] == [2, 1, 1, 4]


def test_totals_add_up(ws):
    found = exports.assignments(ws, "zone", day=MAY)
    parts = [row for row in found.people.to_pylist() if row["row"] != "total"]
    total = found.people.to_pylist()[-1]
    for measure in exports.USUAL:
        assert sum(row[measure] for row in parts) == total[measure] == ws.query([measure]).table[measure][0].as_py()
    assert [row["row"] for row in found.people.to_pylist()] == ["person", "person", "unassigned", "no region", "total"]
    assert isinstance(total["revenue"], Decimal)
    assert sum(row["customers"] for row in found.table.to_pylist()) == total["customers"] - 1  # one has no place


def test_withheld_figures_stay_withheld(ws):
    found = exports.assignments(gcrm.open(ws.folder, Scope("agency")), "zone", day=MAY, period="2024-Q2")
    for row in (*found.table.to_pylist(), *found.people.to_pylist()):
        assert row["customers"] is None or row["customers"] == 0 or row["customers"] >= 10
        assert (row["customers"] is None) == (row["customers_state"] == "suppressed")


def test_a_level_that_cannot_be_assigned_is_named(demo_project, ws):
    with pytest.raises(QueryError, match="Did you mean 'zone'"):
        exports.assignments(ws, "zon")
    demo = gcrm.open(demo_project)
    overlapping = [d.name for d in demo.dimensions.values() if d.kind == "area"]
    assert overlapping
    with pytest.raises(QueryError, match="overlap"):
        exports.assignments(demo, overlapping[0])


def test_a_csv_of_them_is_a_source_of_assignments(ws, tmp_path):
    before = exports.assignments(ws, "zone", day=MAY)
    exports.save(ws, "assignments", before, tmp_path / "assignments.csv")
    other = tmp_path / "other"
    company.write(other)
    (tmp_path / "assignments.csv").replace(other / "assignments.csv")
    build(other)
    again = exports.assignments(gcrm.open(other), "zone", day=MAY)
    assert owners(again) == owners(before)
    assert again.people.equals(before.people)


def test_as_workbook_and_geopackage(ws, tmp_path):
    found = exports.assignments(ws, "zone", day=MAY)
    exports.save(ws, "assignments", found, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["regions", "people"]
    assert exports.read_table(tmp_path / "a.xlsx", found.people.schema, title="people").equals(found.people)
    exports.save(ws, "assignments", found, tmp_path / "a.gpkg")
    back = pyogrio.read_dataframe(tmp_path / "a.gpkg")
    zones = ws.regions("zone")
    assert back["subject_id"].tolist() == zones["region_id"].tolist()
    assert shapely.equals(back.geometry.to_numpy(), zones.geometry.to_numpy()).all()
    assert back["name"].tolist() == zones["name"].tolist()  # hostile ones are written as they are
    assert back["owner_id"].fillna("").tolist() == ["anna", "ben", "", ""]
    assert back["customers"].tolist() == [6, 3, 1, 0]
