"""The scan that proves forgetting: it finds a text wherever it may be left, and only where it is that text."""

from __future__ import annotations

import bz2
import gzip
import random
import sqlite3
import zipfile
from contextlib import closing

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.crm import Subject
from gcrm.errors import ProjectError
from gcrm.forget import content, proof
from gcrm.forget.needle import Needles
from gcrm.forget.people import Traces, is_telling

NAME = "Zoë Quillfeather & Söhne"


def in_duckdb(path):
    with duckdb.connect(str(path)) as con:
        con.execute("CREATE TABLE t AS SELECT i, repeat('x', 50) AS a, NULL::VARCHAR[] AS b FROM range(20000) AS r(i)")
        con.execute("INSERT INTO t VALUES (1, 'plain', [$name])", {"name": NAME})


def in_parquet(path):
    table = pa.table({"a": ["x"] * 5000 + [None], "n": [{"deep": "y"}] * 5000 + [{"deep": NAME}]})
    pq.write_table(table, path, compression="zstd")


def in_sqlite(path):
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE t (a TEXT, b BLOB)")
        con.execute("INSERT INTO t VALUES ('x', ?)", (NAME.encode("utf-16-le"),))
        con.commit()


def in_xlsx(path):
    book = openpyxl.Workbook()
    book.active.append(["x", f"to {NAME}"])
    book.save(path)


def in_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "x" * 5000)
        archive.writestr("b.csv", NAME.encode("cp1252"))


PLACES = {
    "a.duckdb": in_duckdb,
    "a.parquet": in_parquet,
    "a.sqlite": in_sqlite,
    "a.xlsx": in_xlsx,
    "a.zip": in_zip,
    "utf16.csv": lambda path: path.write_text(f"x\t{NAME}\n", encoding="utf-16"),
    "big-endian.txt": lambda path: path.write_bytes(f"x{NAME}".encode("utf-16-be")),
    "a.json": lambda path: path.write_text('{"a": "Zo\\u00eb Quillfeather & S\\u00f6hne"}', encoding="utf-8"),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(f"x,{NAME}".encode())),
    "a.csv.bz2": lambda path: path.write_bytes(bz2.compress(f"x,{NAME}".encode())),
    "wal": lambda path: path.write_bytes(random.Random(1).randbytes(9_000_000) + NAME.encode() + b"\0"),  # noqa: S311
}


@pytest.mark.parametrize("name", PLACES)
def test_a_text_is_found_however_it_is_packed(tmp_path, name):
    PLACES[name](tmp_path / name)
    found = proof.scan([tmp_path / name], proof.Evidence(frozenset({NAME, "Nobody Else"}), frozenset(), ("cp1252",)))
    assert found.hits == {tmp_path / name: 1}
    assert found.files == 1
    assert found.bytes == (tmp_path / name).stat().st_size
    assert proof.scan([tmp_path / name], proof.Evidence(frozenset({"Nobody Else"}), frozenset())).hits == {}


def test_a_text_across_two_chunks_is_found(tmp_path):
    path = tmp_path / "long"
    for place in range(content._CHUNK - len(NAME.encode()) - 1, content._CHUNK + 2, 5):
        path.write_bytes(b"\0" * place + NAME.encode() + b"\0" * 100)
        assert proof.scan([path], proof.Evidence(frozenset({NAME}), frozenset())).hits == {path: 1}


def test_a_file_that_cannot_be_unpacked_proves_nothing(tmp_path):
    path = tmp_path / "a.duckdb"
    in_duckdb(path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(ProjectError, match="cannot be looked through"):
        proof.scan([path], proof.Evidence(frozenset({NAME}), frozenset()))


@given(st.lists(st.text("ab1 é", min_size=1, max_size=9), min_size=1, max_size=5), st.text("ab1 é", max_size=40))
def test_all_occurrences_are_found_as_a_plain_search_finds_them(texts, data):
    hits = [(hit.text, hit.alone) for hit in Needles(texts).find(data.encode())]
    for text in set(texts):
        code, expected, alone, place = text.encode(), 0, 0, -1
        if len(code) < 3:
            continue
        while (place := data.encode().find(code, place + 1)) >= 0:
            begin = len(data.encode()[:place].decode())
            around = data[begin - 1 : begin] if begin else "", data[begin + len(text) : begin + len(text) + 1]
            expected += 1
            alone += not any(c.isalnum() for c in around)
        found = [lone for word, lone in hits if word == text]
        assert len(found) == expected
        assert sum(found) == alone


def test_what_others_have_too_is_no_evidence(tmp_path):
    living = tmp_path / "living.csv"
    living.write_text("c2,Ann Lee,ann@else.org\nc3,Joann Leeds,12 Hill Road\n", encoding="utf-8")
    traces = Traces(
        frozenset({Subject("customer", "c1")}),
        theirs={"Ann Lee", "ann Leeds", "bob@x.org", "12 Hill Road", "2020-01-01", "12.50", "web"},
    )
    found = proof.choose(traces, [living], [], [], ())
    assert found.anywhere == {"bob@x.org"}
    # `ann Leeds` stands within another name: it counts as a word of its own only.
    assert found.alone == {"bob@x.org", "ann Leeds", "c1"}


@pytest.mark.parametrize("text", ["2020-01-31", "31.01.2020", "2020-01-31T10:00:00Z", "-122.41", "12", "1,5", "web"])
def test_days_and_amounts_tell_of_nobody(text):
    assert not is_telling(text)


@pytest.mark.parametrize("text", ["+1 415 555 0100", "4155550100", "a@b.example", "Ann Lee", "1 Hill Road"])
def test_names_and_telephones_may(text):
    assert is_telling(text)
