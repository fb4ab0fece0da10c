"""The gcrm.toml of an invented project."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcrm.generate.frame import Format

_HEAD = """\
# An invented project. truth/ holds what is true of it: no source.

[project]
name = "Invented project"
metric_crs = "EPSG:5070" # Albers, for the area that the zones lie in
currency = "USD"

[hierarchies.administrative]
title = "Districts and zones"
levels = ["district", "zone"]

# The districts have no geometry of their own: they are the union of their zones.
[sources.districts]
kind = "regions"
level = "district"
path = "data/districts.csv"

[sources.zones]
kind = "regions"
level = "zone"
path = "data/zones.parquet"
columns = { region_id = "zone_id", parent_id = "district" }

[sources.zone_statistics]
kind = "zone_statistics"
level = "zone"
path = "data/zone_statistics.csv"
columns = { region_id = "zone_id" }
statistics = { households = "households", residents = "residents" }
"""
_SOURCE = """
[sources.{name}]
kind = "{name}"
path = "data/{name}.{ending}"
"""


def text(file_format: Format, *, orders: bool, addresses: bool) -> str:
    """Write the settings of an invented project.

    Parameters
    ----------
    file_format
        Format of the large tables.
    orders
        The project has orders and what belongs to them.
    addresses
        The project has an address reference.

    Returns
    -------
    str
        TOML that `gcrm.settings.load` accepts.
    """
    small = ["owners", "stores"]
    large = ["customers"]
    if addresses:
        large.append("address_references")
    if orders:
        small.append("products")
        large += ["prospects", "orders", "order_lines", "interactions"]
    endings = dict.fromkeys(small, "csv") | dict.fromkeys(large, file_format)
    return _HEAD + "".join(_SOURCE.format(name=name, ending=ending) for name, ending in endings.items())
