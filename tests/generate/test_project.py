"""A generated project holds what its truth says, row by row, as read by DuckDB and joined by geopandas."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from gcrm import settings
from gcrm.columns import KINDS
from gcrm.errors import ProjectError
from gcrm.generate import Truth, generate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUSTOMERS = 3000
GOOD_CUSTOMERS = "(FROM customers ANTI JOIN (FROM truth_rejects WHERE source = 'customers') USING (row_no))"
GOOD_ORDERS = "(FROM orders ANTI JOIN (FROM truth_rejects WHERE source = 'orders') USING (row_no))"


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    """Several chunks even in a small project, the last one shorter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gcrm.generate.project._CHUNK_ROWS", 700)
        yield


@pytest.fixture(params=["parquet", "csv"], scope="module")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    folder = tmp_path_factory.mktemp("generated") / "p"
    return generate(folder, customers=CUSTOMERS, regions=25, file_format=request.param, bad_share=0.03)


def query(truth: Truth, text: str) -> list[tuple[Any, ...]]:
    """Answer a query over the project's files: `<name>` for data (with row_no), `truth_<name>` for truth."""
    con = duckdb.connect()
    for path in (truth.folder / "truth").glob("*.parquet"):
        con.execute(f"CREATE VIEW truth_{path.stem} AS SELECT * FROM '{path}'")
    for path in (truth.folder / "data").iterdir():
        if path.suffix == ".parquet":
            reader = f"read_parquet('{path}', file_row_number = true)"
            con.execute(f"CREATE VIEW {path.stem} AS SELECT *, file_row_number + 1 AS row_no FROM {reader}")
        else:
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
            con.register(path.stem, frame.assign(row_no=range(1, len(frame) + 1)))
    return con.execute(text).fetchall()


def test_settings_load_and_every_file_fits_its_kind(made: Truth) -> None:
    project = settings.load(made.folder)
    assert {f"data/{p.name}" for p in (made.folder / "data").iterdir()} == {s.path for s in project.sources.values()}
    for source in project.sources.values():
        path = made.folder / source.path
        there = set(pq.read_schema(path).names if path.suffix == ".parquet" else pd.read_csv(path, nrows=0).columns)
        mapped = set(source.columns.values()) | set(source.statistics.values())
        assert mapped <= there
        assert there - mapped <= set(KINDS[source.kind].field_names)


def test_files_hold_the_good_rows_and_the_bad_ones(made: Truth) -> None:
    bad = {source: sum(counts.values()) for source, counts in made.rejects.items()}
    assert bad == {"customers": 90, "orders": 90}
    for source, rows in made.rows.items():
        assert query(made, f"SELECT count(*) FROM {source}") == [(rows + bad.get(source, 0),)], source
    noted = query(made, "SELECT source, reason, count(*) FROM truth_rejects GROUP BY ALL")
    assert {(s, r): n for s, r, n in noted} == {(s, r): n for s, c in made.rejects.items() for r, n in c.items()}
    assert made.rows["customers"] == CUSTOMERS


def test_without_the_rejects_every_row_is_good(made: Truth) -> None:
    good = f"""
        SELECT count(*), count(DISTINCT customer_id), min(customer_id::INT), max(customer_id::INT),
            count(*) FILTER (since IS NOT NULL AND try_cast(since AS DATE) IS NULL),
            count(*) FILTER (NOT coalesce(lat::DOUBLE BETWEEN -90 AND 90, false))
        FROM {GOOD_CUSTOMERS}
    """
    assert query(made, good) == [(CUSTOMERS, CUSTOMERS, 1, CUSTOMERS, 0, 0)]
    orders = f"""
        SELECT count(*), count(DISTINCT order_id), count(customer_id), count(try_cast(ordered_on AS DATE))
        FROM {GOOD_ORDERS}
    """
    assert query(made, orders) == [(made.rows["orders"],) * 4]


def test_every_reject_is_bad_for_its_reason(made: Truth) -> None:
    values = """
        SELECT t.reason, t.column_name, c.customer_id, c.since IS NOT NULL AND try_cast(c.since AS DATE) IS NULL,
            c.lat::DOUBLE,
            EXISTS (FROM customers e WHERE e.customer_id = c.customer_id AND e.row_no < c.row_no)
        FROM truth_rejects t JOIN customers c USING (row_no) WHERE t.source = 'customers'
    """
    for reason, column, key, bad_day, lat, repeats in query(made, values):
        found = {
            ("missing_value", "customer_id"): key is None,
            ("bad_date", "since"): bad_day,
            ("out_of_range", "lat"): not -90 <= lat <= 90,
            ("duplicate_key", "customer_id"): repeats,
        }
        assert [name for name, is_so in found.items() if is_so] == [(reason, column)]


def test_the_true_zone_is_the_one_that_covers_the_point(made: Truth) -> None:
    rows = query(made, "SELECT customer_id, zone_id, lon, lat FROM truth_customers")
    truth = pd.DataFrame(rows, columns=["customer_id", "zone_id", "lon", "lat"])
    zones = gpd.read_parquet(made.folder / "data" / "zones.parquet")
    points = gpd.GeoDataFrame(truth, geometry=gpd.points_from_xy(truth["lon"], truth["lat"]), crs="EPSG:4326")
    joined = gpd.sjoin(points, zones[["zone_id", "geometry"]], how="left", predicate="covered_by", lsuffix="true")
    assert len(joined) == CUSTOMERS
    assert joined["zone_id_true"].fillna("").tolist() == joined["zone_id_right"].fillna("").tolist()
    assert joined["zone_id_true"].isna().sum() == made.outside > 0


def test_given_points_are_the_true_ones(made: Truth) -> None:
    differ = """
        SELECT count(*) FROM truth_customers t JOIN customers c ON t.customer_id = c.customer_id::BIGINT
        WHERE (c.lon::DOUBLE <> t.lon OR c.lat::DOUBLE <> t.lat)
    """
    assert query(made, differ) == [(0,)]


def test_orders_follow_from_their_lines_and_customers(made: Truth) -> None:
    lines = "SELECT order_id, sum(amount::DECIMAL(18, 2)) AS total FROM order_lines GROUP BY ALL"
    differ = f"""
        SELECT count(*) FROM {GOOD_ORDERS} FULL JOIN ({lines}) USING (order_id)
        WHERE amount::DECIMAL(18, 2) IS DISTINCT FROM total
    """
    assert query(made, differ) == [(0,)]
    early = f"""
        SELECT count(*) FROM {GOOD_ORDERS} o JOIN {GOOD_CUSTOMERS} c USING (customer_id)
        WHERE o.ordered_on::DATE < c.since::DATE OR o.ordered_on::DATE >= c.until::DATE
    """
    assert query(made, early) == [(0,)]
    assert query(made, f"SELECT sum(amount::DECIMAL(18, 2)) FROM {GOOD_ORDERS}") == [(made.revenue,)]


def test_the_truth_of_the_zones_adds_up(made: Truth) -> None:
    zones = f"""
        SELECT zone_id, customers, orders, revenue FROM truth_zones
        EXCEPT
        SELECT t.zone_id::TEXT, count(DISTINCT t.customer_id), count(o.order_id),
            coalesce(sum(o.amount::DECIMAL(18, 2)), 0)
        FROM truth_customers t LEFT JOIN {GOOD_ORDERS} o ON o.customer_id::BIGINT = t.customer_id
        GROUP BY ALL
    """
    assert query(made, zones) == []
    assert query(made, "SELECT sum(customers)::INT FROM truth_zones") == [(CUSTOMERS - made.outside,)]


def test_both_formats_hold_the_same(tmp_path: Path) -> None:
    size = {"customers": 900, "regions": 6, "seed": 9}
    truths = [generate(tmp_path / name, file_format=name, **size) for name in ("parquet", "csv")]
    for source in ("customers", "orders", "order_lines", "prospects", "interactions"):
        names = [name for name, *_ in query(truths[0], f"DESCRIBE {source}") if name != "file_row_number"]
        values = ", ".join(f"{name}::{'DOUBLE' if name in {'lon', 'lat'} else 'TEXT'}" for name in names)
        parquet, csv = (Counter(query(truth, f"SELECT {values} FROM {source}")) for truth in truths)
        assert parquet == csv, source
        assert parquet.total() > 0


def test_the_same_arguments_make_the_same_bytes(tmp_path: Path) -> None:
    def bytes_of(name: str, seed: int) -> dict[str, bytes]:
        generate(tmp_path / name, customers=1500, regions=8, seed=seed, addresses=True)
        return {p.name: p.read_bytes() for p in sorted((tmp_path / name).rglob("*")) if p.is_file()}

    first, again, other = bytes_of("a", 5), bytes_of("b", 5), bytes_of("c", 6)
    assert first == again
    same = {name for name, content in first.items() if content == other[name]}
    assert same <= {"gcrm.toml", "products.csv", "owners.csv", "districts.csv"}


def test_every_address_is_in_the_reference_once_and_at_the_true_point(tmp_path: Path) -> None:
    made = generate(tmp_path / "p", customers=CUSTOMERS, regions=25, addresses=True, bad_share=0.01)
    settings.load(made.folder)
    reference = "SELECT count(*), count(DISTINCT (house_number, street, postcode)) FROM address_references"
    assert query(made, reference) == [(made.rows["address_references"],) * 2]
    found = f"""
        WITH reference AS (
            SELECT *, house_number || ' ' || street || ', ' || postcode AS line FROM address_references
        ), customer AS (
            SELECT customer_id, coalesce(address, house_number || ' ' || street || ', ' || postcode) AS line,
                address IS NULL AS in_parts, address IS NOT NULL AND street IS NOT NULL AS as_both
            FROM {GOOD_CUSTOMERS}
        )
        SELECT count(*), count(*) FILTER (r.lon = t.lon AND r.lat = t.lat), count(*) FILTER (in_parts),
            count(*) FILTER (as_both)
        FROM customer c JOIN reference r USING (line) JOIN truth_customers t USING (customer_id)
    """
    ((rows, right, parts, both),) = query(made, found)
    assert rows == right == CUSTOMERS
    assert 0.5 < parts / rows < 0.7
    assert both == 0
    # References stand in the zone whose postcode they carry.
    zones = gpd.read_parquet(made.folder / "data" / "zones.parquet")
    points = pq.read_table(made.folder / "data" / "address_references.parquet").to_pandas()
    frame = gpd.GeoDataFrame(points, geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326")
    joined = gpd.sjoin(frame, zones[["geometry"]], predicate="within")
    assert len(joined) == len(points)
    assert (joined["index_right"] + 10_001 == joined["postcode"].astype(int)).all()


def test_without_orders_there_are_customers_only(tmp_path: Path) -> None:
    made = generate(tmp_path / "p", customers=50, regions=3, orders_per_customer=0, bad_share=0)
    assert {s.kind for s in settings.load(made.folder).sources.values()} == {
        "regions",
        "zone_statistics",
        "owners",
        "stores",
        "customers",
    }
    assert made.revenue == Decimal(0)
    assert sum(made.rejects["customers"].values()) == 0


@pytest.mark.parametrize("customers", [1, 2, 699, 700, 701])
def test_any_size_is_met_exactly(tmp_path: Path, customers: int) -> None:
    made = generate(tmp_path / "p", customers=customers, regions=3, bad_share=0.5)
    assert query(made, "SELECT count(*) FROM truth_customers") == [(customers,)]
    assert sum(made.rejects["customers"].values()) == round(customers * 0.5)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(ProjectError, match="is not empty"):
        generate(tmp_path, customers=10)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"bad_share": 0.6}, {"orders_per_customer": -1}, {"regions": 2}])
def test_impossible_sizes_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ask for"):
        generate(tmp_path / "p", **({"customers": 10} | wrong))
    assert not (tmp_path / "p").exists()
