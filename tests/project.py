"""A project of a few rows, for tests that build often: customers on a grid, and their orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
