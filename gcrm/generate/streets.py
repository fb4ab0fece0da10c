"""Invented streets: address points along short straight lines, each inside one zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gcrm.generate import words
from gcrm.generate.frame import NULL, Frame
from gcrm.generate.scatter import DECIMALS, Towns

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOUSES = 40
_STEP_M = 15.0
_SIDE_M = 12.0
_M_PER_DEGREE = 111_320.0
#: Share of the customers who give their address as one text.
_TEXT_SHARE = 0.4


@dataclass(frozen=True)
class Streets:
    """Streets with `HOUSES` address points each.

    Attributes
    ----------
    zone
        Row number of the zone, one per street.
    name
        Code in `names`, one per street; no two streets of a zone have the same.
    lon, lat
        Address points in degrees, streets x houses; house number 1 comes first.
    names, postcodes
        Text of the names; postcode of every zone.
    """

    zone: Ints
    name: Ints
    lon: Floats
    lat: Floats
    names: pa.Array
    postcodes: pa.Array

    @property
    def count(self) -> int:
        """Number of address points."""
        return self.lon.size

    def place(self, address: Ints) -> tuple[Floats, Floats, Ints]:
        """Return lon, lat and zone of address points given by number."""
        return self.lon.ravel()[address], self.lat.ravel()[address], self.zone[address // HOUSES]

    def references(self, start: int, stop: int) -> Frame:
        """Return address points as rows of an address reference."""
        address = np.arange(start, stop)
        lon, lat, _ = self.place(address)
        return self._parts(address, np.zeros(len(address), dtype=bool)).with_columns(lon=lon, lat=lat)

    def written(self, address: Ints, rng: np.random.Generator) -> Frame:
        """Return how people give their addresses: as parts, or else (40 %) as one line of text."""
        as_text = rng.random(len(address)) < _TEXT_SHARE
        parts = self._parts(address, np.zeros(len(address), dtype=bool)).table()
        text = [parts[name].cast(pa.string()) for name in ("house_number", "street", "postcode")]
        line = pc.binary_join_element_wise(pc.binary_join_element_wise(text[0], text[1], " "), text[2], ", ")
        shown = pc.if_else(pa.array(as_text), line, pa.scalar(None, pa.string()))
        return self._parts(address, as_text).with_columns(address=shown.to_numpy())

    def _parts(self, address: Ints, hidden: NDArray[np.bool_]) -> Frame:
        street = address // HOUSES
        columns = {
            "house_number": address % HOUSES + 1,
            "street": self.name[street],
            "postcode": self.zone[street],
        }
        return Frame(
            {name: np.where(hidden, NULL, values) for name, values in columns.items()},
            {"street": self.names, "postcode": self.postcodes},
        )


def streets(zones: gpd.GeoDataFrame, weights: Floats, addresses: int, rng: np.random.Generator) -> Streets:
    """Lay streets into the zones.

    Parameters
    ----------
    zones
        Polygons in lon/lat; each at least some kilometres wide.
    weights
        Expected share of every zone, in any unit.
    addresses
        Least number of address points.
    rng
        Random numbers.

    Returns
    -------
    Streets
        The streets; every zone has one or more, and every point lies in the interior of its zone.
    """
    count = max(0, -(-addresses // HOUSES) - len(zones))
    drawn = rng.choice(len(zones), count, p=weights / weights.sum())
    zone = np.sort(np.concatenate([np.arange(len(zones)), drawn])).astype(np.int64)
    lon, lat = _lines(zones, zone, rng)
    within = np.arange(len(zone)) - np.searchsorted(zone, zone)
    names = words.street_names(max(int(within.max()) + 1, 500))
    return Streets(
        zone=zone,
        name=(within + zone * 7) % len(names),
        lon=lon,
        lat=lat,
        names=pa.array(names),
        postcodes=pa.array([str(10_001 + k) for k in range(len(zones))]),
    )


def _lines(zones: gpd.GeoDataFrame, zone: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the address points of every street; streets that leave their zone are laid again."""
    towns = Towns(zones)
    house = np.arange(HOUSES)
    along, aside = (house // 2) * _STEP_M, np.where(house % 2 == 0, -_SIDE_M, _SIDE_M)
    lon, lat = np.empty((len(zone), HOUSES)), np.empty((len(zone), HOUSES))
    left = np.arange(len(zone))
    while len(left):
        x, y = towns.points(zone[left], rng)
        angle = rng.random(len(left)) * 2 * np.pi
        east = np.cos(angle)[:, None] * along - np.sin(angle)[:, None] * aside
        north = np.sin(angle)[:, None] * along + np.cos(angle)[:, None] * aside
        tried_x = np.round(x[:, None] + east / (_M_PER_DEGREE * np.cos(np.radians(y)))[:, None], DECIMALS)
        tried_y = np.round(y[:, None] + north / _M_PER_DEGREE, DECIMALS)
        points = np.column_stack([tried_x.ravel(), tried_y.ravel()])
        good = towns.holds(np.repeat(zone[left], HOUSES), points).reshape(-1, HOUSES).all(axis=1)
        lon[left[good]], lat[left[good]] = tried_x[good], tried_y[good]
        left = left[~good]
    return lon, lat
