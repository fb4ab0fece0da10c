"""The invented link: every household of the shopping data gets a real address in San Francisco."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from chance import stream
from places import METRIC
from pyproj import Transformer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from wheels import Wheels

#: A household that has not bought for so many days at the end of the year is no longer a customer.
LAPSE_DAYS = 90
END = pd.Timestamp("2018-01-01")

#: Distance over which the pull of a store falls to 1/e.
REACH_M = 1100
#: Share of every zone's households that the company reaches however far the stores are.
FAR_SHARE = 0.06
#: Share of the late joiners placed around the new store, and of the lapsed placed around the closed one.
STORY_SHARE = 0.75

#: Income in the shopping data -> income class of the zones, by the middle of the bracket.
_CLASSES = {
    "Under 15K": 1,
    "15-24K": 1,
    "25-34K": 1,
    "35-49K": 2,
    "50-74K": 3,
    "75-99K": 3,
    "100-124K": 4,
    "125-149K": 4,
    "150-174K": 4,
    "175-199K": 4,
    "200-249K": 4,
    "250K+": 4,
}


def households(wheels: Wheels, baskets: pd.DataFrame) -> pd.DataFrame:
    """List the households, one row each, in order of their number.

    Returns
    -------
    pd.DataFrame
        household_id, segment and income_class (null without demographics), first and last day with a purchase,
        lapsed_on (first day no longer a customer, null while active).
    """
    days = baskets.groupby("household_id")["day"].agg(first="min", last="max").reset_index()
    people = pd.read_parquet(wheels.open("demographics"))
    people["segment"] = _segment(people)
    people["income_class"] = people["income"].astype(str).map(_CLASSES)
    frame = days.merge(people[["household_id", "segment", "income_class"]], how="left", on="household_id")
    lapsed = frame["last"] + pd.Timedelta(days=LAPSE_DAYS)
    frame["lapsed_on"] = lapsed.where(lapsed < END)
    return frame.sort_values("household_id", kind="stable").reset_index(drop=True)


def _segment(people: pd.DataFrame) -> pd.Series:
    """Derive the segment from the demographics: family (children), else senior (65+), couple or single."""
    family = people["kids_count"].astype(str) != "0"
    senior = people["age"].astype(str) == "65+"
    couple = people["household_comp"].astype(str).str.startswith("2")
    return pd.Series(
        np.select([family, senior, couple], ["family", "senior", "couple"], "single"), index=people.index, dtype=object
    )


def metres(lon: pd.Series, lat: pd.Series) -> np.ndarray:
    """Return points in metres, one row per point."""
    return np.column_stack(Transformer.from_crs("EPSG:4326", METRIC, always_xy=True).transform(lon, lat))


def pull(zone: GeoDataFrame, store: pd.DataFrame) -> np.ndarray:
    """Return the pull of every store on every zone, zones x stores, between `FAR_SHARE` and 1."""
    inner = zone.geometry.representative_point()
    place = metres(inner.x, inner.y)
    shop = metres(store["lon"], store["lat"])
    distance = np.hypot(place[:, None, 0] - shop[None, :, 0], place[:, None, 1] - shop[None, :, 1])
    return np.maximum(np.exp(-distance / REACH_M), FAR_SHARE)


def choose_zones(
    household: pd.DataFrame, zone: GeoDataFrame, statistic: pd.DataFrame, store: pd.DataFrame
) -> np.ndarray:
    """Draw the zone of every household: its number of households (of the same income class) times the stores' pull.

    Late joiners mostly follow the store that opened during the year, the lapsed the one that closed.

    Returns
    -------
    np.ndarray
        Row number in `zone`, one per household.
    """
    rng = stream("zones of households")
    reach = pull(zone, store)
    new = pd.to_datetime(store["opened"]) >= pd.Timestamp("2017-01-01")
    closed = store["closed"].notna()
    lasting = reach[:, (~new & ~closed).to_numpy()].max(axis=1)
    opened_on = pd.to_datetime(store.loc[new, "opened"]).min()
    story = rng.random(len(household)) < STORY_SHARE
    joined = (household["first"] >= opened_on).to_numpy() & story
    left = household["lapsed_on"].notna().to_numpy() & story & ~joined
    chosen = np.empty(len(household), dtype=int)
    for klass in (0, 1, 2, 3, 4):
        people = statistic["TOTHH" if klass == 0 else f"HHINCQ{klass}"].to_numpy()
        mine = household["income_class"].fillna(0).to_numpy() == klass
        for group, weight in (
            (joined, reach[:, new.to_numpy()].max(axis=1) ** 2),
            (left, reach[:, closed.to_numpy()].max(axis=1) ** 2),
            (~joined & ~left, lasting),
        ):
            who = np.flatnonzero(mine & group)
            share = people * weight
            chosen[who] = rng.choice(len(zone), size=len(who), p=share / share.sum())
    return chosen


def choose_addresses(zone_row: np.ndarray, zone: GeoDataFrame, zone_of_point: pd.Series, rng_name: str) -> np.ndarray:
    """Draw an address of its own in the chosen zone for every record; no address is drawn twice.

    Returns
    -------
    np.ndarray
        Row number among the address points, one per record.
    """
    rng = stream(rng_name)
    by_zone = {z: np.flatnonzero(zone_of_point.to_numpy() == z) for z in zone["zone_id"]}
    chosen = np.empty(len(zone_row), dtype=int)
    for row in np.unique(zone_row):
        who = np.flatnonzero(zone_row == row)
        chosen[who] = rng.permutation(by_zone[zone["zone_id"].iloc[row]])[: len(who)]
    return chosen
