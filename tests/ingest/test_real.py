"""Real files: what ingest reads is what pandas and geopandas read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.ingest.bench import build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "rows"),
    [("Master_Address_Database_2015-10-13.csv", 57_021), ("Master_Address_Database_2020-06-01.csv", None)],
)
def test_addresses(testdata: Path, name: str, rows: int | None) -> None:
    columns = {
        "address": "full_address",
        "house_number": "street_number",
        "street": "street_name",
        "parcel_id": "MapLot",
    }
    folder = testdata / "cambridge"
    built = build(folder, it={"kind": "address_references", "path": name, "columns": columns})
    peer = pd.read_csv(folder / name, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert rows is None or rows == len(peer)
    assert built.rejects() == []
    wanted = [tuple(v or None for v in row) for row in peer[list(columns.values())].itertuples(index=False, name=None)]
    found = built.rows(f"SELECT {', '.join(columns)} FROM ingest.address_reference ORDER BY row_no")
    assert found == wanted


def test_tax_records(testdata: Path) -> None:
    """A column of the file may serve two fields; years of 0 are not known."""
    source = {
        "kind": "dwellings",
        "path": "TaxFY14.csv",
        "columns": {
            "parcel_id": "ML",
            "residence_type": "StyleDesc",
            "built_year": "AYBYrBuilt",
            "floor_area_m2": "GrossArea",
            "value": "TotalAppraisedParcelValue",
            "address": "Location",
        },
        "nulls": {"built_year": ["0"]},
    }
    built = build(testdata / "cambridge", it=source)
    peer = pd.read_csv(testdata / "cambridge" / "TaxFY14.csv", dtype={"ML": str}, keep_default_na=False)
    area = pd.to_numeric(peer["GrossArea"].replace({"": None}))
    (below,) = peer.index[area < 0]
    assert built.rejects() == [
        (below + 2, below + 1, "out_of_range", "floor_area_m2"),
        (len(peer) + 2, len(peer) + 1, "blank_line", None),  # the file ends with an empty line
    ]
    peer = peer.drop(index=below)
    year = pd.to_numeric(peer["AYBYrBuilt"].replace({0: None, "0": None, "": None}))
    ((rows, parcels, value, oldest, newest, known),) = built.rows(
        "SELECT count(*), count(DISTINCT parcel_id), sum(value), min(built_year), max(built_year), count(built_year) "
        "FROM ingest.dwelling"
    )
    assert rows == len(peer)
    assert parcels == peer.loc[peer["ML"] != "", "ML"].nunique()
    assert int(value) == int(peer["TotalAppraisedParcelValue"].sum())
    assert (oldest, newest, known) == (year.min(), year.max(), year.count())


@pytest.mark.parametrize(
    ("name", "column", "rows"),
    [
        ("BOUNDARY_CDDNeighborhoods.geojson", "N_HOOD", 13),
        ("ELECTIONS_WardsPrecincts.geojson", "WardPrecinct", 33),
        ("DEMOGRAPHICS_BlockGroups2010.geojson", "GEOID10", 113),
    ],
)
def test_regions(testdata: Path, name: str, column: str, rows: int) -> None:
    folder = testdata / "cambridge"
    built = build(folder, it={"kind": "regions", "level": "zone", "path": name, "columns": {"region_id": column}})
    peer = gpd.read_file(folder / name)
    found = built.rows("SELECT region_id, geometry FROM ingest.region ORDER BY row_no")
    assert len(found) == rows == len(peer)
    assert [key for key, _ in found] == list(peer[column])
    assert shapely.equals_exact(
        shapely.from_wkb([w for _, w in found]), np.asarray(shapely.force_2d(peer.geometry))
    ).all()


def test_parcels(testdata: Path) -> None:
    """A file that gives some ids twice loses those rows to the ledger, and no others."""
    folder, name = testdata / "cambridge", "ASSESSING_ParcelsFY2014.topojson"
    built = build(folder, it={"kind": "parcels", "path": name, "columns": {"parcel_id": "ML"}})
    peer = gpd.read_file(folder / name)
    assert len(peer) == 13_116
    assert built.rows("SELECT rows_in, crs FROM ingest.source") == [(13_116, "EPSG:4326")]
    polygons = peer.geometry.geom_type.isin(["Polygon", "MultiPolygon"]) & ~peer.geometry.is_empty
    named = peer["ML"].fillna("").str.strip() != ""
    kept = peer[polygons & named].drop_duplicates("ML")
    found = built.rows("SELECT parcel_id, geometry FROM ingest.parcel ORDER BY row_no")
    assert [key for key, _ in found] == list(kept["ML"])
    assert shapely.equals_exact(shapely.from_wkb([w for _, w in found]), np.asarray(kept.geometry)).all()
    assert len(built.rejects()) == 13_116 - len(kept)


def test_supermarkets_in_german_coordinates(testdata: Path) -> None:
    folder = testdata / "trade_areas"
    columns = {"store_id": "LFDNR", "name": "Name", "floor_area_m2": "VKF_qm", "postcode": "PLZ"}
    built = build(folder, it={"kind": "stores", "path": "Haslach_supermarkets.shp", "columns": columns})
    peer = gpd.read_file(folder / "Haslach_supermarkets.shp")
    points = peer.to_crs(4326).geometry
    found = built.rows("SELECT store_id, name, floor_area_m2, postcode, lon, lat FROM ingest.store ORDER BY row_no")
    assert [row[0] for row in found] == [str(i) for i in peer["LFDNR"]]
    assert [row[1:4] for row in found] == list(peer[["Name", "VKF_qm", "PLZ"]].itertuples(index=False, name=None))
    assert np.abs(np.array([row[4:] for row in found]) - np.column_stack([points.x, points.y])).max() < 1e-9
    assert built.rows("SELECT crs, format FROM ingest.source") == [("EPSG:31467", "Shapefile")]


def test_address_points(testdata: Path) -> None:
    folder, name = testdata / "addresses", "kr_seoul.parquet"
    built = build(folder, it={"kind": "address_references", "path": name})
    peer = pd.read_parquet(folder / name)
    found = built.rows("SELECT house_number, street, postcode, lon, lat FROM ingest.address_reference ORDER BY row_no")
    assert len(found) == len(peer) == 20_684
    for i, column in enumerate(["house_number", "street"]):
        assert [row[i] for row in found] == [
            v or None for v in peer[column].astype(object).where(peer[column].notna(), None)
        ]
    assert np.array_equal(np.array([row[3:] for row in found]), peer[["lon", "lat"]].to_numpy())
