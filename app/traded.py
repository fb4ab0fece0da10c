"""The questions of the places page about trading areas: one store by several methods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.errors import AccessError, QueryError

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from gcrm.workspace import Workspace

#: Word of a method -> what to call it, the method, and its numbers.
METHODS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ring": ("Within 2 km", "ring", {"km": 2}),
    "drive": ("Within 10 minutes", "isochrone", {"minutes": 10}),
    "thiessen": ("Nearest store", "thiessen", {}),
    "share": ("Nearest 80 % of customers", "nearest_share", {"share": 0.8}),
    "density": ("Densest 80 % of customers", "density", {"share": 0.8}),
}
#: Methods whose areas come from customers: they have a band.
SAMPLED = ("nearest_share", "density", "hull")
_ROUNDS = 40


@dataclass(frozen=True)
class Traded:
    """The trading area of a store by one method.

    Attributes
    ----------
    method
        Word of the method.
    area
        In EPSG:4326; null where the store has none.
    outer
        What more than a few of other samples of customers would have drawn; null where the method draws none.
    km2
        Its size; null without an area.
    customers, own_share, others
        Customers of the store inside, their share of all of its customers, and customers of other stores inside.
    title
        What to call it.
    people
        Statistic -> its figure inside, shared out by ground; empty where none is known, or the area is not drawn.
    """

    method: str
    area: shapely.Geometry | None
    outer: shapely.Geometry | None
    km2: float | None
    customers: int | None
    own_share: float | None
    others: int | None
    title: str = ""
    people: tuple[tuple[str, float], ...] = ()


def areas(ws: Workspace, question: dict[str, Any]) -> tuple[Traded, ...]:
    """Return the areas of a store by every method, with the band of the one that is drawn.

    The question holds store, drawn (a word of `METHODS`, or a trading area of gcrm.toml), mode, where and period.
    """
    found = []
    for word, (title, method, numbers, travelled) in _methods(ws).items():
        how = {"mode": question["mode"]} if travelled else {}
        asked = {**numbers, **how, "where": question["where"], "period": question["period"]}
        own = ws.trade_areas(method, **asked)
        own = own[own["store_id"] == question["store"]]
        if own.empty:
            continue
        row, outer = own.iloc[0], None
        told: tuple[tuple[str, float], ...] = ()
        if word == question["drawn"] and row.geometry is not None:
            told = _people(ws, own)
        if word == question["drawn"] and row["method"] in SAMPLED:
            band = ws.trade_areas.bands(method, rounds=_ROUNDS, stores=[question["store"]], **asked)
            outer = band[(band["store_id"] == question["store"]) & (band["part"] == "outer")].geometry.iloc[0]
        figures: tuple[float | None, int | None, float | None, int | None] = (None, None, None, None)
        if row.geometry is not None:
            share = None if row["own_share"] is None else float(row["own_share"])
            figures = (float(row["area_km2"]), int(row["customers"]), share, int(row["others"]))
        found.append(Traded(word, row.geometry, outer, *figures, title, told))
    return tuple(found)


def titles(ws: Workspace, question: dict[str, Any]) -> dict[str, str]:
    """Return the words of all methods with what to call them; the question holds nothing."""
    del question
    return {word: title for word, (title, *_) in _methods(ws).items()}


def _methods(ws: Workspace) -> dict[str, tuple[str, str, dict[str, Any], bool]]:
    """Return word -> title, method, numbers, and whether the page says how people travel; the project's own last."""
    usual = {word: (*own, word not in {"ring", "density"}) for word, own in METHODS.items()}
    declared: dict[str, tuple[str, str, dict[str, Any], bool]]
    declared = {word: (area.title or word, word, {}, False) for word, area in ws.settings.trading_areas.items()}
    return {**usual, **{word: own for word, own in declared.items() if word not in usual}}


def _people(ws: Workspace, own: gpd.GeoDataFrame) -> tuple[tuple[str, float], ...]:
    """Return who lives in the one area of a frame; nothing where no zones tell it, or the reader sees some only."""
    try:
        row = ws.trade_areas.people(own).iloc[0]
    except (AccessError, QueryError):
        return ()
    figures = ((str(name), float(row[name])) for name in row.index if name not in {"store_id", "covered"})
    return tuple((name, value) for name, value in figures if value == value)  # noqa: PLR0124 - NaN is not known
