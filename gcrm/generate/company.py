"""An invented company in a real city: people, stores and orders, placed at its addresses and buildings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gcrm.generate import people, purchases, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gcrm.generate.frame import Frame

    Ints = NDArray[np.int64]

STORES = 5
PROSPECT_SHARE = 0.4
CONTACT_SHARE = 0.6
ORDERS_EACH = 9.0
#: Shares of those at an address who give it in parts, as one line, and as a point.
_FORMS = (0.6, 0.25, 0.15)
#: Buildings that nobody lives in.
_NO_HOMES = {"roof", "garage", "garages", "shed", "kiosk", "church", "construction", "school", "hospital", "station"}
_PARTS = ("house_number", "street", "postcode", "city")
#: Floors of a building that does not say how many it has.
_FLOORS = 3.0
_SOURCE = """
[sources.{name}]
kind = "{name}"
path = "data/{name}.parquet"
"""


@dataclass(frozen=True)
class Homes:
    """Where people may live.

    Attributes
    ----------
    doors
        One row per address, or building without one: house_number, street, postcode, city (null without an address),
        lon, lat.
    weight
        How many live there, in any unit.
    district
        Number of the region that each lies in; 0 where it lies in none.
    """

    doors: pd.DataFrame
    weight: NDArray[np.float64]
    district: Ints

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        """Draw rows of `doors`; more than one may live at one."""
        return rng.choice(len(self.doors), count, p=self.weight / self.weight.sum()).astype(np.int64)


def company(folder: Path, *, customers: int, seed: int) -> str:
    """Invent a company in a city whose files stand in a project.

    Parameters
    ----------
    folder
        The project, with the folder `osm` of an imported city.
    customers
        How many customers.
    seed
        Seed of all random numbers: the same arguments make the same company.

    Returns
    -------
    str
        The sources of gcrm.toml that name what was written into `data`.
    """
    rng = np.random.default_rng([seed, 7])
    homes = _homes(folder / "osm")
    store = _stores(homes, rng)
    owners = pa.array([f"P{k + 1:02d}" for k in range(int(homes.district.max()) + 1)])
    rows = homes.draw(customers, rng)
    frame = people.customers(0, customers, homes.district[rows], owners, rng)
    bought = purchases.purchases(frame, _nearest(homes, rows, store), store["store_id"], ORDERS_EACH, 1, rng)
    count = round(customers * PROSPECT_SHARE)
    others = homes.draw(count, rng)
    tables = {
        "owners": _owners(owners),
        "stores": store,
        "customers": _placed(frame, homes, rows, rng),
        "prospects": _placed(people.prospects(0, count, homes.district[others], owners, rng), homes, others, rng),
        "products": purchases.products(),
        "orders": bought.orders.table(),
        "order_lines": bought.lines.table(),
        "interactions": people.interactions(
            0, round(customers * CONTACT_SHARE), np.arange(1, customers + 1), rng
        ).table(),
    }
    (folder / "data").mkdir(exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / "data" / f"{name}.parquet", compression="zstd")
    return "".join(_SOURCE.format(name=name) for name in tables)


def _homes(osm: Path) -> Homes:
    """Read addresses, and the buildings without one that people may live in."""
    address = pd.read_parquet(osm / "address_references.parquet", columns=[*_PARTS, "lon", "lat"])
    address = address.dropna(subset=["house_number", "street"]).drop_duplicates(ignore_index=True)
    building = pd.read_parquet(osm / "buildings.parquet", columns=["use", "levels", "geometry"])
    shape = shapely.from_wkb(building["geometry"].to_numpy())
    tree = shapely.STRtree(shape)
    at, of = tree.query(shapely.points(address["lon"], address["lat"]), predicate="covered_by")
    floors = building["levels"].fillna(_FLOORS).clip(lower=1).to_numpy()
    weight = np.full(len(address), _FLOORS)
    weight[at] = floors[of]
    free = ~building["use"].isin(_NO_HOMES).to_numpy()
    free[of] = False
    inside = shapely.get_coordinates(shapely.point_on_surface(shape[free]))
    rest = pd.DataFrame(dict.fromkeys(_PARTS) | {"lon": inside[:, 0], "lat": inside[:, 1]}, dtype=object)
    doors = pd.concat([address.astype(object), rest], ignore_index=True)
    points = shapely.points(doors["lon"].astype(float), doors["lat"].astype(float))
    return Homes(doors, np.concatenate([weight, floors[free]]), _districts(osm, points))


def _districts(osm: Path, points: NDArray[np.object_]) -> Ints:
    """Return the number, from 1, of the smallest region that each point lies in; 0 outside all of them."""
    files = sorted(osm.glob("regions_*.parquet"), key=lambda path: -pq.read_metadata(path).num_rows)
    district = np.zeros(len(points), np.int64)
    if files:
        regions = shapely.from_wkb(pd.read_parquet(files[0])["geometry"].to_numpy())
        at, of = shapely.STRtree(regions).query(points, predicate="covered_by")
        district[at] = of + 1
    return district


def _stores(homes: Homes, rng: np.random.Generator) -> pa.Table:
    """Open stores at addresses that lie far from one another."""
    place = _places(homes, np.flatnonzero(homes.doors["street"].notna()))
    chosen = [int(rng.integers(len(place)))]
    while len(chosen) < min(STORES, len(place)):
        gap = np.min([np.hypot(*(place - place[row]).T) for row in chosen], axis=0)
        chosen.append(int(np.argmax(gap)))
    doors = homes.doors[homes.doors["street"].notna()].iloc[chosen]
    names = words.family_names()
    number = range(len(chosen))
    return pa.table(
        {
            "store_id": [f"S{k + 1:02d}" for k in number],
            "name": [f"{names[k * 5 % len(names)]} Store" for k in number],
            "floor_area_m2": pa.array(rng.integers(5, 30, len(chosen)) * 50.0),
            "opened_on": pa.array([f"{2005 + k}-03-01" for k in number]),
            **{part: _text(doors[part]) for part in _PARTS},
            "lon": pa.array(doors["lon"].astype(float)),
            "lat": pa.array(doors["lat"].astype(float)),
        }
    )


def _nearest(homes: Homes, rows: Ints, store: pa.Table) -> Ints:
    """Return the store nearest to each of the doors."""
    shops = np.column_stack([store["lon"].to_numpy(), store["lat"].to_numpy()])
    scale = np.array([np.cos(np.radians(shops[:, 1].mean())), 1.0])
    there = _places(homes, rows)
    return np.asarray(np.argmin([np.hypot(*(there - shop * scale).T) for shop in shops], axis=0), np.int64)


def _places(homes: Homes, rows: Sequence[int] | Ints) -> NDArray[np.float64]:
    """Return doors on a plane, in degrees of latitude."""
    point = homes.doors[["lon", "lat"]].to_numpy(float)
    return np.asarray(point[rows] * [np.cos(np.radians(point[:, 1].mean())), 1.0])


def _placed(frame: Frame, homes: Homes, rows: Ints, rng: np.random.Generator) -> pa.Table:
    """Say of people where they live, as their company knows it: by an address in parts, in one line, or by a point."""
    doors = homes.doors.iloc[rows].reset_index(drop=True)
    form = rng.choice(3, len(doors), p=_FORMS)
    form[doors["street"].isna()] = 2
    line = doors["street"] + " " + doors["house_number"]
    area = (doors["postcode"].fillna("") + " " + doors["city"].fillna("")).str.strip()
    line = line + np.where(area == "", "", ", " + area)
    table = frame.table().append_column("address", _text(line.where(form == 1)))
    for part in _PARTS:
        table = table.append_column(part, _text(doors[part].where(form == 0)))
    for axis in ("lon", "lat"):
        table = table.append_column(axis, pa.array(doors[axis].astype(float).where(form == 2), from_pandas=True))
    return table


def _owners(owners: pa.Array) -> pa.Table:
    names = words.family_names()
    return pa.table(
        {
            "owner_id": owners,
            "name": [f"{words.FIRST[k % len(words.FIRST)]} {names[k * 11 % len(names)]}" for k in range(len(owners))],
        }
    )


def _text(column: pd.Series) -> pa.Array:
    return pa.array(column, pa.string(), from_pandas=True)
