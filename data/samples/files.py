"""Writing the demo's files so that every run gives the same bytes."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import geopandas as gpd


class Folder:
    """The folder that the files go to.

    Attributes
    ----------
    path
        The folder; made where absent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def parquet(self, name: str, table: pd.DataFrame | pa.Table) -> None:
        """Write a Parquet file without any metadata of pandas."""
        if isinstance(table, pd.DataFrame):
            table = pa.Table.from_pandas(table, preserve_index=False)
        table = table.replace_schema_metadata(None)
        small = [f.name for f in table.schema if f.type not in (pa.int64(), pa.int32())]
        whole = {f.name: "DELTA_BINARY_PACKED" for f in table.schema if f.name not in small}
        pq.write_table(
            table,
            self.path / f"{name}.parquet",
            compression="zstd",
            compression_level=19,
            use_dictionary=small,
            column_encoding=whole or None,
        )

    def geoparquet(self, name: str, frame: gpd.GeoDataFrame) -> None:
        """Write a GeoParquet file."""
        frame.to_parquet(self.path / f"{name}.parquet", index=False, compression="zstd", schema_version="1.1.0")

    def csv(self, name: str, frame: pd.DataFrame) -> None:
        """Write a CSV file with a header."""
        frame.to_csv(self.path / f"{name}.csv", index=False, lineterminator="\n")

    def geojson(self, name: str, frame: gpd.GeoDataFrame) -> None:
        """Write a GeoJSON file (RFC 7946)."""
        path = self.path / f"{name}.geojson"
        path.unlink(missing_ok=True)
        frame.to_file(path, driver="GeoJSON", engine="pyogrio", RFC7946="YES", COORDINATE_PRECISION=7)

    def geopackage(self, name: str, frame: gpd.GeoDataFrame) -> None:
        """Write a GeoPackage; the date of change inside it is fixed."""
        path = self.path / f"{name}.gpkg"
        path.unlink(missing_ok=True)
        os.environ["OGR_CURRENT_DATE"] = "2018-01-01T00:00:00.000Z"
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio")

    def sizes(self) -> dict[str, object]:
        """Return the size of every file in bytes."""
        return {"bytes": {p.name: p.stat().st_size for p in sorted(self.path.iterdir())}}


def write_shopping(out: Folder, product: pd.DataFrame, order: pd.DataFrame, line: pd.DataFrame) -> None:
    """Write products, orders and order lines; identifiers stay numbers, amounts are decimals."""
    out.parquet("products", product)
    out.parquet(
        "orders",
        pa.table(
            {
                "order_id": pa.array(order["order_id"], pa.int64()),
                "customer_id": pa.array(order["customer_id"], pa.int32()),
                "ordered_on": pa.array(order["ordered_on"].dt.date, pa.date32()),
                "store_id": pa.array(order["store_id"], pa.string()),
                "channel": pa.array(order["channel"], pa.string()),
                "amount": _money(order["amount_cents"]),
            }
        ),
    )
    out.parquet(
        "order_lines",
        pa.table(
            {
                "order_id": pa.array(line["order_id"], pa.int64()),
                "line_no": pa.array(line["line_no"], pa.int32()),
                "product_id": pa.array(line["product_id"], pa.string()),
                "quantity": pa.array(line["quantity"], pa.int32()),
                "amount": _money(line["amount_cents"]),
            }
        ),
    )


def write_people(out: Folder, customer: pd.DataFrame, prospect: pd.DataFrame) -> None:
    """Write customers and prospects as the company knows them, and the truth about both beside them."""
    identity = {
        "household_id": pa.array(customer["household_id"].astype(str), pa.string()),
        "display_name": pa.array(customer["name"], pa.string()),
        "segment": _text(customer["segment"]),
        "owner_id": _text(customer["owner_id"]),
        "first_purchase": pa.array(customer["first"].dt.date, pa.date32()),
        "lapsed_on": _days(customer["lapsed_on"]),
    }
    out.parquet("customers", pa.table(identity | _known(customer)))
    identity = {
        "prospect_id": pa.array(prospect["prospect_id"], pa.string()),
        "name": pa.array(prospect["name"], pa.string()),
        "segment": _text(prospect["segment"]),
        "owner_id": _text(prospect["owner_id"]),
        "since": pa.array(prospect["since"].dt.date, pa.date32()),
        "until": _days(prospect["until"]),
        "status": pa.array(prospect["status"], pa.string()),
        "customer_id": _text(prospect["customer_id"]),
    }
    out.parquet("prospects", pa.table(identity | _known(prospect)))
    both = [
        frame.assign(kind=kind, id=frame[key].astype(str))
        for kind, frame, key in (("customer", customer, "household_id"), ("prospect", prospect, "prospect_id"))
    ]
    keys = ["kind", "id", "lon", "lat", "zone_id", "territory_id", "form"]
    true = ["true_house_number", "true_street", "true_postcode"]
    truth = pd.concat([frame[keys + true] for frame in both], ignore_index=True)
    out.parquet("truth", truth.rename(columns=lambda c: c.removeprefix("true_")))


def write_contacts(out: Folder, sent: pd.DataFrame, history: pd.DataFrame) -> None:
    """Write the campaigns as Parquet and the contact history as CSV."""
    at = pa.array(sent["occurred_at"], pa.timestamp("s"))
    columns = {c: pa.array(sent[c], pa.string()) for c in sent.columns if c != "occurred_at"}
    out.parquet("campaigns", pa.table(columns | {"occurred_at": at}))
    out.csv("contacts", history)


def _known(frame: pd.DataFrame) -> dict[str, pa.Array]:
    """Return what the company knows of the place."""
    text = ("address", "house_number", "street", "unit", "postcode", "city")
    known = {c: _text(frame[f"known_{c}"]) for c in text}
    return known | {c: pa.array(frame[f"known_{c}"], pa.float64(), from_pandas=True) for c in ("lon", "lat")}


def _text(column: pd.Series) -> pa.Array:
    return pa.array(column, pa.string(), from_pandas=True)


def _days(column: pd.Series) -> pa.Array:
    return pa.array([None if pd.isna(v) else v.date() for v in column], pa.date32())


def _money(cents: pd.Series) -> pa.Array:
    """Return cents as decimals with two places: the same integers, seen as 128-bit decimals."""
    low = cents.to_numpy(dtype="<i8")
    both = np.column_stack([low, low >> 63])
    return pa.Array.from_buffers(pa.decimal128(9, 2), len(low), [None, pa.py_buffer(both.tobytes())])
