"""The portable snapshot: one file that plain DuckDB reads, equal to the stages, and never over another file."""

from __future__ import annotations

import duckdb
import pytest

from gcrm.errors import ProjectError
from gcrm.pipeline import build
from gcrm.warehouse import portable, reader
from tests import project


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    project.write(folder)
    build(folder)
    found = reader.open_newest(folder)
    yield found
    found.close()


def test_every_table_of_every_stage_is_there_with_its_meaning(opened, tmp_path):
    portable.export(opened, tmp_path / "one.duckdb")
    tables = "SELECT table_name, estimated_size, comment FROM duckdb_tables() WHERE {} ORDER BY ALL"
    columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE {} ORDER BY ALL"
    with duckdb.connect(str(tmp_path / "one.duckdb"), read_only=True) as plain:
        for stage in opened.manifest.stages:
            for query in (tables, columns):
                own = f"database_name = '{stage}' AND schema_name = 'main'"
                there = opened.cursor().execute(query.format(own)).fetchall()
                here = plain.execute(query.format(f"schema_name = '{stage}'")).fetchall()
                assert there
                assert [(*r[:-1], r[-1] or None) for r in here] == there
        assert plain.execute("SELECT sum(amount) FROM warehouse.fact_order").fetchall()[0][0] == 7
        views = "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND {} ORDER BY ALL"
        there = opened.cursor().execute(views.format("database_name = 'cube'")).fetchall()
        assert plain.execute(views.format("schema_name = 'cube'")).fetchall() == there
        for view, _ in there:
            text = f"SELECT * FROM cube.{view} ORDER BY ALL"
            assert plain.execute(text).fetchall() == opened.cursor().execute(text).fetchall()
        noted = plain.execute("SELECT sequence, id, created FROM gcrm.manifest").fetchall()
    assert noted == [(str(opened.manifest.sequence), opened.manifest.id, opened.manifest.created)]


def test_a_file_that_is_there_is_not_overwritten(opened, tmp_path):
    (tmp_path / "one.duckdb").write_bytes(b"mine")
    with pytest.raises(ProjectError, match="not overwritten"):
        portable.export(opened, tmp_path / "one.duckdb")
    assert (tmp_path / "one.duckdb").read_bytes() == b"mine"


def test_a_folder_that_is_not_there_is_said_and_no_draft_stays(opened, tmp_path):
    with pytest.raises(ProjectError, match="cannot be written"):
        portable.export(opened, tmp_path / "no" / "one.duckdb")
    assert list(tmp_path.iterdir()) == []
