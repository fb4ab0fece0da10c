"""Sixty families of bad files: each is refused in clear words or counted reject by reject, and the snapshot stays."""

from __future__ import annotations

import hashlib
import re
import shutil
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from gcrm import settings, sql
from gcrm.errors import UserError
from gcrm.ingest import build_ingest
from gcrm.pipeline import build
from gcrm.warehouse import snapshot
from tests.traps.files import packed, places, shapes, texts
from tests.traps.files.family import Family, add_sources, write_base

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FAMILIES = [*texts.FAMILIES, *shapes.FAMILIES, *packed.FAMILIES, *places.FAMILIES]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    write_base(folder)
    build(folder)
    return folder


@pytest.fixture
def project(published: Path, tmp_path: Path) -> Path:
    """A project with a published snapshot."""
    folder = tmp_path / "project"
    shutil.copytree(published, folder)
    return folder


def digests(folder: Path) -> dict[str, str]:
    files = [*(folder / snapshot.FOLDER).glob("*.duckdb"), *(folder / snapshot.FOLDER).glob("manifest*")]
    assert len(files) > 6
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def drafts(folder: Path) -> list[str]:
    names = [path.name for path in (folder / snapshot.FOLDER).iterdir()]
    return [name for name in names if name.startswith(("build-", ".", "draft"))]


def lines(path: Path) -> int:
    """Physical lines of a text file, from its bytes alone."""
    data = path.read_bytes()
    end = b"\n" if b"\n" in data else b"\r"
    return data.count(end) + (not data.endswith(end))


@pytest.fixture
def ingested(project: Path) -> Iterator[Any]:
    """Read the project's sources as the build does; yields a function that asks what came of it."""
    with sql.connect() as con:
        con.execute("ATTACH ':memory:' AS ingest")

        def read() -> duckdb.DuckDBPyConnection:
            build_ingest(con, settings=settings.load(project), folder=project)
            return con

        yield read


def test_there_are_sixty_families() -> None:
    names = [family.name for family in FAMILIES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.refused], ids=lambda f: f.name)
def test_a_refused_file(project: Path, family: Family) -> None:
    before = digests(project)
    add_sources(project, family)
    with pytest.raises(UserError) as caught:
        build(project)
    assert re.search(family.refused, str(caught.value)), str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert digests(project) == before
    assert drafts(project) == []


@pytest.mark.parametrize("family", [f for f in FAMILIES if not f.refused], ids=lambda f: f.name)
def test_counted_rejects(project: Path, ingested: Any, family: Family) -> None:
    before = digests(project)
    add_sources(project, family)
    if family.whole:
        report = build(project)
        con = duckdb.connect()
        ingest = project / snapshot.FOLDER / report.manifest.stages["ingest"].file
        con.execute(f"ATTACH '{ingest}' AS ingest (READ_ONLY)")
        assert not family.finding or family.finding in {f.kind for f in report.findings}
    else:
        con = ingested()
    check_account(con, project, family)
    con.close()
    after = digests(project)
    assert {name: after.get(name) for name in before} == before
    assert drafts(project) == []


def check_account(con: duckdb.DuckDBPyConnection, project: Path, family: Family) -> None:
    """Every record is loaded or rejected, and every line belongs to one of them."""
    rejected = con.execute("SELECT reason, count(*) FROM ingest.reject WHERE source = 'it' GROUP BY ALL").fetchall()
    assert dict(rejected) == family.rejected
    account = con.execute(
        "SELECT rows_in, rows_loaded, rows_rejected, physical_lines, header_lines + loaded_lines + rejected_lines "
        "FROM ingest.source WHERE source = 'it'"
    ).fetchall()
    ((rows, good, bad, physical, counted),) = account
    assert (good, bad) == (family.loaded, sum(family.rejected.values()))
    assert rows == good + bad
    if physical is not None:
        assert physical == counted
    if family.source["path"].endswith(".csv"):
        assert physical == lines(project / family.source["path"])
