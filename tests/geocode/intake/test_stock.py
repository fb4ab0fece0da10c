"""The packs of a project: loaded in their order, twins merged, and part of what a build is made from."""

from __future__ import annotations

import pytest

from gcrm import sql
from gcrm.errors import SourceError
from gcrm.fingerprint import fingerprints
from gcrm.geocode.intake.stock import drop_packs, write_packs
from gcrm.geocode.pack.build import Origins, build_pack
from gcrm.pipeline import build
from gcrm.settings import load
from gcrm.warehouse import snapshot
from tests.geocode.pack.shelf import pack, write

HERE = (-122.4, 37.7)
NEAR = (-122.4003, 37.7)
FAR = (-122.41, 37.7)


def project(folder, *packs, country="US"):
    listed = ", ".join(f'"{name}"' for name in packs)
    (folder / "gcrm.toml").write_text(
        f'[project]\nname = "T"\nmetric_crs = "EPSG:32610"\n[geocode]\ncountry = "{country}"\npacks = [{listed}]\n'
    )
    return load(folder)


def points(settings):
    with sql.connect() as con:
        sql.run(con, "gcrm.geocode", "macro")
        write_packs(con, settings, 50.0)
        found = con.execute(
            "SELECT pack, house_number, street, unit, postcode, lon FROM pack_point ORDER BY ALL"
        ).fetchall()
        drop_packs(con)
        assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
    return found


def test_without_packs_the_tables_are_empty(tmp_path):
    assert points(project(tmp_path)) == []


def test_the_earlier_pack_wins_where_both_know_an_address_at_one_spot(tmp_path):
    pack(
        tmp_path,
        ("1", "Élm St", None, "94110", "SF", *HERE),
        ("2", "Elm St", None, "94110", "SF", *HERE),
        ("3", "Elm St", None, "94110", "SF", *HERE),
        ("4", "Elm St", "A", "94110", "SF", *HERE),
        name="first",
    )
    pack(
        tmp_path,
        ("1", "ELM ST", None, "94110", "SF", *NEAR),
        ("2", "Elm St", None, "94110", "SF", *FAR),
        ("3", "Elm St", None, "94999", "SF", *NEAR),
        ("4", "Elm St", "B", "94110", "SF", *NEAR),
        ("5", "Elm St", None, "94110", "SF", *HERE),
        name="second",
    )
    both = points(project(tmp_path, "first.pack", "second.pack"))
    second = [row[1:] for row in both if row[0] == 2]
    assert len(both) == 8
    assert second == [
        ("2", "Elm St", None, "94110", FAR[0]),
        ("3", "Elm St", None, "94999", NEAR[0]),
        ("4", "Elm St", "B", "94110", NEAR[0]),
        ("5", "Elm St", None, "94110", HERE[0]),
    ]
    turned = points(project(tmp_path, "second.pack", "first.pack"))
    assert [row[1:3] for row in turned if row[1] == "1"] == [("1", "ELM ST")]


def test_what_one_pack_does_not_say_does_not_keep_twins_apart(tmp_path):
    pack(tmp_path, ("1", "Elm St", None, None, "SF", *HERE), name="first")
    pack(tmp_path, ("1", "Elm St", None, "94110", None, *NEAR), name="second")
    assert [row[0] for row in points(project(tmp_path, "first.pack", "second.pack"))] == [1]


def test_a_build_is_made_from_the_content_of_its_packs(tmp_path):
    pack(tmp_path, ("1", "Elm St", None, "94110", "SF", *HERE), name="a")
    pack(tmp_path, ("1", "Elm St", None, "94110", "SF", *NEAR), name="b")
    plain = fingerprints(project(tmp_path), tmp_path)
    first = fingerprints(project(tmp_path, "a.pack"), tmp_path)
    other = fingerprints(project(tmp_path, "b.pack"), tmp_path)
    german = fingerprints(project(tmp_path, "a.pack", country="DE"), tmp_path)
    assert len({prints["geocode"] for prints in (plain, first, other, german)}) == 4
    assert len({prints["ingest"] for prints in (plain, first, other, german)}) == 1
    assert fingerprints(project(tmp_path, "a.pack"), tmp_path) == first
    with pytest.raises(SourceError, match="gcrm reference build"):
        fingerprints(project(tmp_path, "c.pack"), tmp_path)


def test_a_project_finds_its_customers_in_a_pack_and_again_when_that_changes(tmp_path):
    (tmp_path / "packs").mkdir()
    row = ("1", "Elm St", None, "94110", "SF", *HERE)
    pack(tmp_path / "packs", row, name="some")
    project(tmp_path, "packs/some.pack")
    with (tmp_path / "gcrm.toml").open("a", encoding="utf-8") as file:
        file.write('[sources.customers]\nkind = "customers"\npath = "c.csv"\n')
    (tmp_path / "c.csv").write_text('customer_id,address\nA,"1 Elm St, 94110 SF"\nB,"2 Elm St, 94110 SF"\n')
    build(tmp_path)
    assert located(tmp_path) == [("A", "exact", HERE[0]), ("B", "street", HERE[0])]
    assert not build(tmp_path).changed
    two = ("2", "Elm St", None, "94110", "SF", *NEAR)
    write(tmp_path / "more.csv", row, two)
    build_pack([tmp_path / "more.csv"], tmp_path / "packs" / "some.pack", Origins(), overwrite=True)
    reused = {result.report.stage: result.reused for result in build(tmp_path).stages}
    assert (reused["ingest"], reused["geocode"]) == (True, False)
    assert located(tmp_path) == [("A", "exact", HERE[0]), ("B", "exact", NEAR[0])]


def located(folder):
    with sql.connect() as con:
        snapshot.attach(con, folder, snapshot.newest(folder))
        return con.execute(
            "SELECT c.customer_id, l.match_level, l.lon FROM ingest.customer AS c "
            "JOIN geocode.record_location AS r ON r.kind = 'customer' AND r.row_no = c.row_no "
            "JOIN geocode.location AS l USING (location_id) ORDER BY 1"
        ).fetchall()
