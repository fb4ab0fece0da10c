"""A family of bad files: how one is made, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
from shapely.geometry import box

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOML = """
[project]
name = "Traps"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["district", "zone"]

[sources.districts]
kind = "regions"
level = "district"
path = "districts.parquet"

[sources.stores]
kind = "stores"
path = "stores.csv"
"""
CUSTOMERS = {"kind": "customers", "path": "it.csv"}
ORDERS = {"kind": "orders", "path": "it.csv"}
ZONES = {"kind": "regions", "level": "zone"}
PARCELS = {"kind": "parcels"}


@dataclass(frozen=True)
class Family:
    """One family; either `refused` says part of the message, or the other fields say where the records go.

    Attributes
    ----------
    name
        What is wrong with the file.
    make
        Writes the file or files into a folder.
    source
        What gcrm.toml says of it; `before` holds sources that are read earlier.
    refused
        Pattern of the message; empty where the file is loaded.
    loaded, rejected
        Records of the source `it` that are loaded, and rejected by reason.
    finding
        Kind of a finding that must be there.
    whole
        Build every stage, not only ingest.
    top
        Lines at the top of gcrm.toml.
    """

    name: str
    make: Callable[[Path], Any]
    source: dict[str, Any]
    refused: str = ""
    loaded: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    finding: str = ""
    whole: bool = False
    before: dict[str, dict[str, Any]] = field(default_factory=dict)
    top: str = ""


def write_base(folder: Path) -> None:
    """Write a project that can be built: one district and one store."""
    (folder / "gcrm.toml").write_text(TOML, encoding="utf-8")
    (folder / "stores.csv").write_text("store_id,lon,lat\n1,-122.5,37.5\n", encoding="utf-8")
    frame = gpd.GeoDataFrame({"region_id": ["1"]}, geometry=[box(-123, 37, -122, 38)], crs=4326)
    frame.to_parquet(folder / "districts.parquet")


def add_sources(folder: Path, family: Family) -> None:
    """Write the family's files and name them in gcrm.toml."""
    family.make(folder)
    text = family.top + TOML
    for name, source in {**family.before, "it": family.source}.items():
        text += f"\n[sources.{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in source.items())
    (folder / "gcrm.toml").write_text(text, encoding="utf-8")


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08X}" for c in value) + '"'
    return str(value)


def text(content: str | bytes, name: str = "it.csv") -> Callable[[Path], Any]:
    """Make a file of this content."""
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)
