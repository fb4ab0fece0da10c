"""The label of a pack: it is read back as written, and a pack that is not whole is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gcrm.errors import SourceError
from gcrm.geocode.pack import LABEL, TABLES, read_pack
from gcrm.geocode.pack.label import file_hash, hash_of
from tests.geocode.pack.shelf import pack

ROW = ("12", "Main Street", None, "94110", "Springfield", -122.4, 37.7)


def test_a_label_is_read_back(tmp_path):
    made = pack(tmp_path, ROW)
    assert read_pack(made.folder) == made
    content = json.loads((made.folder / LABEL).read_text(encoding="utf-8"))
    assert content["format"] == 1
    assert set(content["sha256"]) == {f"{table}.parquet" for table in TABLES}
    assert content["hash"] == made.hash


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "point.parquet").write_bytes(b"x"), "point.parquet is not the file that was packed"),
        (lambda folder: (folder / "range.parquet").unlink(), "range.parquet"),
        (lambda folder: (folder / LABEL).unlink(), "gcrm reference build"),
        (lambda folder: (folder / LABEL).write_text("{"), "cannot be read"),
        (lambda folder: (folder / LABEL).write_text("[]"), "not as gcrm writes it"),
        (lambda folder: edit(folder, licence="CC0"), "was changed"),
        (lambda folder: edit(folder, sha256={}), "does not name its files"),
        (lambda folder: edit(folder, more=1), "not as gcrm writes it"),
        (lambda folder: edit(folder, format=2), "later gcrm"),
    ],
)
def test_a_pack_that_is_not_whole_is_refused(tmp_path, spoil, message):
    made = pack(tmp_path, ROW)
    spoil(made.folder)
    with pytest.raises(SourceError, match=message):
        read_pack(made.folder)


def test_a_table_that_gcrm_did_not_write_is_refused(tmp_path):
    made = pack(tmp_path, ROW)
    pq.write_table(pa.table({"a": [1]}), made.file("point"))
    forged = replace(made, sha256=made.sha256 | {"point.parquet": file_hash(made.file("point"))})
    edit(made.folder, **forged.content | {"hash": hash_of(forged.content)})
    with pytest.raises(SourceError, match="has not the columns"):
        read_pack(made.folder)


def edit(folder, **values):
    path = folder / LABEL
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | values), encoding="utf-8")


def test_a_file_or_nothing_is_no_pack(tmp_path):
    for path in (tmp_path / "none.pack", tmp_path, tmp_path / "file"):
        (tmp_path / "file").write_text("x")
        with pytest.raises(SourceError, match="no reference pack"):
            read_pack(path)
