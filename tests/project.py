"""A project of a few rows, for tests that build often: customers on a grid, and their orders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import gcrm
from gcrm import crm, settings, sql
from gcrm.pipeline import build
from gcrm.warehouse import lease, snapshot

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Small"
metric_crs = "EPSG:32610"

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.orders]
kind = "orders"
path = "orders.csv"
"""


def write(folder: Path, customers: int = 3, orders: int = 4, toml: str = TOML) -> None:
    """Write the files of a project: order i is of customer i, of day i of 2020, and of i pounds and 25 pence."""
    folder.mkdir(exist_ok=True)
    (folder / "gcrm.toml").write_text(toml, encoding="utf-8")
    people = "".join(f"c{i},-122.4,{37.7 + i / 10_000}\n" for i in range(customers))
    (folder / "customers.csv").write_text("customer_id,lon,lat\n" + people, encoding="utf-8")
    bought = "".join(f"o{i},c{i},2020-01-{1 + i % 28:02},{i}.25\n" for i in range(orders))
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_on,amount\n" + bought, encoding="utf-8")


def published(folder: Path) -> int:
    """Customers of the newest snapshot, which must be the same in every stage that holds them."""
    manifest = snapshot.newest(folder)
    assert manifest is not None
    with sql.connect() as con:
        snapshot.attach(con, folder, manifest)
        counts = {
            con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]
            for table in ("ingest.customer", "geocode.record_location", "warehouse.dim_customer")
        }
        con.execute("SELECT count(*) FROM conform.location_cell, enrich.stage_report, cube.stage_report").fetchall()
    assert len(counts) == 1
    return counts.pop()


def check_mended(folder: Path, customers: int) -> None:
    """Build without faults: everything is published, any reader reads it, and nothing is left over."""
    build(folder)
    ws = gcrm.open(folder)
    assert ws.query(["customers"]).table["customers"].to_pylist() == [customers]
    ws.close()
    root = folder / snapshot.FOLDER
    manifests = snapshot.history(folder)
    names = {path.name for path in root.glob("manifest-*.json")}
    assert len(manifests) == len(names) <= 3
    named = {file.file for manifest in manifests for file in manifest.stages.values()}
    assert {path.name for path in root.iterdir()} == names | named | {"lock", lease.FOLDER}
    assert list((root / lease.FOLDER).iterdir()) == []


def write_notes(folder: Path, journal: Path) -> None:
    """Write notes into the operational store for ever; the journal says of each that it was committed."""
    store = crm.open_store(folder, settings.load(folder))
    subject = crm.Subject("customer", "c0")
    with journal.open("ab", buffering=0) as file:
        while True:
            with store.write(actor="ana") as unit:
                first = unit.add(crm.Note(subject=subject, text="first"))
                second = unit.add(crm.Task(subject=subject, title="second"))
            with store.write(actor="bob") as unit:
                unit.change(second, state="done")
            os.write(file.fileno(), f"{first.id} {second.id}\n".encode())
