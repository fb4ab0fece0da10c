"""The places of an invented project: zones, districts, stores, sales people, and where people live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from gcrm.generate import words
from gcrm.generate.frame import Frame, Sink
from gcrm.generate.scatter import DECIMALS, Towns
from gcrm.generate.streets import Streets, streets
from gcrm.generate.tiling import tiling

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from gcrm.generate.frame import Format

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Share of the people with points who live outside every zone.
OUTSIDE_SHARE = 0.002
#: The zone of those who live outside.
OUTSIDE = -1
ZONES_PER_STORE = 10
_CHUNK = 500_000


@dataclass(frozen=True)
class Homes:
    """Where some people live.

    Attributes
    ----------
    known
        The columns that say so in the source: a point, or an address.
    lon, lat
        The true point in degrees.
    zone
        Row number of the true zone; `OUTSIDE` outside all of them.
    """

    known: Frame
    lon: Floats
    lat: Floats
    zone: Ints


class World:
    """The places.

    Attributes
    ----------
    zones
        From `tiling`.
    households
        Households per zone.
    district
        Code of the district of every zone, and of the sales person who looks after it.
    residents
        Residents per zone.
    owners, stores
        Identifiers of the sales people, one per district, and of the stores.
    sites, floor_area_m2
        Longitude and latitude of every store, one row each, and its floor area in square metres.
    """

    def __init__(self, count: int, seed: int, *, people: int, addresses: bool) -> None:
        rng = np.random.default_rng([seed, 3])
        self.zones = tiling(count, seed)
        crowd = rng.lognormal(0, 0.8, count)
        self.households = np.maximum(20, np.round(crowd / crowd.sum() * people * 25)).astype(np.int64)
        _, codes = np.unique(self.zones["district"].to_numpy(dtype=str), return_inverse=True)
        self.district: Ints = codes.astype(np.int64)
        self.owners = pa.array([f"P{k + 1:04d}" for k in range(int(codes.max()) + 1)])
        self.stores = pa.array([f"S{k + 1:04d}" for k in range(-(-count // ZONES_PER_STORE))])
        self._towns = Towns(self.zones)
        chance = np.random.default_rng([seed, 5])
        self.residents = np.round(self.households * chance.uniform(1.6, 3.2, count)).astype(np.int64)
        self.sites = np.column_stack(self._towns.points(np.arange(len(self.stores)) * ZONES_PER_STORE, chance))
        self.floor_area_m2: Ints = chance.integers(5, 60, len(self.stores)) * 50
        self.streets: Streets | None = None
        if addresses:
            self.streets = streets(self.zones, self.households, max(people // 2, 1), rng)

    def homes(self, count: int, rng: np.random.Generator) -> Homes:
        """Draw homes: by address among the address points, or by point in zones by households and a few outside."""
        if self.streets is not None:
            address = rng.integers(self.streets.count, size=count)
            lon, lat, zone = self.streets.place(address)
            return Homes(self.streets.written(address, rng), lon, lat, zone)
        zone = rng.choice(len(self.zones), count, p=self.households / self.households.sum())
        lon, lat = self._towns.points(zone, rng)
        away = rng.random(count) < OUTSIDE_SHARE
        west, south, _, north = self.zones.total_bounds
        lon[away] = np.round(west - 0.1 - rng.random(away.sum()), DECIMALS)
        lat[away] = np.round(south + rng.random(away.sum()) * (north - south), DECIMALS)
        return Homes(Frame({"lon": lon, "lat": lat}), lon, lat, np.where(away, OUTSIDE, zone))

    def owner_of(self, zone: Ints) -> Ints:
        """Return the code of the sales person of every zone given; the first one looks after those outside."""
        return np.where(zone == OUTSIDE, 0, self.district[zone])

    def store_of(self, zone: Ints) -> Ints:
        """Return the code of the store of every zone given; those outside go to the first."""
        return np.where(zone == OUTSIDE, 0, zone // ZONES_PER_STORE)

    def write(self, folder: Path, file_format: Format) -> dict[str, int]:
        """Write the files of the places.

        Parameters
        ----------
        folder
            Folder of the data.
        file_format
            Format of the address reference; the others are small and have one of their own.

        Returns
        -------
        dict
            Source -> rows.
        """
        self.zones.to_parquet(folder / "zones.parquet", index=False, schema_version="1.1.0")
        names = sorted(set(self.zones["district"]))
        districts = pd.DataFrame({"region_id": names, "name": [f"District {n.lstrip('D0')}" for n in names]})
        figures = {"zone_id": self.zones["zone_id"], "households": self.households, "residents": self.residents}
        tables = {
            "districts": districts,
            "zone_statistics": pd.DataFrame(figures),
            "owners": self._owners(),
            "stores": self._stores(),
        }
        for name, table in tables.items():
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
        rows = {"zones": len(self.zones)} | {name: len(table) for name, table in tables.items()}
        if self.streets is not None:
            with Sink(folder / f"address_references.{file_format}", file_format) as sink:
                for start in range(0, self.streets.count, _CHUNK):
                    stop = min(start + _CHUNK, self.streets.count)
                    sink.write(self.streets.references(start, stop).table())
            rows["address_references"] = sink.rows
        return rows

    def _owners(self) -> pd.DataFrame:
        names = words.family_names()
        first = [words.FIRST[k % len(words.FIRST)] for k in range(len(self.owners))]
        return pd.DataFrame(
            {
                "owner_id": self.owners.to_pylist(),
                "name": [f"{a} {names[k * 11 % len(names)]}" for k, a in enumerate(first)],
                "team": [f"Team {1 + k // 10}" for k in range(len(self.owners))],
            }
        )

    def _stores(self) -> pd.DataFrame:
        names = words.family_names()
        return pd.DataFrame(
            {
                "store_id": self.stores.to_pylist(),
                "name": [f"Store {names[k * 5 % len(names)]}" for k in range(len(self.stores))],
                "floor_area_m2": self.floor_area_m2,
                "opened_on": [f"{1990 + k % 20}-03-01" for k in range(len(self.stores))],
                "lon": self.sites[:, 0],
                "lat": self.sites[:, 1],
            }
        )


def truth_of(zones: gpd.GeoDataFrame, zone: Ints) -> pa.Array:
    """Return the zone_id of row numbers of zones, null outside."""
    codes = pa.array(zone, pa.int32(), mask=zone == OUTSIDE)
    return pa.DictionaryArray.from_arrays(codes, pa.array(zones["zone_id"].tolist()))
