"""The schema: what the migrations make is what the program reads, and what it cannot read is refused untouched."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import gcrm.crm
from gcrm import crm, errors
from gcrm.crm import schema
from gcrm.crm.table import Base
from gcrm.errors import ProjectError, SettingsError, StoreError
from gcrm.settings import load
from tests.crm.place import ANA, PROCESSES, Place
from tests.postgres import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server


def test_the_migrations_make_what_the_program_reads(store: crm.Store) -> None:
    with store._door.engine.connect() as con:
        context = MigrationContext.configure(con, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == schema.HEAD


def test_the_newest_migration_is_the_one_that_the_program_knows() -> None:
    folder = str(gcrm.crm.__path__[0]) + "/migrations"
    assert ScriptDirectory(folder).get_heads() == [schema.HEAD]


def test_a_store_of_the_first_schema_is_brought_up_to_date(at: Place) -> None:
    with at.open() as store, store._door.engine.begin() as con:  # what later schemas added goes again
        con.execute(text("DROP TABLE sameness"))
        con.execute(text("DROP TABLE residence"))
        con.execute(text("DROP TABLE scenario"))
        con.execute(text("DROP TABLE scenario_step"))
        con.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with at.open() as store:
        with store.write(actor="ana") as unit:
            unit.add(crm.Sameness(ANA, "prospect", "P1", same=True))
        assert [s.other_id for s in store.find(crm.Sameness)] == ["P1"]
        with store._door.engine.connect() as con:
            assert compare_metadata(MigrationContext.configure(con), Base.metadata) == []


def test_a_store_is_made_on_demand_only(at: Place) -> None:
    assert crm.exists(at.folder, at.settings) is False
    assert crm.fingerprint(at.folder, at.settings) == ""
    with pytest.raises(ProjectError, match="no operational store yet"):
        crm.open_store(at.folder, at.settings, create=False)
    assert list(at.folder.iterdir()) == []
    at.open().close()
    assert crm.exists(at.folder, at.settings) is True
    crm.open_store(at.folder, at.settings, create=False).close()
    with pytest.raises(ProjectError, match="There is no folder"):
        crm.open_store(at.folder / "gone", at.settings)


def test_what_is_up_to_date_is_not_written(tmp_path: Path) -> None:
    at = Place(tmp_path)
    at.open().close()
    before = (tmp_path / "crm.sqlite").read_bytes()
    at.open().close()
    assert (tmp_path / "crm.sqlite").read_bytes() == before


def test_a_newer_store_is_refused_and_left_alone(store: crm.Store, at: Place) -> None:
    with store._door.engine.begin() as con:
        con.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(StoreError, match="written by a newer gcrm: its schema is 0999, this program knows 0"):
        at.open()
    with store._door.engine.connect() as con:
        assert con.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0999"


def test_a_database_of_another_program_is_refused_and_left_alone(at: Place, request: pytest.FixtureRequest) -> None:
    if at.url:
        server: Server = request.getfixturevalue("postgres")
        database = urlsplit(at.url).path.removeprefix("/")
        server.execute("CREATE SCHEMA gcrm; CREATE TABLE gcrm.theirs (x INT)", database)
    else:
        with sqlite3.connect(at.folder / "crm.sqlite") as con:
            con.execute("CREATE TABLE theirs (x)")
        con.close()
    with pytest.raises(StoreError, match="holds tables of another program"):
        at.open()
    if not at.url:
        with sqlite3.connect(at.folder / "crm.sqlite") as con:
            assert con.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
        con.close()


def _open(at: Place) -> str:
    with at.open() as store, store.write(actor=str(os.getpid())) as unit:
        unit.add(crm.Note(ANA, "x"))
    return "good"


def test_processes_that_migrate_at_once_do_not_meet(at: Place) -> None:
    with PROCESSES.Pool(4) as pool:
        assert pool.map(_open, [at] * 8, chunksize=1) == ["good"] * 8
    with at.open() as store:
        assert [c.number for c in store.changes()] == list(range(1, 9))


@pytest.mark.parametrize("spoil", ["text", "cut", "middle"])
def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path, spoil: str) -> None:
    at, path = Place(tmp_path), tmp_path / "crm.sqlite"
    with at.open() as store, store.write(actor="ana") as unit:
        for i in range(200):
            unit.add(crm.Note(ANA, f"{i} " + "x" * 500))
    store.close()
    content = path.read_bytes()
    spoilt = {
        "text": b"hello " * 1000,
        "cut": content[:5000],
        "middle": content[:4096] + b"\xff" * (len(content) - 4096),
    }
    path.write_bytes(spoilt[spoil])
    with pytest.raises(StoreError, match=r"crm.sqlite\) is damaged, or is no SQLite database. Put back a copy"):
        at.open().find(crm.Note)


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "crm.sqlite").mkdir(parents=True)  # root may write everywhere, but not a file where a folder is
    with pytest.raises(StoreError, match=r"cannot be opened for writing\. Check the rights"):
        Place(folder).open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="cannot be opened for writing"):
            Place(tmp_path).open()
    finally:
        tmp_path.chmod(0o700)


def test_a_database_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    at = Place(tmp_path)
    with (  # noqa: PT012
        at.open() as store,
        pytest.raises(StoreError, match="cannot be opened for writing"),
        store.write(actor="ana") as unit,
    ):
        unit._con.exec_driver_sql("PRAGMA query_only = ON")
        unit.add(crm.Note(ANA, "x"))


def test_a_full_disk_is_said_so_and_harms_nothing(tmp_path: Path) -> None:
    at = Place(tmp_path)
    with at.open() as store:
        with store.write(actor="ana") as unit:
            unit.add(crm.Note(ANA, "before"))
        with (  # noqa: PT012
            pytest.raises(StoreError, match=r"the disk is full\. Nothing was written"),
            store.write(actor="ana") as unit,
        ):
            con = unit._con
            con.exec_driver_sql(f"PRAGMA max_page_count = {con.exec_driver_sql('PRAGMA page_count').scalar()}")
            for _ in range(100):
                unit.add(crm.Note(ANA, "x" * 10_000))
    with at.open() as store:
        assert [n.text for n in store.find(crm.Note)] == ["before"]


def test_an_unreachable_server_is_named_and_the_password_never(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong secret")
    cases = {
        "postgresql://gcrm@127.0.0.1:1/x": "PostgreSQL on 127.0.0.1:1, database x) cannot be reached",
        postgres.tcp_url(): f"PostgreSQL on 127.0.0.1:{postgres.port}, database postgres) cannot be reached",
        postgres.url("nowhere"): "database nowhere) ",
    }
    for url, words in cases.items():
        for act in (lambda at: at.open(), lambda at: crm.exists(at.folder, at.settings)):
            with pytest.raises(StoreError) as caught:
                act(Place(tmp_path, url))
            assert words in str(caught.value)
            assert "wrong secret" not in repr(caught.value) + str(caught.value.__cause__)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert crm.exists(tmp_path, Place(tmp_path, postgres.tcp_url()).settings) is False


def test_a_server_that_goes_away_and_comes_back(tmp_path: Path, postgres: Server) -> None:
    name = postgres.database()
    with Place(tmp_path, postgres.url(name)).open() as store:
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        with pytest.raises(StoreError, match="broke off"), store.write(actor="ana") as unit:  # noqa: PT012
            unit.add(crm.Note(ANA, "lost"))
            postgres.execute(cut)
            unit.add(crm.Note(ANA, "lost too"))
        postgres.execute(cut)
        with store.write(actor="ana") as unit:
            unit.add(crm.Note(ANA, "kept"))
        assert [(n.text, c.number) for n, c in zip(store.find(crm.Note), store.changes(), strict=True)] == [("kept", 1)]


def test_a_connection_that_died_while_idle_is_replaced(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcrm.crm.engine._IDLE_S", 0.0)
    name = postgres.database()
    with Place(tmp_path, postgres.url(name)).open() as store:
        assert store.find(crm.Note) == []
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert store.find(crm.Note) == []


def test_two_projects_share_a_database_in_schemas_of_their_own(tmp_path: Path, postgres: Server) -> None:
    at = Place(tmp_path, postgres.url(postgres.database()))
    other = at.settings.model_copy(update={"crm": at.settings.crm.model_copy(update={"namespace": "second"})})
    with at.open() as one, crm.open_store(tmp_path, other) as two:
        with one.write(actor="ana") as unit:
            unit.add(crm.Note(ANA, "one"))
        assert two.find(crm.Note) == []
        assert one.moment().__enter__().identity != two.moment().__enter__().identity


def test_a_copy_of_the_file_is_the_same_store(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    with Place(first).open() as store, store.write(actor="ana") as unit:
        unit.add(crm.Task(ANA, "x"))
    shutil.copytree(first, second)
    prints = {crm.fingerprint(folder, Place(folder).settings) for folder in (first, second)}
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:s3cret@h/db", "it holds a password, and this file is read by many"),
        ("postgresql://h/db?password=s3cret", "it holds a password"),
        ("mysql://h/db", "write it like 'postgresql://user@host/database'"),
        ("crm.sqlite", "write it like 'postgresql://user@host/database'"),
        ("postgresql://[h/db", "this is no address of a database"),
    ],
)
def test_a_url_that_will_not_do_is_refused_without_its_password(tmp_path: Path, url: str, words: str) -> None:
    toml = f'[project]\nname = "x"\nmetric_crs = "EPSG:32610"\n[crm]\nurl = "{url}"\n'
    (tmp_path / "gcrm.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_errors_are_for_users() -> None:
    assert issubclass(StoreError, errors.UserError)
    assert issubclass(errors.ConflictError, errors.UserError)
    assert issubclass(errors.RecordError, errors.UserError)
