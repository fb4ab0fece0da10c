"""Source files without some people: their lines go, every other byte stays; orders stay and name nobody."""

from __future__ import annotations

import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.crm import Subject
from gcrm.errors import ProjectError
from gcrm.forget import source, text
from gcrm.settings import Source

PEOPLE = frozenset({Subject("customer", "c2"), Subject("prospect", "p9")})


def rewritten(path, own, tmp_path, **task):
    theirs = set()
    draft = source.rewrite(path, own, source.Task(PEOPLE, **task), tmp_path / f"draft{path.suffix}", theirs)
    return draft, theirs


def customers(**more):
    return Source.model_validate({"kind": "customers", "path": "x", **more})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp949", "euc-kr", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_of_the_people_go_and_all_other_bytes_stay(tmp_path, encoding, end):
    lines = [
        "customer_id,이름,note",
        "c1,김철수,c2",
        f'c2,박영희,"two{end}lines, and a ""quote"""',
        "  c2 ,again,x",
        f'c22,이민호,"two{end}lines"',
        '"c2",quoted,x',
        'c3,"c2 in a text"',
        'c4,broken"quote,x',
        "c5,last,one",
    ]  # fmt: skip
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    declared = "utf-16-be" if encoding == "utf-16-be" else encoding
    draft, theirs = rewritten(path, customers(encoding=declared), tmp_path)
    kept = end.join(line for i, line in enumerate(lines) if i not in {2, 3, 5})
    assert draft.draft.read_bytes() == kept.encode(encoding)
    assert (draft.removed, draft.blanked) == (3, 0)
    assert {"박영희", "again", "quoted"} <= theirs
    assert "김철수" not in theirs


@given(
    st.lists(st.tuples(st.sampled_from(["c1", "c2", " c2", "c22"]), st.text('ab",;\n é', max_size=6)), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None)
def test_records_put_together_are_the_file(tmp_path_factory, rows, end):
    folder = tmp_path_factory.mktemp("records")
    path = folder / "a.csv"
    content = "customer_id,b" + end + "".join(f"{key},{value}{end}" for key, value in rows)
    path.write_bytes(content.encode())
    assert b"".join(record.raw for record in text.records(path, "utf-8", ",")) == content.encode()
    rewritten(path, customers(), folder)


def test_orders_stay_and_name_nobody(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'o1;"c2";"9,50";told by Ann Lee\r\no2;c1;1;Ann\r\n'.replace(b"o1", b"order;who;amount;note\r\no1", 1)
    )
    own = Source.model_validate(
        {"kind": "orders", "path": "x", "delimiter": ";", "columns": {"customer_id": "who", "order_id": "order"}}
    )
    draft, theirs = rewritten(path, own, tmp_path, tells=lambda value: "Ann" in value)
    assert draft.draft.read_bytes() == b'order;who;amount;note\r\no1;(forgotten);"9,50";\r\no2;c1;1;Ann\r\n'
    assert (draft.removed, draft.blanked) == (0, 1)
    assert theirs == set()
    draft, _ = rewritten(path, own, tmp_path, keep_rows=False)
    assert draft.draft.read_bytes() == b"order;who;amount;note\r\no2;c1;1;Ann\r\n"


def test_a_prospect_who_became_a_customer_goes_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("prospect_id,customer_id\np1,\np2,c2\np9,\nc2,\n", encoding="utf-8")
    draft, _ = rewritten(path, Source.model_validate({"kind": "prospects", "path": "x"}), tmp_path)
    assert draft.draft.read_text() == "prospect_id,customer_id\np1,\nc2,\n"


def test_assignments_are_told_apart_by_what_they_are_about(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("subject_kind,subject_id,owner_id\ncustomer,c2,o\nprospect,c2,o\nregion,p9,o\nprospect,p9,o\n")
    draft, _ = rewritten(path, Source.model_validate({"kind": "assignments", "path": "x"}), tmp_path)
    assert draft.draft.read_text() == "subject_kind,subject_id,owner_id\nprospect,c2,o\nregion,p9,o\n"


def test_a_file_without_them_is_left_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("customer_id\nc1\n", encoding="utf-8")
    assert rewritten(path, customers(), tmp_path)[0] is None


def test_a_file_of_another_encoding_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("customer_id\né\n".encode("cp1252"))
    with pytest.raises(ProjectError, match="not UTF-8"):
        rewritten(path, customers(), tmp_path)


@pytest.mark.parametrize("compression", ["zstd", "snappy", "none"])
def test_parquet_is_written_without_them(tmp_path, compression):
    path = tmp_path / "a.parquet"
    table = pa.table({"customer_id": [f"c{i}" for i in range(10)], "n": range(10)}).replace_schema_metadata({"k": "v"})
    pq.write_table(table, path, row_group_size=4, compression=compression)
    draft, theirs = rewritten(path, customers(), tmp_path)
    found = pq.read_table(draft.draft)
    assert found.to_pylist() == [row for row in table.to_pylist() if row["customer_id"] != "c2"]
    assert found.schema.metadata[b"k"] == b"v"
    column = pq.read_metadata(draft.draft).row_group(0).column(0)
    assert column.compression == {"none": "UNCOMPRESSED"}.get(compression, compression.upper())
    assert theirs == {"c2", "2"}


def test_identifiers_that_are_numbers_become_text_where_one_is_nobody(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"order_id": [1, 2], "customer_id": pa.array([7, 8], pa.int32()), "amount": [1.5, None]}), path
    )
    people = frozenset({Subject("customer", "8")})
    own = Source.model_validate({"kind": "orders", "path": "x"})
    draft = source.rewrite(path, own, source.Task(people), tmp_path / "draft.parquet", set())
    assert pq.read_table(draft.draft).to_pylist() == [
        {"order_id": 1, "customer_id": "7", "amount": 1.5},
        {"order_id": 2, "customer_id": "(forgotten)", "amount": None},
    ]


def test_a_draft_takes_the_place_of_the_file_with_its_rights(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("customer_id\nc1\nc2\n", encoding="utf-8")
    path.chmod(0o640)
    draft, _ = rewritten(path, customers(), tmp_path)
    draft.settle()
    assert path.read_text() == "customer_id\nc1\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "draft.csv"]


def test_many_rows_and_many_people(tmp_path):
    chance = random.Random(5)  # noqa: S311
    ids = [f"k{i}" for i in range(5000)]
    gone = set(chance.sample(ids, 700))
    path = tmp_path / "a.csv"
    path.write_text("customer_id,b\n" + "".join(f"{i},{i}\n" for i in ids), encoding="utf-8")
    task = source.Task(frozenset(Subject("customer", i) for i in gone))
    draft = source.rewrite(path, customers(), task, tmp_path / "draft.csv", set())
    assert draft.removed == 700
    assert draft.draft.read_text() == "customer_id,b\n" + "".join(f"{i},{i}\n" for i in ids if i not in gone)
