"""PostgreSQL as a source: a real server, real types, and nothing read twice that has not changed."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow.parquet as pq
import pytest

import gcrm
from gcrm import crm, sql
from gcrm.errors import DependencyError, SettingsError, SourceError
from gcrm.ingest import build_ingest
from gcrm.ingest.database.fetch import fetch, names
from gcrm.pipeline import build
from gcrm.settings import load
from gcrm.warehouse import snapshot
from tests.ingest.bench import Built
from tests.postgres import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server

PROJECT = '[project]\nname = "Test"\nmetric_crs = "EPSG:32610"\n\n'


class Shop:
    """A project whose sources are in a database of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder, self.database = server, folder, server.database()
        self.url = server.url(self.database)
        self.kept: tuple[str, ...] = ()
        self.count = count()

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.server.execute(statement, self.database)

    def settings(self, *sources: str, url: str | None = None) -> None:
        tables = [f'[sources.s{i}]\ndatabase = "{url or self.url}"\n{text}\n' for i, text in enumerate(sources)]
        (self.folder / "gcrm.toml").write_text(PROJECT + "\n".join(tables), encoding="utf-8")

    def build(self) -> Any:
        return build(self.folder)

    def ingest(self) -> Built:
        """Fetch and ingest alone."""
        project, root = load(self.folder), self.folder / snapshot.FOLDER
        bench = root / f"bench-{next(self.count)}"
        bench.mkdir(parents=True)
        fetched = fetch(project, self.folder, self.kept, bench, lambda draft: draft.rename(root / draft.name))
        self.kept = names(fetched)
        con = sql.connect()
        con.execute("ATTACH ':memory:' AS ingest")
        return Built(con, build_ingest(con, settings=project, folder=self.folder, fetched=fetched))

    def fetched(self) -> list[str]:
        return sorted(p.name for p in (self.folder / snapshot.FOLDER).glob("fetched-*"))


@pytest.fixture
def shop(postgres: Server, tmp_path: Path) -> Shop:
    return Shop(postgres, tmp_path)


ORDERS = 'kind = "order_lines"\ntable = "lines"'


def test_types_come_without_loss(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE lines (order_id char(6), line_no smallint, product_id uuid, quantity double precision, "
        "amount numeric)",
        "INSERT INTO lines VALUES ('7', 1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 0.1, 1234567890123456.78), "
        "('7', 2, NULL, 'Infinity', 1), ('7', 3, NULL, 'NaN', 1), ('7', 4, NULL, 1, 'NaN'), ('7', 5, NULL, 1, 1.005), "
        "('7', 6, NULL, NULL, 'Infinity'), ('8', 1, NULL, -2, 3.10)",
    )
    shop.settings(ORDERS)
    built = shop.ingest()
    assert built.rows("SELECT * EXCLUDE (source, row_no) FROM ingest.order_line ORDER BY row_no") == [
        ("7", 1, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", 0.1, Decimal("1234567890123456.78")),
        ("8", 1, None, -2.0, Decimal("3.10")),
    ]
    rejected = built.rows("SELECT reason, column_name, count(*) FROM ingest.reject GROUP BY ALL ORDER BY ALL")
    assert rejected == [("bad_number", "amount", 3), ("bad_number", "quantity", 2)]
    account = "file, format, rows_in, rows_loaded, rows_rejected, physical_lines"
    assert built.rows(f"SELECT {account} FROM ingest.source") == [("lines", "PostgreSQL", 7, 2, 5, None)]


def test_times_and_truth(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE calls (interaction_id bigint PRIMARY KEY, occurred_at timestamptz, kind text)",
        "INSERT INTO calls VALUES (1, '2020-03-29 01:30:00+01', E'a\\nb,\"c\"'), "
        "(2, '2020-01-01 00:00:00.000001Z', ''), "
        "(3, 'infinity', NULL), (4, '0044-03-15 12:00:00 BC', NULL), (5, '20000-01-01', NULL), (6, NULL, '\\N')",
        "CREATE TABLE people (customer_id text, since date, until timestamp)",
        "INSERT INTO people VALUES ('a', '2020-02-29', '2021-01-01 23:59'), ('b', '-infinity', NULL)",
    )
    shop.settings('kind = "interactions"\ntable = "calls"', 'kind = "customers"\ntable = "people"')
    built = shop.ingest()
    assert built.rows("SELECT interaction_id, occurred_at::VARCHAR, kind FROM ingest.interaction ORDER BY row_no") == [
        ("1", "2020-03-29 00:30:00", 'a\nb,"c"'),
        ("2", "2020-01-01 00:00:00.000001", None),
    ]
    assert built.rows("SELECT row_no, reason FROM ingest.reject WHERE source = 's0' ORDER BY 1") == [
        (3, "bad_date"),
        (4, "bad_date"),
        (5, "bad_date"),
        (6, "missing_value"),
    ]
    assert built.rows("SELECT customer_id, since, until FROM ingest.customer") == [
        ("a", date(2020, 2, 29), date(2021, 1, 1))
    ]


def test_an_unchanged_table_is_the_same_snapshot(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE staff (owner_id int, name text)",
        "INSERT INTO staff SELECT i, 'n' || i FROM generate_series(1, 9) i",
    )
    shop.settings('kind = "owners"\ntable = "staff"')
    first = shop.build()
    files = shop.fetched()
    # The rows lie elsewhere now, but they are the same.
    shop.run(
        "UPDATE staff SET name = 'x' WHERE owner_id < 5", "UPDATE staff SET name = 'n' || owner_id", "VACUUM FULL staff"
    )
    second = shop.build()
    assert not second.changed
    assert all(stage.reused for stage in second.stages)
    assert (second.manifest.id, shop.fetched()) == (first.manifest.id, files)
    shop.run("UPDATE staff SET name = 'y' WHERE owner_id = 5")
    third = shop.build()
    assert third.changed
    ws = gcrm.open(shop.folder)
    assert ws.cursor().execute("SELECT name FROM ingest.owner WHERE owner_id = '5'").fetchall() == [("y",)]
    assert set(third.manifest.inputs) < set(shop.fetched())  # the file of the snapshot before stays with it


def test_fetched_files_go_with_their_snapshots(shop: Shop) -> None:
    shop.run("CREATE TABLE staff (owner_id int PRIMARY KEY)")
    shop.settings('kind = "owners"\ntable = "staff"')
    toml = shop.folder / "gcrm.toml"
    toml.write_text(toml.read_text() + "[snapshots]\nkeep = 1\n")
    for i in range(2):
        shop.run(f"INSERT INTO staff VALUES ({i})")
        manifest = shop.build().manifest
        assert shop.fetched() == list(manifest.inputs)
        assert len(manifest.inputs) == 1


@pytest.mark.parametrize(
    "table",
    ['"My Sales"."Order Lines"', "My Sales.Order Lines", '"Order ""Lines"', 'Order "Lines', "LINES", "public.lines"],
)
def test_names_of_tables(shop: Shop, table: str) -> None:
    columns = "(order_id text, line_no int, amount numeric)"
    shop.run(
        'CREATE SCHEMA "My Sales"',
        f'CREATE TABLE "My Sales"."Order Lines" {columns}',
        f'CREATE TABLE "Order ""Lines" {columns}',
        f"CREATE TABLE lines {columns}",
    )
    for name in ('"My Sales"."Order Lines"', '"Order ""Lines"', "lines"):
        shop.run(f"INSERT INTO {name} VALUES ('1', 1, {len(name)})")
    shop.settings(f"kind = \"order_lines\"\ntable = '{table}'")
    built = shop.ingest()
    size = {"M": 24, "O": 15, "L": 5, "p": 5}[table.strip('"')[0]]
    assert built.rows("SELECT amount FROM ingest.order_line") == [(Decimal(size),)]


def test_a_query(shop: Shop) -> None:
    shop.run('CREATE TABLE staff ("Nr" int, "Name" text)', "INSERT INTO staff VALUES (2, 'b'), (1, 'a')")
    shop.settings(
        'kind = "owners"\nquery = """SELECT "Nr" AS id, "Name" FROM staff ORDER BY 1 -- all of them"""\n'
        'columns = { owner_id = "id", name = "Name" }'
    )
    built = shop.ingest()
    assert built.rows("SELECT owner_id, name, row_no FROM ingest.owner ORDER BY row_no") == [
        ("1", "a", 1),
        ("2", "b", 2),
    ]
    assert built.rows("SELECT file FROM ingest.source") == [("query",)]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('table = "public.stuff"', r"the database has no table 'public.stuff'.* Did you mean 'public.staff'\?"),
        ('table = "a b; c"', "the database has no table"),
        ('query = "SELEC 1"', "does not understand what it is asked at character 1: syntax error"),
        ('query = "SELECT nothing FROM staff"', 'column "nothing" does not exist'),
        ('query = "SELECT 1 AS a, 2 AS a"', "the column 'a' more than once"),
        ('query = "SELECT 1; SELECT 2"', "cannot insert multiple commands"),
        ("query = \"SELECT 1) TO PROGRAM 'touch /nowhere' --\"", "syntax error"),
        ('query = "DELETE FROM staff"', "brings no columns"),
        ('query = "DELETE FROM staff RETURNING *"', "does not understand|only reads"),
        ('query = "WITH gone AS (DELETE FROM staff RETURNING *) SELECT * FROM gone"', "cannot be read from"),
        ("query = \"SELECT nextval('numbers') AS owner_id\"", "only reads"),
        ('query = "SELECT 1/0 AS owner_id"', "stopped with the code 22012"),
        ("query = \"SELECT 'secret'::int AS owner_id\"", "22P02"),
        ('query = "SELECT name FROM staff"', "no column 'owner_id'"),
    ],
)
def test_what_the_server_refuses(shop: Shop, source: str, says: str) -> None:
    shop.run(
        "CREATE TABLE staff (owner_id int, name text)",
        "INSERT INTO staff VALUES (1, 'a')",
        "CREATE SEQUENCE numbers",
    )
    shop.settings(f'kind = "owners"\n{source}')
    with pytest.raises(SourceError, match=says) as caught:
        shop.ingest()
    assert "secret" not in str(caught.value)
    assert "postgresql://" not in str(caught.value)
    assert shop.server.execute("SELECT count(*) FROM staff", shop.database) == [(1,)]


def test_no_right_to_read(shop: Shop) -> None:
    shop.run("CREATE TABLE staff (owner_id int)", "DROP ROLE IF EXISTS guest", "CREATE ROLE guest LOGIN")
    shop.settings('kind = "owners"\ntable = "staff"', url=shop.server.url(shop.database, user="guest"))
    with pytest.raises(SourceError, match="no right to read it: permission denied for table staff"):
        shop.ingest()


def test_a_server_that_cannot_be_reached(shop: Shop) -> None:
    shop.settings('kind = "owners"\ntable = "x"', url="postgresql://ana@127.0.0.1:1/db")
    with pytest.raises(SourceError, match="cannot be reached") as caught:
        shop.ingest()
    assert "ana" not in str(caught.value)
    shop.settings('kind = "owners"\ntable = "x"', url=shop.server.url("nowhere"))
    with pytest.raises(SourceError, match="no such database"):
        shop.ingest()


def test_the_password_comes_from_outside_and_goes_nowhere(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("CREATE TABLE staff (owner_id int)", "INSERT INTO staff VALUES (1)")
    url = shop.server.tcp_url(shop.database)
    shop.settings('kind = "owners"\ntable = "staff"', url=url)
    with pytest.raises(SourceError, match="does not let the user in"):
        shop.build()
    monkeypatch.setenv("PGPASSWORD", "wrong " + PASSWORD)
    with pytest.raises(SourceError, match="does not let the user in") as caught:
        shop.build()
    assert PASSWORD not in str(caught.value)
    monkeypatch.delenv("PGPASSWORD")
    passes = shop.folder / "passes"
    passes.write_text(f"127.0.0.1:*:*:*:{PASSWORD}\n")
    passes.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passes))
    manifest = shop.build().manifest
    passes.unlink()
    for path in shop.folder.rglob("*"):
        if path.is_file() and path.name != "gcrm.toml":
            held = path.read_bytes()
            assert PASSWORD.encode() not in held
            assert b"127.0.0.1" not in held
    assert manifest.settings["sources"]["s0"]["database"] == "postgresql://"
    shop.settings('kind = "owners"\ntable = "staff"', url=url.replace("gcrm@", f"gcrm:{PASSWORD}@"))
    with pytest.raises(SettingsError, match="holds a password") as refused:
        shop.build()
    assert PASSWORD not in str(refused.value)
    assert PASSWORD.split()[0] not in json.dumps(manifest.settings)


def test_the_rows_are_of_one_moment(shop: Shop) -> None:
    """Whoever writes meanwhile neither waits nor is seen."""
    from gcrm.ingest.database import postgres  # noqa: PLC0415
    from gcrm.settings import load  # noqa: PLC0415

    shop.run("CREATE TABLE staff (owner_id int)", "INSERT INTO staff VALUES (1)")
    shop.settings('kind = "owners"\ntable = "staff"')
    with postgres.open_session("s0", load(shop.folder).sources["s0"]) as session:
        remote = postgres.look(session)
        shop.run("INSERT INTO staff VALUES (2)")
        postgres.copy(session, remote, shop.folder / "rows.csv")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), session.connection.transaction():
            session.connection.execute("INSERT INTO staff VALUES (3)")
    assert (shop.folder / "rows.csv").read_bytes() == b"1\n"


def test_geometry(shop: Shop) -> None:
    """Geometry comes as extended WKB with its spatial reference, as PostGIS writes it; here by a type of that name."""
    import shapely  # noqa: PLC0415
    from pyproj import Transformer  # noqa: PLC0415

    point = shapely.set_srid(shapely.Point(551_000, 4_180_000), 32610)
    other = shapely.set_srid(shapely.Point(1, 2), 4326)
    shop.run(
        "CREATE TYPE geometry",
        "CREATE FUNCTION geometry_in(cstring) RETURNS geometry AS 'textin' LANGUAGE internal IMMUTABLE STRICT",
        "CREATE FUNCTION geometry_out(geometry) RETURNS cstring AS 'textout' LANGUAGE internal IMMUTABLE STRICT",
        "CREATE TYPE geometry (INPUT = geometry_in, OUTPUT = geometry_out, LIKE = text)",
        "CREATE TABLE shops (store_id int PRIMARY KEY, geom geometry)",
        f"INSERT INTO shops VALUES (1, '{shapely.to_wkb(point, hex=True, include_srid=True)}'), (2, NULL)",
    )
    shop.settings('kind = "stores"\ntable = "shops"')
    built = shop.ingest()
    ((lon, lat),) = built.rows("SELECT lon, lat FROM ingest.store WHERE store_id = '1'")
    wanted = Transformer.from_crs(32610, 4326, always_xy=True).transform(551_000, 4_180_000)
    assert (lon, lat) == pytest.approx(wanted)
    assert built.rows("SELECT crs, rows_loaded FROM ingest.source") == [("EPSG:32610", 2)]
    shop.run(f"INSERT INTO shops VALUES (3, '{shapely.to_wkb(other, hex=True, include_srid=True)}')")
    with pytest.raises(SourceError, match=r"several reference systems \(4326, 32610"):
        shop.ingest()


CHANGES = 'kind = "owners"\ntable = "staff"\nload = "changes"\nchanged_at = "at"\ndeleted = "gone"'
STAFF = "CREATE TABLE staff (owner_id int, name text, at timestamptz, gone bool)"


def upsert(key: int, name: str, at: str, gone: str = "NULL") -> str:
    return f"INSERT INTO staff VALUES ({key}, '{name}', {at}, {gone})"


def test_changes_are_fetched_once(shop: Shop) -> None:
    shop.run(STAFF, upsert(1, "a", "now() - interval '9 days'"), upsert(2, "b", "now() - interval '8 days'"))
    shop.settings(CHANGES)
    shop.ingest()
    (first,) = shop.fetched()
    shop.run(
        "INSERT INTO staff SELECT 3, 'c' || i, now() - interval '3 days' + i * interval '1 hour' "
        "FROM generate_series(1, 4) i"
    )
    shop.ingest()
    assert len(shop.fetched()) == 2
    # Nothing new: what lies within the overlap is asked for again, and is known.
    built = shop.ingest()
    assert len(shop.fetched()) == 2
    assert built.rows("SELECT file, rows_in, rows_loaded, rows_superseded FROM ingest.source ORDER BY file") == [
        ("staff (1)", 2, 2, 0),
        ("staff (2)", 4, 1, 3),
    ]
    # A row that a long transaction wrote some hours ago is committed only now; one is gone; one has no time.
    shop.run(
        upsert(1, "late", "now() - interval '3 days' - interval '5 hours'"),
        upsert(2, "", "now()", "true"),
        upsert(4, "d", "NULL"),
    )
    built = shop.ingest()
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY owner_id") == [("1", "late"), ("3", "c4")]
    assert built.rows("SELECT reason FROM ingest.reject") == [("missing_value",)]
    assert shop.kept[0] == first
    # From scratch it is the same.
    shop.kept = ()
    again = shop.ingest()
    query = "SELECT * EXCLUDE (row_no) FROM ingest.owner ORDER BY owner_id"
    assert again.rows(query) == built.rows(query)
    assert len(shop.kept) == 1


def test_a_change_of_the_future_hides_nothing(shop: Shop) -> None:
    shop.run(STAFF, upsert(1, "a", "'2999-01-01'"), upsert(2, "b", "'infinity'"))
    shop.settings(CHANGES)
    shop.ingest()
    shop.run(upsert(3, "c", "now()"))
    built = shop.ingest()
    assert built.rows("SELECT owner_id FROM ingest.owner ORDER BY 1") == [("1",), ("3",)]


def test_many_fetches_become_one_file(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcrm.ingest.database.fetch._MOST_FILES", 3)
    shop.run(STAFF)
    shop.settings(CHANGES)
    sizes = []
    for i in range(8):
        shop.run(upsert(i % 3, f"n{i}", f"now() - interval '20 days' + {i} * interval '2 days'"))
        built = shop.ingest()
        sizes.append(len(shop.kept))
    assert max(sizes) == 3
    assert sizes[-1] < 3
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY 1") == [("0", "n6"), ("1", "n7"), ("2", "n5")]
    assert built.rows("SELECT sum(rows_in), sum(rows_superseded) FROM ingest.source") == [(8, 5)]


def test_another_table_or_a_lost_file_starts_anew(shop: Shop) -> None:
    shop.run(STAFF, upsert(1, "a", "now() - interval '9 days'"))
    shop.settings(CHANGES)
    shop.ingest()
    shop.run("ALTER TABLE staff ADD COLUMN team text", "UPDATE staff SET team = 'north'")
    built = shop.ingest()
    assert built.rows("SELECT name, team FROM ingest.owner") == [("a", "north")]
    assert len(shop.kept) == 1
    (shop.folder / snapshot.FOLDER / shop.kept[0]).unlink()
    assert shop.ingest().rows("SELECT name, team FROM ingest.owner") == [("a", "north")]


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_clocks_without_a_zone(shop: Shop, kind: str) -> None:
    shop.run(f"CREATE TABLE staff (owner_id int, at {kind}, gone bool)", "INSERT INTO staff VALUES (1, '2020-01-01')")
    shop.settings(CHANGES)
    shop.ingest()
    shop.run("INSERT INTO staff VALUES (1, '2019-12-31', true), (2, '2020-01-02', NULL)")
    built = shop.ingest()
    assert built.rows("SELECT owner_id FROM ingest.owner ORDER BY 1") == [("1",), ("2",)]


def test_what_a_change_must_be(shop: Shop) -> None:
    shop.run("CREATE TABLE staff (owner_id int, at text, gone bool)")
    shop.settings(CHANGES)
    with pytest.raises(SourceError, match="changed_at names 'at', but it is of the type text"):
        shop.ingest()
    shop.settings(CHANGES.replace('"at"', '"when"'))
    with pytest.raises(SourceError, match="changed_at names 'when', but there is no such column"):
        shop.ingest()


def test_people_who_were_forgotten_are_not_fetched(shop: Shop) -> None:
    """No file of ours holds them any more, though the database does; their orders stay without them."""
    shop.run(
        "CREATE TABLE people (nr int, name text, at timestamptz)",
        "INSERT INTO people VALUES (1, 'Zacharias', '2020-01-01'), (2, 'Bob', '2020-01-01')",
        "CREATE TABLE orders (order_id int PRIMARY KEY, customer_id text, ordered_on date, amount numeric)",
        "INSERT INTO orders VALUES (1, '1', '2020-01-01', 5), (2, '2', '2020-01-01', 7)",
    )
    people = (
        'kind = "customers"\ntable = "people"\ncolumns = { customer_id = "nr" }\nload = "changes"\nchanged_at = "at"'
    )
    shop.settings(people, 'kind = "orders"\ntable = "orders"')
    shop.ingest()
    before = shop.kept
    with crm.open_store(shop.folder, load(shop.folder)) as store:
        store.erase([crm.Subject("customer", "1")], actor="ana")
    built = shop.ingest()
    assert built.rows("SELECT customer_id, name FROM ingest.customer") == [("2", "Bob")]
    assert built.rows('SELECT customer_id, amount FROM ingest."order" ORDER BY order_id') == [
        (None, Decimal(5)),
        ("2", Decimal(7)),
    ]
    assert set(before).isdisjoint(shop.kept)
    for name in shop.kept:
        rows = pq.read_table(shop.folder / snapshot.FOLDER / name).to_pylist()
        assert "Zacharias" not in str(rows)
        assert not any(row.get("customer_id") == "1" or row.get("nr") == 1 for row in rows)


def test_a_hundred_thousand_rows(shop: Shop) -> None:
    """Rows go through in pieces, whatever they hold, and come back letter by letter."""
    shop.run(
        "CREATE TABLE lines AS SELECT i::text || repeat(',\"' || chr(10), i % 3) AS order_id, i AS line_no, "
        "CASE WHEN i % 7 = 0 THEN NULL ELSE chr(44032 + i % 11172) END AS product_id, "
        "(i * 0.01)::numeric(12,2) AS amount "
        "FROM generate_series(1, 100000) AS i"
    )
    shop.settings(ORDERS)
    built = shop.ingest()
    checks = (
        "count(*), sum(amount), count(product_id), bool_and(order_id = line_no || repeat(',\"' || chr(10), "
        "(line_no % 3)::INTEGER)), bool_and(product_id IS NULL OR product_id = chr((44032 + line_no % 11172)::INTEGER))"
    )
    wanted = [(100_000, Decimal("50000500.00"), 85_715, True, True)]
    assert built.rows(f"SELECT {checks} FROM ingest.order_line") == wanted


def test_a_long_value(shop: Shop) -> None:
    shop.run(
        "CREATE TABLE staff (owner_id int, name text)", "INSERT INTO staff VALUES (1, repeat('x', 60000)), (2, 'y')"
    )
    shop.settings('kind = "owners"\ntable = "staff"')
    assert shop.ingest().rows("SELECT length(name) FROM ingest.owner ORDER BY owner_id") == [(60_000,), (1,)]
    shop.run("UPDATE staff SET name = repeat('x', 17000000)")
    with pytest.raises(SourceError, match="row 1 is longer than 16 MB"):
        shop.ingest()


def test_a_database_that_is_not_utf8(shop: Shop, postgres: Server, tmp_path: Path) -> None:
    for encoding, text in (("LATIN1", "'Zo\u00eb'"), ("SQL_ASCII", r"convert_from('\xeb'::bytea, 'SQL_ASCII')")):
        name = f"db_{encoding.lower()}"
        postgres.execute(f"DROP DATABASE IF EXISTS {name}")
        postgres.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
        postgres.execute(f"CREATE TABLE staff AS SELECT 1 AS owner_id, {text} AS name", name)
        shop.settings('kind = "owners"\ntable = "staff"', url=postgres.url(name))
        if encoding == "LATIN1":
            assert shop.ingest().rows("SELECT name FROM ingest.owner") == [("Zoë",)]
            continue
        with pytest.raises(SourceError, match="does not fit the encoding of the database"):
            shop.ingest()
    assert tmp_path == shop.folder


def test_without_the_driver(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.settings('kind = "owners"\ntable = "staff"')
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DependencyError, match=r"Install it: pip install 'gcrm\[postgres\]'"):
        shop.ingest()
