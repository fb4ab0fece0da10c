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

#: Names of the territories, in the order of their numbers.
TERRITORIES = (
    "Richmond",
    "Marina",
    "Civic Center",
    "North Beach",
    "South of Market",
    "Sunset",
    "Haight",
    "Mission",
    "Ingleside",
    "Bayshore",
)

#: Name and team; the first ten look after the territory of the same number.
_OWNERS = (
    ("Sorrel Inkpen", "North"),
    ("Juniper Oatcake", "North"),
    ("Basil Teaspoon", "East"),
    ("Clover Lampshade", "North"),
    ("Fennel Doorbell", "East"),
    ("Tansy Umbrella", "West"),
    ("Rowan Buttonhole", "West"),
    ("Bryony Saltcellar", "East"),
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

    Territories grow from seeds far from each other: the smallest one takes the free neighbour nearest to its seed.
    The middle of what grew is the next seed; of forty rounds the most balanced and compact one counts. An island is a
    neighbour of the zone nearest to it.

    Returns
    -------
    tuple
        The territories (territory_id, name, geometry), and the territory_id of every zone.
    """
    shapes = zone.to_crs(METRIC).geometry
    centres = np.array([(p.x, p.y) for p in shapes.representative_point()])
    code = _number(_best(_neighbours(shapes), centres, households.to_numpy(dtype=float)), centres, zone.index)
    merged = zone.assign(territory_id=code).dissolve("territory_id").geometry
    frame = gpd.GeoDataFrame(
        {"territory_id": merged.index, "name": list(TERRITORIES)},
        geometry=shapely.normalize(merged.to_numpy()),
        crs="EPSG:4326",
    )
    return frame, code


def _best(near: Sequence[set[int]], centres: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Grow territories again and again from the middle of the last ones; return the best."""
    seeds = _far_apart(centres, weights, len(TERRITORIES))
    best, best_cost = np.zeros(len(near), dtype=int), np.inf
    for _ in range(40):
        owner = _grow(near, centres, weights, seeds)
        middles = [np.average(centres[owner == k], axis=0, weights=weights[owner == k]) for k in range(len(seeds))]
        spread = np.average(np.hypot(*(centres - np.array(middles)[owner]).T), weights=weights)
        load = np.bincount(owner, weights)
        cost = spread * (1 + load.std() / load.mean()) ** 2
        if cost < best_cost:
            best, best_cost = owner, cost
        following = [int(np.argmin(np.hypot(*(centres - m).T))) for m in middles]
        if following == seeds:
            break
        seeds = following
    return best


def _number(owner: np.ndarray, centres: np.ndarray, index: pd.Index) -> pd.Series:
    """Give the territories numbers in rows from north to south, each row from west to east."""
    middles = [centres[owner == k].mean(axis=0) for k in range(owner.max() + 1)]
    order = sorted(range(len(middles)), key=lambda k: (-round(middles[k][1] / 3500), middles[k][0]))
    return pd.Series([f"T{order.index(k) + 1:02d}" for k in owner], index=index)


def _far_apart(centres: np.ndarray, weights: np.ndarray, count: int) -> list[int]:
    """Choose seeds: first the heaviest zone, then always the zone furthest from all seeds."""
    seeds = [int(np.argmax(weights))]
    while len(seeds) < count:
        distance = np.min([np.hypot(*(centres - centres[s]).T) for s in seeds], axis=0)
        seeds.append(int(np.argmax(distance * np.sqrt(weights))))
    return seeds


def _neighbours(shapes: gpd.GeoSeries) -> list[set[int]]:
    """Return the neighbours of every zone that share 20 m of border or more; an island gets the nearest zone."""
    geometry = shapes.to_numpy()
    left, right = shapely.STRtree(geometry).query(geometry, predicate="dwithin", distance=1.0)
    near: list[set[int]] = [set() for _ in geometry]
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a != b and shapely.length(shapely.intersection(geometry[a].buffer(1), geometry[b].boundary)) > 20:
            near[a].add(b)
            near[b].add(a)
    for a in [a for a, found in enumerate(near) if not found]:
        others = np.delete(np.arange(len(geometry)), a)
        b = int(others[np.argmin(shapely.distance(geometry[others], geometry[a]))])
        near[a].add(b)
        near[b].add(a)
    return near


def _grow(near: Sequence[set[int]], centres: np.ndarray, weights: np.ndarray, seeds: list[int]) -> np.ndarray:
    """Grow territories from their seeds until every zone belongs to one."""
    owner = dict(zip(seeds, range(len(seeds)), strict=True))
    load = [float(weights[s]) for s in seeds]
    while len(owner) < len(near):
        for k in np.argsort(load, kind="stable").tolist():
            free = {b for a, o in owner.items() if o == k for b in near[a] if b not in owner}
            if free:
                taken = min(free, key=lambda b: (np.hypot(*(centres[b] - centres[seeds[k]])), b))
                owner[taken] = k
                load[k] += float(weights[taken])
                break
    return np.array([owner[i] for i in range(len(near))])


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
