"""Readers in processes of their own ask without a pause while snapshots are published and cleared under them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gcrm.pipeline import build
from gcrm.warehouse import lease, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Build i plants i in every stage: as the project's name, as a segment, in the latitude that all places hang on, and
#: as an amount. One snapshot only is kept beside those that are read.
TOML = """
[project]
name = "b{i}"
metric_crs = "EPSG:32610"

[snapshots]
keep = 1

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.orders]
kind = "orders"
path = "orders.csv"

[sources.dwellings]
kind = "dwellings"
path = "dwellings.csv"
"""
#: Asks until a file says stop; every answer must come from the one snapshot that it says it comes from.
READER = '''
import json, sys, threading, time
from pathlib import Path
import gcrm

MIXED = """
    SELECT DISTINCT c.segment, d.segment, e.units, o.amount::INTEGER
    FROM ingest.customer AS c
    JOIN geocode.location AS g ON g.lat = c.lat
    JOIN conform.location_cell USING (location_id)
    JOIN enrich.location_residence AS e USING (location_id)
    JOIN cube.location_path USING (location_id)
    JOIN warehouse.dim_customer AS d USING (location_id)
    JOIN warehouse.fact_order AS o USING (customer_key)
"""
folder, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, answers = set(), 0
ws = gcrm.open(folder)
moving = len(sys.argv) > 3
if moving:
    def move():
        while not stop.exists():
            ws.refresh()
            time.sleep(0.02)
    thread = threading.Thread(target=move)
    thread.start()
print("ready", flush=True)
while not stop.exists():
    if not moving:
        ws = gcrm.open(folder) if answers % 3 else ws
        ws.refresh()
    reader = ws.reader
    name = reader.manifest.settings["project"]["name"]
    i = int(name[1:])
    rows = reader.cursor().execute(MIXED).fetchall()
    if rows != [(name, name, i, i)]:
        sys.exit(f"{name}: {rows}")
    result = ws.query(["customers", "revenue"], by=["segment"])
    (row,) = result.table.to_pylist()
    name = result._reader.manifest.settings["project"]["name"]
    if row["segment"] != name or row["revenue"] != int(name[1:]):
        sys.exit(f"{name}: {row}")
    del reader, result
    answers += 1
    time.sleep(0.3)  # leaves the build most of the machine
    seen.add(i)
if moving:
    thread.join()
ws.close()
print(json.dumps([answers, len(seen)]))
'''


def write(folder: Path, i: int) -> None:
    (folder / "gcrm.toml").write_text(TOML.format(i=i), encoding="utf-8")
    (folder / "customers.csv").write_text(f"customer_id,lon,lat,segment\nc,-122.4,{37 + i / 10_000},b{i}\n", "utf-8")
    (folder / "orders.csv").write_text(f"order_id,customer_id,ordered_on,amount\no,c,2020-01-01,{i}\n", "utf-8")
    (folder / "dwellings.csv").write_text(f"dwelling_id,units,lon,lat\nd,{i},-122.4,{37 + i / 10_000}\n", "utf-8")


@pytest.mark.soak
def test_every_answer_comes_from_one_snapshot(tmp_path: Path, soak: Callable[..., int]) -> None:
    folder, stop = tmp_path / "p", tmp_path / "stop"
    folder.mkdir()
    write(folder, 1)
    build(folder)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(folder), str(stop), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for more in ([], [], ["moving"])
    ]
    try:
        assert [process.stdout.readline() for process in readers if process.stdout] == ["ready\n"] * 3
        for i in range(2, 2 + soak(100, 2)):
            write(folder, i)
            build(folder)
            if {process.poll() for process in readers} != {None}:
                break  # what they say is shown below
            time.sleep(0.05)
    finally:
        stop.touch()
        ends = [process.communicate(timeout=60) for process in readers]
    assert [(process.returncode, err) for process, (_, err) in zip(readers, ends, strict=True)] == [(0, "")] * 3
    counts = [json.loads(out) for out, _ in ends]
    print(f"\n{soak(100, 2)} snapshots published; answers and snapshots of each reader: {counts}")  # noqa: T201
    assert all(answers >= snapshots > 1 for answers, snapshots in counts)
    assert lease.held(folder / snapshot.FOLDER) == []
    write(folder, 1000)
    build(folder)
    assert len(list((folder / snapshot.FOLDER).glob("*.duckdb"))) == 6
