"""Duplicates in a project: found by a build, listed and explained, decided about, remembered and taken back."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import gcrm
from gcrm.access.scope import Scope
from gcrm.cli import app
from gcrm.crm import Sameness
from gcrm.errors import AccessError, QueryError, SettingsError
from gcrm.fingerprint import fingerprints
from gcrm.forget import forget
from gcrm.linkage.decision import decide
from gcrm.pipeline import build
from gcrm.settings import load

TOML = """
[project]
name = "Small"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["zone"]

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"
"""
LINKAGE = "\n[linkage]\nthreshold = 0.99\n"
CUSTOMERS = """customer_id,name,house_number,street,postcode,lon,lat
1,Ana Maria Example,12,Alpha St,94110,-122.41,37.75
2,"Example, Ana",12,Alpha St,94110,-122.41,37.75
3,Ben Example,12,Alpha St,94110,-122.41,37.75
4,Alpha Bakery Ltd,7,Beta Ave,94112,-122.31,37.72
5,Alpha Bakery Inc,7,Beta Ave,94112,-122.31,37.72
"""
_BOX = '{{"type":"Feature","properties":{{"region_id":"{0}"}},"geometry":{{"type":"Polygon","coordinates":[[[{1},37.7],[{2},37.7],[{2},37.8],[{1},37.8],[{1},37.7]]]}}}}'  # noqa: E501
ZONES = (
    f'{{"type":"FeatureCollection","features":[{_BOX.format("W", -122.5, -122.4)},{_BOX.format("E", -122.4, -122.3)}]}}'
)

#: What only the person has who is forgotten; the second is how the stage keeps the name.
WORDS = (b"NUMBER-1", b"zelda m quickfox", b"Zelda M. Quickfox", b"zmq@example.org")


def write(folder):
    (folder / "gcrm.toml").write_text(TOML + LINKAGE, encoding="utf-8")
    (folder / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (folder / "zones.geojson").write_text(ZONES, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A built project that no test changes."""
    folder = write(tmp_path_factory.mktemp("built"))
    build(folder)
    return folder


def pairs(ws, state="open"):
    return {(r["id_a"], r["id_b"]): r["rule"] for r in ws.duplicates.pairs(state).to_pylist()}


def parties(ws):
    rows = ws.cursor().execute("SELECT customer_id, party_id FROM warehouse.dim_customer").fetchall()
    return dict(rows)


def run(*words):
    result = CliRunner().invoke(app, [*words], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output


def test_a_decision_outranks_the_model_survives_rebuilds_and_can_be_taken_back(folder):
    report = build(folder)
    assert [r.report.stage for r in report.stages][:3] == ["ingest", "geocode", "linkage"]
    ws = gcrm.open(folder)
    assert pairs(ws) == {("4", "5"): "legal_form_differs"}
    assert pairs(ws, "same") == {("1", "2"): "likely"}
    assert parties(ws) == {c: f"customer:{c if c != '2' else '1'}" for c in "12345"}

    assert "4 and customer:5 are one party" in run("duplicates", "same", "4", "customer:5", "--folder", str(folder))
    ws.duplicates.decide("2", "1", same=False, actor="ana")
    assert pairs(ws) == {}  # what is decided waits no longer, though the snapshot is the same
    assert pairs(ws, "different")["1", "2"] == "likely"
    assert [c.actor for c in ws.crm.changes()][1] == "ana"

    assert build(folder).changed
    ws.refresh()
    assert parties(ws) == {
        "1": "customer:1",
        "2": "customer:2",
        "3": "customer:3",
        "4": "customer:4",
        "5": "customer:4",
    }
    assert pairs(ws, "different")["1", "2"] == "decided_different"
    (folder / "customers.csv").write_text(CUSTOMERS + "6,Omega Tyres,,,,,\n", encoding="utf-8")
    build(folder)  # other data, the same decisions
    ws.refresh()
    assert parties(ws)["2"] == "customer:2"
    assert parties(ws)["5"] == "customer:4"

    run("duplicates", "undo", "1", "2", "--folder", str(folder))
    ws.duplicates.decide("4", "5", same=None)
    build(folder)
    ws.refresh()
    assert parties(ws)["2"] == "customer:1"
    assert pairs(ws) == {("4", "5"): "legal_form_differs"}
    ws.close()


def test_a_pair_is_listed_and_explained(built):
    listed = run("duplicates", "list", str(built))
    assert "Alpha Bakery Ltd" in listed
    assert "1 pairs" in listed
    told = gcrm.open(built).duplicates.compare("5", "4").to_pylist()
    assert told[0]["field"] == "any two records"
    name = next(row for row in told if row["field"] == "name")
    assert (name["value_a"], name["level"]) == ("alpha bakery", "the same")
    assert told[-1]["total"] == pytest.approx(sum(row["weight"] for row in told), abs=1e-6)
    assert told[-1]["probability"] > 0.99
    assert "alpha st" in run("duplicates", "explain", "1", "2", "--folder", str(built))


def test_who_may_not_see_records_sees_no_pairs(built):
    with pytest.raises(AccessError, match="no right to single records"):
        gcrm.open(built, Scope("board")).duplicates.pairs()
    west = gcrm.open(built, Scope("west", {"zone": ("W",)}, record_rights=True))
    assert pairs(west) == {}
    assert pairs(west, "same") == {("1", "2"): "likely"}
    for act in (lambda: west.duplicates.compare("4", "5"), lambda: west.duplicates.decide("4", "5", same=True)):
        with pytest.raises(AccessError, match="does not reach both"):
            act()


def test_what_is_not_there_is_said(built):
    ws = gcrm.open(built)
    with pytest.raises(QueryError, match=r"There is no customer '99'"):
        ws.duplicates.decide("1", "99", same=True)
    with pytest.raises(QueryError, match="name the same record"):
        ws.duplicates.compare("1", "customer:1")
    with pytest.raises(QueryError, match="were not compared"):
        ws.duplicates.compare("1", "4")


def test_a_project_without_linkage_is_as_before(folder):
    (folder / "gcrm.toml").write_text(TOML, encoding="utf-8")
    report = build(folder)
    assert "linkage" not in {r.report.stage for r in report.stages}
    assert not list((folder / "snapshots").glob("linkage-*"))
    ws = gcrm.open(folder)
    assert parties(ws) == dict.fromkeys("12345")
    with pytest.raises(QueryError, match=r"write \[linkage\] into gcrm.toml"):
        ws.duplicates.pairs()
    before = fingerprints(load(folder), folder)
    (folder / "gcrm.toml").write_text(TOML + LINKAGE, encoding="utf-8")
    after = fingerprints(load(folder), folder)
    assert {name for name in before if before[name] == after[name]} == {"ingest", "geocode"}


@pytest.mark.parametrize(
    ("linkage", "words"),
    [
        ("review = 0.99\nthreshold = 0.9", r"review \(0.99\) must not lie above threshold \(0.9\)"),
        ("trust = ['customer']", r"there is no source 'customer'. Did you mean 'customers'\?"),
        ("golden = {nmae = 'recent'}", r"a party has no field 'nmae'. Did you mean 'name'\?"),
        ("treshold = 0.9", r"linkage.treshold: there is no such key. Did you mean 'threshold'\?"),
    ],
)
def test_a_wrong_setting_is_refused(folder, linkage, words):
    (folder / "gcrm.toml").write_text(TOML + "[linkage]\n" + linkage, encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load(folder)


def test_forgetting_one_of_two_leaves_nothing_of_the_one(folder):
    people = "customer_id,name,email,house_number,street,postcode,lon,lat\n" + "".join(
        f"NUMBER-{i},{name},{mail}@example.org,12,Alpha St,94110,-122.41,37.75\n"
        for i, (name, mail) in enumerate(
            [("Zelda Quickfox", "zqf"), ("Zelda M. Quickfox", "zmq"), ("Ben Sample", "bs")]
        )
    )
    (folder / "customers.csv").write_text(people, encoding="utf-8")
    build(folder)
    with gcrm.open(folder).crm as store:
        decide(store, "NUMBER-1", "NUMBER-0", same=True, actor="ana")
        kept = decide(store, "NUMBER-2", "NUMBER-0", same=False, actor="ana")
    build(folder)
    report = forget(folder, {"NUMBER-1"}, wait_s=0.2)  # which scans every file for what was the person's
    assert report is not None
    found = {word: [p.name for p in folder.rglob("*") if p.is_file() and word in p.read_bytes()] for word in WORDS}
    assert found == {word: [] for word in WORDS}
    ws = gcrm.open(folder)
    assert ws.crm.find(Sameness) == [kept]
    assert parties(ws) == {"NUMBER-0": "customer:NUMBER-0", "NUMBER-2": "customer:NUMBER-2"}
