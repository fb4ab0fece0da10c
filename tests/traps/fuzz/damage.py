"""Damaged files: a good file of each format, and what chance does to it."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
from shapely.geometry import box

if TYPE_CHECKING:
    import random
    from pathlib import Path

TEXTS = ("it.csv", "it.txt")
PACKED = ("it.parquet", "it.gpkg", "it.geojson", "it.topojson", "it.fgb", "it.zip", "it.xlsx", "it.ods")


def write(folder: Path) -> None:
    """Write a good file of each format: regions with a name and a day."""
    rows = 40
    frame = gpd.GeoDataFrame(
        {
            "region_id": [f"R{i}" for i in range(rows)],
            "name": [f'Name, "{i}"\nü' if i % 7 == 0 else None for i in range(rows)],
            "valid_from": [f"2020-01-{1 + i % 28:02d}" for i in range(rows)],
        },
        geometry=[box(i, 0, i + 1, 1) for i in range(rows)],
        crs=4326,
    )
    table = pd.DataFrame(frame.drop(columns="geometry"))
    table.to_csv(folder / "it.csv", index=False)
    table.to_csv(folder / "it.txt", index=False, encoding="utf-16")
    frame.to_parquet(folder / "it.parquet")
    for name in ("it.gpkg", "it.geojson", "it.fgb", "it.shp"):
        pyogrio.write_dataframe(frame, folder / name)
    with zipfile.ZipFile(folder / "it.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(folder / f"it{suffix}", f"it{suffix}")
    arcs = [[[i, 0], [i, 1], [i + 1, 1], [i + 1, 0], [i, 0]] for i in range(rows)]
    areas = [{"type": "Polygon", "arcs": [[i]], "properties": {"region_id": f"R{i}"}} for i in range(rows)]
    objects = {"zones": {"type": "GeometryCollection", "geometries": areas}}
    (folder / "it.topojson").write_text(json.dumps({"type": "Topology", "arcs": arcs, "objects": objects}))
    book = openpyxl.Workbook()
    for row in [list(table.columns), *table.fillna("").to_numpy().tolist()]:
        book.active.append(row)
    book.save(folder / "it.xlsx")
    (folder / "it.ods").write_bytes((folder / "it.xlsx").read_bytes())


def damage(data: bytes, chance: random.Random) -> bytes:
    """Flip bits, cut, copy a part elsewhere, or blank a part."""
    found = bytearray(data)

    def place() -> int:
        return chance.randrange(len(found))

    match chance.randrange(5):
        case 0:
            for _ in range(chance.randint(1, 8)):
                found[place()] ^= 1 << chance.randrange(8)
        case 1:
            del found[place() :]
        case 2:
            start, end = place(), place()
            found[start : start + 64] = found[end : end + chance.randint(1, 64)]
        case 3:
            start = place()
            part = len(found[start : start + chance.randint(1, 2000)])
            found[start : start + part] = bytes(part)
        case _:
            found[place()] = chance.choice(b'\0\xff\x7f"[{,\n\r')
    return bytes(found)
