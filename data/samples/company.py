"""The invented company: its stores, trading areas, sales territories and sales people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from chance import stream
from places import METRIC

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAIN = "Marble Otter Market"

#: Store: name, street, house number to stand near, sales area in m2, opened, closed. The company is invented; the
#: nearest real address to the number carries the store.
STORES = (
    ("Taraval", "Taraval Street", 1000, 2100, "1998-03-02", None),
    ("Noriega", "Noriega Street", 2500, 2600, "2004-09-13", None),
    ("Irving", "Irving Street", 1300, 1400, "1991-05-20", None),
    ("Outer Balboa", "Balboa Street", 3500, 1100, "2009-06-01", None),
    ("Clement", "Clement Street", 700, 1800, "1987-10-05", None),
    ("Ocean Avenue", "Ocean Avenue", 1700, 2900, "2001-04-23", None),
    ("Excelsior", "Mission Street", 4700, 2300, "1995-02-13", None),
    ("Portola", "San Bruno Avenue", 2500, 1500, "2006-11-06", None),
    ("Mission", "Mission Street", 2600, 1900, "1999-08-16", None),
    ("Noe Valley", "24th Street", 3900, 1000, "2010-03-29", None),
    ("Divisadero", "Divisadero Street", 500, 1200, "2012-10-01", None),
    ("Marina", "Chestnut Street", 2200, 1300, "2008-05-12", None),
    ("Polk", "Polk Street", 1500, 900, "2003-01-20", "2017-08-28"),
    ("Dogpatch", "03rd Street", 2500, 2400, "2017-05-15", None),
)

TERRITORIES = (
    "North Beach",
    "Marina Heights",
    "Downtown",
    "Richmond",
    "Parkside",
    "Sunset",
    "Twin Peaks",
    "Mission",
    "Bayshore",
    "Southern Hills",
)

_OWNERS = (
    ("Sorrel Inkpen", "North"),
    ("Juniper Oatcake", "North"),
    ("Basil Teaspoon", "North"),
    ("Clover Lampshade", "West"),
    ("Fennel Doorbell", "West"),
    ("Tansy Umbrella", "West"),
    ("Rowan Buttonhole", "South"),
    ("Bryony Saltcellar", "South"),
    ("Linden Postcard", "South"),
    ("Hazel Windowsill", "South"),
    ("Alder Notebook", "Inside"),
    ("Poppy Thimble", "Inside"),
)

RING_M = 1500


def stores(points: pd.DataFrame) -> pd.DataFrame:
    """Put every store at the real address nearest to its number, one row per store."""
    rows = []
    for index, (name, street, number, area, opened, closed) in enumerate(STORES, start=1):
        near = points[points["street"] == street]
        distance = (near["house_number"].str.extract(r"^(\d+)", expand=False).astype(int) - number).abs()
        at = near.loc[distance.sort_values(kind="stable").index[0]]
        rows.append(
            {
                "store_id": f"S{index:02d}",
                "name": f"{CHAIN} {name}",
                "sales_area": area,
                "opened": opened,
                "closed": closed,
                "house_number": at["house_number"],
                "street": at["street"],
                "postcode": at["postcode"],
                "lon": at["lon"],
                "lat": at["lat"],
            }
        )
    return pd.DataFrame(rows)


def trading_areas(store: pd.DataFrame) -> gpd.GeoDataFrame:
    """Draw a ring of `RING_M` around every store, valid while the store is open."""
    points = gpd.GeoSeries(gpd.points_from_xy(store["lon"], store["lat"]), crs="EPSG:4326").to_crs(METRIC)
    rings = points.buffer(RING_M, quad_segs=16).to_crs("EPSG:4326")
    return gpd.GeoDataFrame(
        {
            "region_id": store["store_id"],
            "name": store["name"].str.removeprefix(f"{CHAIN} ") + " 1.5 km",
            "valid_from": pd.to_datetime(store["opened"]).dt.date,
            "valid_to": pd.to_datetime(store["closed"]).dt.date,
        },
        geometry=shapely.set_precision(rings.to_numpy(), 1e-7, mode="pointwise"),
        crs="EPSG:4326",
    )


def territories(zone: gpd.GeoDataFrame, households: pd.Series) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Group the zones into contiguous sales territories of similar numbers of households.

    Seeds are zones far from each other; then the smallest territory always takes the free neighbour nearest to its
    seed. An island counts as a neighbour of the zone nearest to it.

    Returns
    -------
    tuple
        The territories (territory_id, name, geometry), and the territory_id of every zone.
    """
    shapes = zone.to_crs(METRIC).geometry
    centres = np.array([(p.x, p.y) for p in shapes.representative_point()])
    seeds = _far_apart(centres, households.to_numpy(), len(TERRITORIES))
    owner = _grow(_neighbours(shapes), centres, households.to_numpy(), seeds)
    # Number the territories from the north-east to the south so that the invented names fit roughly.
    code = pd.Series([f"T{k + 1:02d}" for k in owner], index=zone.index)
    merged = zone.assign(territory_id=code).dissolve("territory_id").geometry
    frame = gpd.GeoDataFrame({"territory_id": merged.index}, geometry=merged.to_numpy(), crs="EPSG:4326")
    frame.geometry = shapely.normalize(frame.geometry.to_numpy())
    return frame, code


def _far_apart(centres: np.ndarray, weights: np.ndarray, count: int) -> list[int]:
    """Choose seeds: first the heaviest zone, then always the zone furthest from all seeds; improve by Lloyd steps."""
    seeds = [int(np.argmax(weights))]
    while len(seeds) < count:
        distance = np.min([np.hypot(*(centres - centres[s]).T) for s in seeds], axis=0)
        seeds.append(int(np.argmax(distance * np.sqrt(weights))))
    for _ in range(20):
        nearest = np.argmin([np.hypot(*(centres - centres[s]).T) for s in seeds], axis=0)
        means = [np.average(centres[nearest == k], axis=0, weights=weights[nearest == k]) for k in range(count)]
        seeds = [int(np.argmin(np.hypot(*(centres - m).T))) for m in means]
    return sorted(seeds, key=lambda s: (-round(centres[s][1] / 2500), -centres[s][0]))


def _neighbours(shapes: gpd.GeoSeries) -> list[set[int]]:
    """Return the neighbours of every zone that share more than a corner; an island gets the nearest zone."""
    geometry = shapes.to_numpy()
    tree = shapely.STRtree(geometry)
    left, right = tree.query(geometry, predicate="dwithin", distance=1.0)
    near: list[set[int]] = [set() for _ in geometry]
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a != b and shapely.length(shapely.intersection(geometry[a].buffer(1), geometry[b].boundary)) > 20:
            near[a].add(b)
            near[b].add(a)
    for a, found in enumerate(near):
        if not found:
            others = np.delete(np.arange(len(geometry)), a)
            b = int(others[np.argmin(shapely.distance(geometry[others], geometry[a]))])
            near[a].add(b)
            near[b].add(a)
    return near


def _grow(near: Sequence[set[int]], centres: np.ndarray, weights: np.ndarray, seeds: list[int]) -> list[int]:
    """Grow territories from their seeds until every zone belongs to one."""
    owner = dict(zip(seeds, range(len(seeds)), strict=True))
    load = [float(weights[s]) for s in seeds]
    while len(owner) < len(near):
        for k in np.argsort(load, kind="stable"):
            free = {b for a, o in owner.items() if o == k for b in near[a] if b not in owner}
            if free:
                taken = min(free, key=lambda b: (np.hypot(*(centres[b] - centres[seeds[k]])), b))
                owner[taken] = int(k)
                load[k] += float(weights[taken])
                break
    return [owner[i] for i in range(len(near))]


def owners() -> pd.DataFrame:
    """List the invented sales people, one row each; the first ten have a territory, the others sell from the office."""
    return pd.DataFrame(
        {
            "owner_id": [f"P{i:02d}" for i in range(1, len(_OWNERS) + 1)],
            "name": [name for name, _ in _OWNERS],
            "team": [team for _, team in _OWNERS],
        }
    )


def owner_of(territory: pd.Series, purpose: str) -> pd.Series:
    """Give every record the sales person of its territory; 6 % go to the office, 2 % to nobody."""
    rng = stream(purpose)
    chance = rng.random(len(territory))
    own = "P" + territory.str[1:]
    office = np.where(rng.random(len(territory)) < 0.5, "P11", "P12")
    chosen = np.where(chance < 0.06, office, own.fillna("P11"))
    return pd.Series(np.where(chance > 0.98, None, chosen), index=territory.index)
