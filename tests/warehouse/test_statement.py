"""An analyst's SQL: what it finds, how it says what is wrong, and that nothing gets out, is written or goes on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal

import duckdb
import geopandas as gpd
import psutil
import pyarrow as pa
import pytest
import shapely

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError
from gcrm.warehouse import statement
from gcrm.warehouse.statement import Bounds

STOPPED = "MB of memory|longer than 2 s|may hold"
SMALL = Bounds(memory_mb=700, seconds=4, rows=1000, result_mb=8)
#: Of a bomb no more is asked than that it ends.
SHORT = replace(SMALL, seconds=2)


@pytest.fixture(scope="module")
def ws(demo_project):
    return gcrm.open(demo_project)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return tmp_path_factory.mktemp("room")


@pytest.fixture(scope="module")
def locked(demo_project, ws, room):
    """The connection that the process of its own would have."""
    files = {stage: str(demo_project / "snapshots" / f.file) for stage, f in ws.manifest.stages.items()}
    with statement._locked(files, room, SMALL) as con:
        yield con


def test_sql_finds_what_the_cube_finds(ws):
    figures = "sum(amount) AS revenue, count(DISTINCT order_id) AS orders"
    text = f"SELECT {figures} FROM warehouse.fact_order WHERE ordered_on >= $day"
    found = ws.sql(text, {"day": "2017-10-01"})
    cube = ws.query(["revenue", "orders"], period=("2017-10-01", str(ws.period_range[1]))).table
    assert found.table.to_pylist() == cube.select(["revenue", "orders"]).to_pylist()
    assert isinstance(found.table["revenue"][0].as_py(), Decimal)
    assert found.frame["revenue"][0] == float(found.table["revenue"][0].as_py())
    assert found.sql == text
    assert found.receipt["snapshot"] == ws.manifest.id
    assert found.receipt["id"] != ws.sql(text, {"day": "2017-11-01"}).receipt["id"]


def test_spatial_functions_and_geometry(ws):
    outline = "ST_GeomFromWKB(geometry) AS geometry"
    text = f"SELECT region_id, {outline} FROM warehouse.dim_region WHERE level = 'zone' ORDER BY 1"
    found = ws.sql(text).geo
    zones = ws.regions("zone")
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs.to_epsg() == 4326
    assert found["region_id"].tolist() == zones["region_id"].tolist()
    assert shapely.equals_exact(found.geometry.to_numpy(), zones.geometry.to_numpy()).all()
    with pytest.raises(QueryError, match="no geometry"):
        _ = ws.sql("SELECT 1").geo


@pytest.mark.parametrize(
    "text",
    [
        "FROM warehouse.dim_segment",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a, range(3), unnest([1, 2])",
        "VALUES (1)",
        "DESCRIBE warehouse.fact_order",
        "SUMMARIZE warehouse.dim_segment",
        "SHOW ALL TABLES",
        "FROM (PIVOT warehouse.dim_customer ON segment IN ('a') USING count(*) GROUP BY owner_id)",
        "SELECT 1; -- and no more",
    ],
)
def test_what_only_reads_the_snapshot_may_run(locked, room, text):
    statement._run(locked, text, {}, room, SMALL)
    with pa.OSFile(str(room / "result.arrow")) as file:
        assert pa.ipc.open_file(file).read_all().num_rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select 1\n  form x y", "SQL, line 2, column 8: syntax error at or near"),
        ("select 'é', blah\nfrom warehouse.fact_order", 'SQL, line 1, column 13: Referenced column "blah" not found'),
        ("from warehouse.fact_ordr", "There is no table 'fact_ordr'. Did you mean 'warehouse.fact_order'?"),
        ("from warehous.fact_order", "There is no table 'warehous.fact_order'. Did you mean 'warehouse.fact_order'?"),
        ("from fact_order", "There is no table 'fact_order'. Did you mean 'warehouse.fact_order'?"),
        ("select cast('abc' as int)", "SQL, line 1, column 8: Could not convert string"),
        ("select nofunction(1)", "nofunction does not exist!"),
        ("select $day", "SQL: "),
        ("", "this is nothing"),
        ("pivot warehouse.dim_customer on segment", "PIVOT needs its values"),
        ("select 1; select 2", "these are 2 statements"),
    ],
)
def test_a_mistake_is_said_in_one_line_with_its_place(locked, room, text, message):
    with pytest.raises(QueryError) as caught:
        statement._run(locked, text, {}, room, SMALL)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_who_may_see_everything_may_ask(demo_project):
    for scope in (Scope("marketing"), Scope("west", {"district": ("1",)}, record_rights=True)):
        with pytest.raises(AccessError, match="SQL would show all"):
            gcrm.open(demo_project, scope).sql("SELECT 1")


SECRET = "a secret of this machine"  # noqa: S105
#: Ways out: {file}, {table} and {geo} must not be read, {new} must not be made, {stage} is a file of the snapshot.
ESCAPES = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_csv('{table}')",
    "SELECT * FROM read_csv_auto('{table}')",
    "SELECT * FROM read_json('{file}')",
    "SELECT * FROM read_parquet('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM sniff_csv('{table}')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '{table}'",
    "FROM '{table}'",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT 1 ORDER BY (SELECT max(content) FROM read_text('{file}'))",
    "WITH RECURSIVE r AS (SELECT 'x' AS c UNION ALL SELECT content FROM read_text('{file}')) SELECT * FROM r",
    "SELECT * FROM (SELECT 1), LATERAL (SELECT * FROM read_text('{file}'))",
    "DESCRIBE SELECT * FROM read_csv('{table}')",
    "SUMMARIZE SELECT * FROM read_csv('{table}')",
    "FROM query('SELECT * FROM read_text(''{file}'')')",
    "FROM query_table('{table}')",
    "SELECT * FROM st_read('{geo}')",
    "SELECT * FROM st_read('/vsizip/{geo}')",
    "SELECT * FROM st_read('/vsicurl/http://localhost:1/x.csv')",
    "SELECT * FROM st_read_meta('{geo}')",
    "SELECT * FROM st_readshp('{geo}')",
    "SELECT * FROM st_readosm('{file}')",
    "SELECT * FROM read_blob('{stage}')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "SELECT getenv('HOME')",
    "COPY (SELECT 1) TO '{new}'",
    "COPY (SELECT 1) TO '{stage}'",
    "COPY (SELECT 1 AS a, st_point(1, 2) AS g) TO '{new}' WITH (FORMAT gdal, DRIVER 'GeoJSON')",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{new}'",
    "EXPORT DATABASE '{new}'",
    "IMPORT DATABASE '{new}'",
    "ATTACH '{new}' AS other",
    "ATTACH '{stage}' AS other",
    "ATTACH 'http://localhost:1/x.duckdb' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH warehouse",
    "CHECKPOINT warehouse",
    "FORCE CHECKPOINT",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{file}'",
    "SET enable_external_access = true",
    "SET memory_limit = '99GB'",
    "RESET lock_configuration",
    "PRAGMA memory_limit = '99GB'",
    "CREATE SECRET (TYPE s3, KEY_ID 'a')",
    "CREATE TABLE warehouse.mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE MACRO f() AS TABLE FROM read_text('{file}')",
    "INSERT INTO warehouse.dim_segment VALUES ('x')",
    "UPDATE warehouse.dim_segment SET segment = 'x'",
    "DELETE FROM warehouse.dim_segment",
    "DROP TABLE warehouse.dim_segment",
    "ALTER TABLE warehouse.dim_segment ADD COLUMN x INTEGER",
    "USE warehouse",
    "CALL pragma_version()",
    "BEGIN",
    "PREPARE p AS SELECT * FROM read_text('{file}')",
    "SELECT 1; COPY (SELECT 1) TO '{new}'",
    "WITH x AS (SELECT 1) SELECT * FROM x; DROP TABLE warehouse.dim_segment",
    "SELECT write_log('x'), content FROM read_text('{file}')",
]


@pytest.fixture(scope="module")
def ways(demo_project, ws, tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "file.txt").write_text(SECRET)
    (folder / "table.csv").write_text(f"a\n{SECRET}\n")
    frame = gpd.GeoDataFrame({"a": [SECRET]}, geometry=[shapely.Point(1, 2)], crs="EPSG:4326")
    frame.to_file(folder / "geo.shp")
    stage = demo_project / "snapshots" / ws.manifest.stages["warehouse"].file
    names = {"file": "file.txt", "table": "table.csv", "geo": "geo.shp", "new": "new"}
    return {name: str(folder / file) for name, file in names.items()} | {"stage": str(stage)}


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_no_way_leads_out_of_the_snapshot(demo_project, locked, ways, room):
    before = digests(demo_project / "snapshots")
    for text in ESCAPES:
        with pytest.raises(QueryError) as caught:
            statement._run(locked, text.format(**ways), {}, room, SMALL)
        assert SECRET not in str(caught.value), text
    assert digests(demo_project / "snapshots") == before
    assert not os.path.lexists(ways["new"])
    statement._run(locked, "FROM warehouse.dim_segment", {}, room, SMALL)


@pytest.mark.parametrize(
    "text", ["SELECT * FROM read_text('{file}')", "COPY (SELECT 1) TO '{new}'", "DROP TABLE warehouse.dim_segment"]
)
def test_no_way_leads_out_of_the_process(ws, ways, text):
    with pytest.raises(QueryError):
        ws.sql(text.format(**ways))
    assert not os.path.lexists(ways["new"])


#: What changes only the connection itself, which ends with the statement, or shows what belongs to the snapshot.
WITHIN = (
    "ATTACH ':memory:'",
    "DETACH",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "CREATE TEMP",
    "USE",
    "CALL",
    "BEGIN",
    "PREPARE",
)


def test_duckdb_itself_keeps_the_ways_shut(demo_project, locked, ways):
    """What the look at the statement let pass by mistake would still be refused by the connection."""
    before = digests(demo_project / "snapshots")
    texts = [text for text in ESCAPES if not text.startswith(WITHIN) and "read_blob('{stage}')" not in text]
    assert len(texts) >= 50
    for text in texts:
        con = locked.cursor()
        with pytest.raises(duckdb.Error):
            con.execute(text.format(**ways)).fetchall()
        con.close()
    assert digests(demo_project / "snapshots") == before
    assert not os.path.lexists(ways["new"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT count(*) FROM range(100000000) AS a, range(100000000) AS b WHERE a.range <> b.range",
            "longer than 2 s",
        ),
        ("WITH RECURSIVE r AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM r) SELECT max(x) FROM r", STOPPED),
        ("SELECT list(range) FROM range(10000000000)", STOPPED),
        ("SELECT range(4000000000)", STOPPED),
        ("SELECT repeat('x', 4000000000)", STOPPED),
    ],
)
def test_a_bomb_ends_its_own_process_only(ws, text, message):
    began = time.monotonic()
    with pytest.raises(QueryError, match=message):
        ws.sql(text, bounds=SHORT)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT repeat('x', 10000000000)", "Cannot create a string"),
        (f"SELECT {'+'.join('1' * 20000)}", "Max expression depth"),
        ("SELECT * FROM range(1001)", "more than 1,000 rows"),
        ("SELECT repeat('x', 1000000) FROM range(10)", "more than 8 MB"),
    ],
)
def test_what_gives_too_much_is_refused(locked, room, text, message):
    with pytest.raises(QueryError, match=message):
        statement._run(locked, text, {}, room, SMALL)


def test_a_pattern_that_never_ends_elsewhere_ends_here(locked, room):
    statement._run(locked, "SELECT regexp_matches(repeat('a', 100000), '(a*)*(a*)*(a*)*b')", {}, room, SMALL)


# Whoever runs the tests in the background of a shell may have it ignore Ctrl+C, and all that it starts.
WAITS = """
import signal, sys, gcrm
signal.signal(signal.SIGINT, signal.default_int_handler)
gcrm.open(sys.argv[1]).sql("SELECT count(*) FROM range(100000000) AS a, range(100000000) AS b WHERE a.range <> b.range")
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_the_process_ends_with_whoever_asked(demo_project, sign):
    asker = subprocess.Popen([sys.executable, "-c", WAITS, str(demo_project)], stderr=subprocess.DEVNULL)
    children: list[psutil.Process] = []
    end = time.monotonic() + 20
    while not (children and children[0].cpu_times().user > 0.5) and time.monotonic() < end:
        children = psutil.Process(asker.pid).children()
        time.sleep(0.05)
    assert children
    asker.send_signal(sign)
    asker.wait(30)  # the statement would be stopped after 60
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


def test_a_receipt_can_be_written_down(ws):
    json.dumps(ws.sql("SELECT $a AS a", {"a": 1}).receipt)
