"""The way out: each file stands in the log with its hash, and without the log there is no file."""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import contextmanager

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from gcrm import __version__, cli, crm, exports
from gcrm.errors import ExportError, QueryError, StoreError
from gcrm.exports import draft


def test_an_export_stands_in_the_log_with_what_it_rests_on(ws, tmp_path):
    found = ws.query(["customers", "penetration"], by=["zone"], where={"district": "n"}, period="2024-Q1")
    path = tmp_path / "figures.csv"
    entry = exports.save(ws, "query", found, path, actor="ana")
    assert exports.read_table(path, found.table.schema).equals(found.table)
    assert entry == ws.crm.get(crm.Export, entry.id)
    assert (entry.what, entry.rows, entry.path_name, entry.created_by) == ("query", 2, "figures.csv", "ana")
    assert entry.receipt["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert entry.receipt["bytes"] == path.stat().st_size
    assert entry.receipt["gcrm"] == __version__
    assert entry.receipt["snapshot"] == ws.manifest.id
    # The receipt answers for the figures: its statement and values give the same rows.
    values = {k: v for k, v in found.parameters.items() if str(v) == entry.receipt["parameters"][k]}
    assert ws.cursor().execute(entry.receipt["sql"], values).to_arrow_table().equals(found.table)
    json.dumps(entry.receipt)


def test_the_log_is_listed_the_latest_first(ws, tmp_path):
    assert exports.journal(ws).num_rows == 0
    for name in ("a.csv", "b.xlsx", "c.parquet", "d.geojson"):
        exports.save(ws, "query", ws.query(["customers"], by=["zone"]), tmp_path / name)
    listed = exports.journal(ws, limit=3).to_pylist()
    assert [row["file"] for row in listed] == ["d.geojson", "c.parquet", "b.xlsx"]
    assert listed[0]["actor"] == crm.local_actor()
    assert exports.journal(ws).num_rows == 4


def test_a_download_is_noted_too(ws):
    found = exports.assignments(ws, "zone")
    content = exports.download(ws, "assignments", found, "xlsx", name="a\n.xlsx", actor="ana")
    entry = exports.journal(ws).to_pylist()[0]
    assert entry["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry["file"] == "a?.xlsx"


def test_without_a_file_there_is_no_entry(ws, tmp_path, monkeypatch):
    found = ws.query(["customers"], by=["segment"])
    (tmp_path / "there.csv").write_text("mine")
    for name, message in (
        ("there.csv", "is there already"),
        ("no/a.csv", "no folder"),
        ("a.doc", "cannot be written as 'doc'"),
        ("a.gpkg", "no places"),
    ):
        with pytest.raises((ExportError, QueryError), match=message):
            exports.save(ws, "query", found, tmp_path / name)
    monkeypatch.setattr(draft, "_name", fail)
    with pytest.raises(ExportError, match="cannot be written"):
        exports.save(ws, "query", found, tmp_path / "b.csv")
    assert exports.journal(ws).num_rows == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["company", "there.csv"]


def fail(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


def test_without_the_log_there_is_no_file(ws, tmp_path, monkeypatch):
    @contextmanager
    def broken(**_: object):
        msg = "The store cannot be written."
        raise StoreError(msg)
        yield

    monkeypatch.setattr(ws.crm, "write", broken)
    with pytest.raises(StoreError):
        exports.save(ws, "query", ws.query(["customers"]), tmp_path / "a.csv")
    with pytest.raises(StoreError):
        exports.download(ws, "query", ws.query(["customers"]), "csv", name="a.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["company"]


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson"])
def test_places_come_back_with_their_texts(tmp_path, name):
    texts = ["=1+1", "<img src=x>", "", None, "Zürich 서울", "'quoted' \"twice\"; DROP TABLE x"]
    shapes = [shapely.Point(i, 1).buffer(0.5, 2) for i in range(6)]
    frame = gpd.GeoDataFrame({"text": texts, "n": range(6)}, geometry=shapes, crs="EPSG:4326")
    exports.write_places(frame, tmp_path / name)
    back = pyogrio.read_dataframe(tmp_path / name)
    assert [None if v is None or v != v else v for v in back["text"]] == texts  # noqa: PLR0124
    assert back["n"].tolist() == list(range(6))
    assert shapely.equals_exact(back.geometry.to_numpy(), shapely.multipolygons([[s] for s in shapes]), 1e-6).all()
    assert back.crs.to_epsg() == 4326
    assert [p.name for p in tmp_path.iterdir()] == [name]
    with pytest.raises(ExportError, match="is there already"):
        exports.write_places(frame, tmp_path / name)
    with pytest.raises(ExportError, match="holds NUL"):
        exports.write_places(frame.assign(text="a\x00b"), tmp_path / name, overwrite=True)
    assert pyogrio.read_info(tmp_path / name)["features"] == 6
    with pytest.raises(ExportError, match="Did you mean"):
        exports.write_places(frame, tmp_path / "a.gpk")
    with pytest.raises(ExportError, match=r"end in \.gpkg"):
        exports.to_geopackage(frame, tmp_path / "a.geojson")


@pytest.fixture
def run(monkeypatch, capfd):
    """The command line in this process: its code, and what it prints, in one line."""

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["gcrm", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capfd.readouterr()
        assert "Traceback" not in printed.err
        return int(ended.value.code or 0), " ".join((printed.out + printed.err).split(" "))

    return run


def test_the_command_line(ws, tmp_path, run):
    audience = ["export", "audience", ws.folder, "--channel", "email", "--purpose", "campaign"]
    code, said = run(*audience, "--level", "zone", "--minimum", 3, "-o", tmp_path / "list.csv")
    assert code == 0, said
    assert "2 areas of level zone by customers" in said
    assert "withdrew the consent" in said
    assert exports.read_table(tmp_path / "list.csv")["id"].to_pylist() == ["z1c0", "z2c0", "q1"]
    code, said = run(*audience, "--minimum", 3, "-o", tmp_path / "list.csv")
    assert (code, "name their level" in said) == (1, True)
    code, said = run("export", "query", ws.folder, "-b", "zone", "-o", tmp_path / "zones.gpkg")
    assert code == 0, said
    words = ["--level", "zone", "--day", "2024-05-01", "-o", tmp_path / "a.xlsx"]
    assert "unassigned" in run("export", "assignments", ws.folder, *words)[1]
    _, said = run("export", "log", ws.folder)
    assert [word in said for word in ("a.xlsx", "zones.gpkg", "list.csv", crm.local_actor())] == [True] * 4


def test_sql_on_the_command_line(ws, tmp_path, run):
    code, said = run("sql", ws.folder, "SELECT 1 AS one, NULL AS nothing, '\x1b[31mred' AS red")
    assert code == 0, said
    assert "(null)" in said
    assert "\x1b" not in said
    (tmp_path / "q.sql").write_text("FROM warehouse.dim_owner ORDER BY 1")
    assert '"anna","Anna","North"' in run("sql", ws.folder, "--file", tmp_path / "q.sql", "--format", "csv")[1]
    assert "noted as export" in run("sql", ws.folder, "FROM warehouse.dim_owner", "-o", tmp_path / "o.parquet")[1]
    assert pa.parquet.read_table(tmp_path / "o.parquet").num_rows == 2
    for words in (["FROM warehouse.dim_ownr"], ["SELECT 1", "--file", tmp_path / "q.sql"], []):
        assert run("sql", ws.folder, *words)[0] == 1
