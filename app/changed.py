"""The questions of the places page about changes: what a store that opens, closes or is resized would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from app.traded import METHODS
from gcrm.workspace.change import NEW
from gcrm.workspace.preference import ELSEWHERE

if TYPE_CHECKING:
    import shapely

    from gcrm.workspace import Workspace
    from gcrm.workspace.preference import StoreChoice

#: Word of the address line -> what to call the size of a new store, and how many times a middling one it is.
SIZES: dict[str, tuple[str, float]] = {
    "": ("A middling store", 1.0),
    "half": ("Half as large", 0.5),
    "twice": ("Twice as large", 2.0),
}
#: Word of the address line -> what to call a change of a store, and how many times as large it is then; null closes it.
CHANGES: dict[str, tuple[str, float | None]] = {
    "": ("Stays as it is", 1.0),
    "close": ("Closes", None),
    "half": ("Half its size", 0.5),
    "twice": ("Twice its size", 2.0),
}
#: Methods that draw areas of stores without customers.
DRAWN = ("drive", "ring", "thiessen")
#: Columns of a change that a `Moved` holds, in its order.
_FIGURES = ("ground", "customers", "sales", "moved_share", "moved")


@dataclass(frozen=True)
class Moved:
    """What is between one store and the store that changes.

    Attributes
    ----------
    name
        The store, or `elsewhere`.
    ground
        Common ground as a share of the giver's area, 0 to 1; null without an area.
    customers, sales
        Customers of the giver who live in the taker's area, and their sales; null without an area.
    share
        Customers who go over by Huff's model, as a share of those that the giver expects now; null is unknown.
    moved
        How many they are.
    """

    name: str
    ground: float | None
    customers: int | None
    sales: float | None
    share: float | None
    moved: float | None


@dataclass(frozen=True)
class Changed:
    """What a change would move.

    Attributes
    ----------
    rows
        Stores that give or take, those that move most first.
    before, after
        Expected customers of the store that changes.
    gives
        True where it loses them.
    area
        Its area, in EPSG:4326; null where it has none.
    note
        What the figures rest on.
    """

    rows: tuple[Moved, ...]
    before: float
    after: float
    gives: bool
    area: shapely.Geometry | None
    note: str


def opened(ws: Workspace, question: dict[str, Any]) -> Changed:
    """Return what a new store at a point would take from whom.

    The question holds lon, lat, drawn (a word of `DRAWN`), size (a word of `SIZES`), mode, where and period.
    """
    fitted = ws.choice(mode=question["mode"], where=question["where"], period=question["period"])
    how = {"choice": fitted, **_method(question)}
    size = fitted.players.figures_of({})[0] * SIZES[question["size"]][1]
    words = {fitted.players.attractions[0]: size}
    found = ws.what_if.open(lon=question["lon"], lat=question["lat"], attractions=words, **how)
    return _told(found, NEW, fitted, f"the new store has {size:,.0f} m²")


def changed(ws: Workspace, question: dict[str, Any]) -> Changed:
    """Return what a store would give to whom if it closed, or take from whom with another size.

    The question holds store, drawn (a word of `DRAWN`), change (a word of `CHANGES`), mode, where and period.
    """
    fitted = ws.choice(mode=question["mode"], where=question["where"], period=question["period"])
    how = {"choice": fitted, **_method(question)}
    store, (_, times) = question["store"], CHANGES[question["change"]]
    if times is None:
        return _told(ws.what_if.close(store, **how), store, fitted, "the store closes")
    name = fitted.players.attractions[0]
    sizes = dict(zip(fitted.players.ids, fitted.players.figures[:, 0].tolist(), strict=True))
    now = sizes.get(store, 1.0)
    found = ws.what_if.resize(store, {name: now * times}, **how)
    return _told(found, store, fitted, f"the store has {now * times:,.0f} m² instead of {now:,.0f} m²")


def _method(question: dict[str, Any]) -> dict[str, Any]:
    """Return how areas are drawn, in the words of trading areas."""
    _, method, numbers = METHODS[question["drawn"]]
    return {"method": method, **numbers, **({} if method == "ring" else {"mode": question["mode"]})}


def _told(found: pd.DataFrame, one: str, fitted: StoreChoice, words: str) -> Changed:
    here = found[found["store_id"] == one].iloc[0]
    rows = tuple(
        Moved(
            "no store in reach" if row["store_id"] == ELSEWHERE else row["name"],
            *(None if pd.isna(row[word]) else row[word] for word in _FIGURES),
        )
        for row in found.to_dict("records")
        if row["store_id"] != one and (row["moved"] > 0 or row["store_id"] != ELSEWHERE)
    )
    told = ", ".join(
        f"{name.replace('_', ' ')} {value:.2f}" + ("" if pd.isna(error) else f" ± {error:.2f}")
        for name, value, error in zip(fitted.fit.names, fitted.fit.estimates, fitted.fit.errors, strict=True)
    )
    said = f"Huff's model, fitted to {fitted.fit.count:,.0f} customers ({told}); {words}. {fitted.note}"
    low = fitted.fit.interval()[0][0]
    if low <= 0:  # it may be that people go to the nearest store, however large it is
        said += " These customers do not tell that larger stores draw more: do not count on what a size does."
    gives = bool(here["change"] < 0)
    return Changed(rows, here["before"], here["after"], gives, here["geometry"], said)
