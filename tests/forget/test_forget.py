"""Forgetting, from end to end: nobody comes back, the figures stay, and a scan of our own finds nothing."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import gcrm
from gcrm import crm, settings
from gcrm.forget import ForgetError, forget
from gcrm.pipeline import build
from gcrm.warehouse import reader, snapshot
from tests import terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

TOML = """
[project]
name = "Forgetful"
metric_crs = "EPSG:32610"

[sources.customers]
kind = "customers"
path = "customers.csv"
encoding = "cp949"

[sources.customers.contract]
rows_min = 40

[sources.prospects]
kind = "prospects"
path = "prospects.csv"

[sources.orders]
kind = "orders"
path = "orders.parquet"

[sources.visits]
kind = "interactions"
path = "visits.csv"
"""
PEOPLE = 40


def name(i: int) -> str:
    return "Common Name" if i % 10 == 3 else f"홍길{i:03}동"


def traces(i: int) -> list[str]:
    """What only customer i has: identifier, e-mail, address, the number as a prospect, a note."""
    return [f"CUST{i:03}", f"mail{i:03}@example.org", f"{i} Lonely{i:03} Lane", f"PROS{i:03}", f"Secret of {i:03}"]


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "gcrm.toml").write_text(TOML, encoding="utf-8")
    rows = [
        f'CUST{i:03},"{name(i)}",mail{i:03}@example.org,-122.4,{37 + i / 1000},{i} Lonely{i:03} Lane'
        for i in range(PEOPLE)
    ]
    (folder / "customers.csv").write_bytes(
        "\r\n".join(["customer_id,name,email,lon,lat,address", *rows]).encode("cp949")
    )
    was = "".join(f"PROS{i:03},CUST{i:03},{name(i)}\n" for i in range(0, PEOPLE, 2))
    (folder / "prospects.csv").write_text(f"prospect_id,customer_id,name\n{was}", encoding="utf-8")
    ids = [f"CUST{i % PEOPLE:03}" for i in range(120)]
    amounts = pa.array([i + 0.25 for i in range(120)])
    orders = {"order_id": [f"o{i}" for i in range(120)], "customer_id": ids, "ordered_on": ["2020-01-31"] * 120}
    pq.write_table(pa.table({**orders, "amount": amounts}), folder / "orders.parquet")
    met = "".join(f"v{i},PROS{i:03},2020-01-01 10:00:00,wrote to mail{i:03}@example.org\n" for i in range(0, PEOPLE, 2))
    (folder / "visits.csv").write_text(f"interaction_id,prospect_id,occurred_at,outcome\n{met}", encoding="utf-8")


def texts_of(path: Path) -> Iterable[str]:
    """Every text of a database, by means of its own."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            query = "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
            query += " AND table_oid IN (SELECT table_oid FROM duckdb_tables())"  # a view has no texts of its own
            for schema, table, column in con.execute(query).fetchall():
                rows = con.execute(f'SELECT DISTINCT "{column}"::VARCHAR FROM {schema}."{table}"').fetchall()
                yield from (str(value) for (value,) in rows)
    elif path.suffix == ".parquet":
        yield str(pq.read_table(path).to_pylist())
    elif path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as con:
            yield from con.iterdump()


def left(folder: Path, words: list[str]) -> set[tuple[str, str]]:
    """Which words are left in which files, however they are stored."""
    found = set()
    for path in (p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        texts = "\n".join(texts_of(path))
        for word in words:
            codes = (word.encode(), word.encode("cp949"), word.encode("utf-16-le"))
            if any(code in raw for code in codes) or word in texts:
                found.add((path.name, word))
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "p"
    write(folder)
    build(folder)
    with crm.open_store(folder, settings.load(folder)) as store, store.write(actor="ana") as unit:
        for i in range(PEOPLE):
            unit.add(crm.Note(subject=crm.Subject("customer", f"CUST{i:03}"), text=f"Secret of {i:03}"))
        unit.add(crm.Note(subject=crm.Subject("building", "B1"), text="Ask mail004@example.org for the key."))
    build(folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "p")


def figures(folder: Path) -> dict[str, object]:
    ws = gcrm.open(folder)
    (row,) = ws.query(["customers", "orders", "revenue"]).table.to_pylist()
    ws.close()
    return {key: row[key] for key in ("customers", "orders", "revenue")}


def test_nothing_of_a_person_is_left_and_every_figure_stays(folder: Path) -> None:
    before = figures(folder)
    words = [word for i in (4, 13) for word in traces(i) if word != "PROS013"]  # who was no prospect
    assert len({word for _, word in left(folder, words)}) == 9
    report = forget(folder, ["CUST004", "CUST013"])
    assert left(folder, words) == set()
    assert figures(folder) == before | {"customers": PEOPLE - 2}
    assert report.people == 3  # one was a prospect once
    assert report.records == 3
    with crm.open_store(folder, settings.load(folder)) as store:
        assert [note.text for note in store.find(crm.Note, subject=crm.Subject("building", "B1"))] == [
            "Ask (forgotten) for the key."
        ]
    assert {path.name: rows for path, rows in report.files.items()} == {
        "customers.csv": (2, 0),
        "prospects.csv": (1, 0),
        "orders.parquet": (0, 6),
        "visits.csv": (0, 1),
    }
    assert report.proof.hits == {}
    assert report.proof.files == sum(p.is_file() and p.name != "lock" for p in folder.rglob("*"))
    assert report.manifest.accepted == ("customers.rows_min",)
    assert "v4,(forgotten),2020-01-01 10:00:00,\n" in (folder / "visits.csv").read_text(encoding="utf-8")
    assert [m.sequence for m in snapshot.history(folder)] == [report.manifest.sequence]
    # The names of others are still there, also the one that one of the two shared.
    assert {name for name, _ in left(folder, ["Common Name"])} >= {"customers.csv"}
    again = forget(folder, ["CUST004"])  # a second time finds nobody, and says so with a proof
    assert again.files == {}


def test_who_was_forgotten_does_not_come_back(folder: Path) -> None:
    delivered = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix in {".csv", ".parquet"}}
    before = figures(folder)
    forget(folder, ["CUST004"])
    for file, content in delivered.items():
        (folder / file).write_bytes(content)
    report = build(folder, accept=["customers"])
    assert figures(folder) == before | {"customers": PEOPLE - 1}
    assert report.published.figures["customers"].reasons == {"forgotten": 1}
    # What was delivered again holds the person; nothing that was made of it does, not even in unused pages.
    made = left(folder, traces(4)) - {(file, word) for file in delivered for word in traces(4)}
    assert made == set()


def test_a_file_that_gcrm_does_not_write_stops_it_before_anything_is_done(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["who", "CUST004"])
    book.save(folder / "list.xlsx")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "lock"}
    with pytest.raises(ForgetError, match=r"Nothing was changed.*\n.*list\.xlsx"):
        forget(folder, ["CUST004"])
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "lock"} == before
    (folder / "list.xlsx").unlink()
    forget(folder, ["CUST004"])


def test_a_spreadsheet_as_a_source_stops_it(tmp_path: Path) -> None:
    write(tmp_path / "p")
    folder = tmp_path / "p"
    book = openpyxl.Workbook()
    book.active.append(["customer_id", "lon", "lat"])
    book.active.append(["7", -122.4, 37.7])  # an identifier that proves nothing by itself
    book.active.append(["8", -122.4, 37.8])
    book.save(folder / "customers.xlsx")
    toml = TOML.replace("customers.csv", "customers.xlsx").replace('encoding = "cp949"', "").replace("40", "1")
    (folder / "gcrm.toml").write_text(toml, encoding="utf-8")
    (folder / "customers.csv").unlink()
    build(folder)
    with pytest.raises(ForgetError, match=r"customers\.xlsx"):
        forget(folder, ["7"])


def test_a_mention_among_other_peoples_visits_stops_it(folder: Path) -> None:
    with (folder / "visits.csv").open("a", encoding="utf-8") as file:
        file.write("w1,PROS006,2020-01-02 10:00:00,asked about mail004@example.org\n")
    build(folder)
    with pytest.raises(ForgetError, match=r"visits\.csv"):
        forget(folder, ["CUST004"])


def test_nobody_is_said(folder: Path) -> None:
    with pytest.raises(ForgetError, match="None of the 1 identifiers is known"):
        forget(folder, ["CUST999"])
    with pytest.raises(ForgetError, match="None of the 1 identifiers is known"):
        forget(folder, ["CUST004"], kind="prospect")
    assert not crm.open_store(folder, settings.load(folder)).tombstones().hashes


def test_a_reader_of_an_older_snapshot_is_waited_for_and_named(folder: Path) -> None:
    opened = reader.open_newest(folder)
    with pytest.raises(ForgetError, match=r"still read.*process \d+ on "):
        forget(folder, ["CUST004"], wait_s=0.1)
    assert figures(folder)["customers"] == PEOPLE - 1
    opened.close()
    report = forget(folder, ["CUST004"])
    assert left(folder, traces(4)) == set()
    assert len(report.deleted) > 6


def test_a_source_outside_the_folder_is_named(folder: Path, tmp_path: Path) -> None:
    (folder / "customers.csv").rename(tmp_path / "customers.csv")
    toml = TOML.replace('"customers.csv"', '"../customers.csv"')
    (folder / "gcrm.toml").write_text(toml, encoding="utf-8")
    build(folder)
    report = forget(folder, ["CUST004"])
    assert len(report.outside) == 1
    assert "sources.customers" in report.outside[0]
    assert left(folder, traces(4)) == set()


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks on Windows")
def test_forgetting_that_is_killed_is_done_by_the_next(built: Path, tmp_path: Path, soak: Callable[..., int]) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "pandas", "pyarrow.dataset", "gcrm.crm.store", "gcrm.forget"])
    moments = random.Random(4)  # noqa: S311
    started = time.perf_counter()
    forget(shutil.copytree(built, tmp_path / "clean"), ["CUST004", "CUST006"])
    seconds = time.perf_counter() - started
    kills = 0
    for turn in range(soak(60)):
        folder = shutil.copytree(built, tmp_path / f"p{turn}")
        process = context.Process(target=forget, args=(folder, ["CUST004", "CUST006"]))
        process.start()
        process.join(moments.uniform(0.1, 1.1) * seconds)
        process.kill()
        process.join()
        kills += process.exitcode != 0
        assert figures(folder)["customers"] in {PEOPLE, PEOPLE - 2}
        forget(folder, ["CUST004", "CUST006"])
        assert left(folder, [*traces(4), *traces(6)]) == set()
        shutil.rmtree(folder)
    assert kills


@pytest.mark.soak
def test_two_hundred_people_of_the_demo(
    request: pytest.FixtureRequest, tmp_path: Path, soak: Callable[..., int]
) -> None:
    if soak(200) < 200:
        pytest.skip("`make soak` forgets two hundred people; small projects are forgotten in every run")
    folder = shutil.copytree(request.getfixturevalue("demo_project"), tmp_path / "demo")
    for truth in folder.rglob("truth*"):
        truth.unlink()  # how the demo was made: no source, and nothing that a company would have
    ids = [str(i) for i in pq.read_table(folder / "data" / "customers.parquet")["household_id"].to_pylist()]
    chosen = set(random.Random(6).sample(ids, 200))  # noqa: S311
    details = pq.read_table(folder / "data" / "contact_details.parquet").to_pylist()
    mails = {row["email"] for row in details if row["customer_id"] in chosen and row["email"]}
    mails -= {row["email"] for row in details if row["customer_id"] not in chosen}
    before = figures(folder)
    report = forget(folder, chosen)
    assert report.proof.hits == {}
    assert left(folder, sorted(mails)) == set()
    after = figures(folder)
    assert (after["orders"], after["revenue"]) == (before["orders"], before["revenue"])
    print(f"\n{len(chosen)} people: {report.proof.files} files, {report.proof.bytes} bytes, {report.proof.texts} texts")  # noqa: T201


def test_the_command_asks_forgets_and_proves(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("CUST004\n\nCUST006\n", encoding="utf-8")
    command = ["forget", "--folder", folder, "--file", tmp_path / "ids.txt"]
    asked = terminal.gcrm(*command, typed="n\n")
    assert asked.returncode == 1
    assert left(folder, traces(4)[:1])
    done = terminal.gcrm(*command, "--yes")
    assert done.returncode == 0, done.stderr
    assert "0 found" in " ".join(done.stdout.split())
    assert left(folder, [*traces(4), *traces(6)]) == set()
    unknown = terminal.gcrm(*command[:-2], "X", "--yes")
    assert unknown.returncode == 1
    assert "None of the 1 identifiers" in unknown.stderr
