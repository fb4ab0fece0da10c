"""What a reader is looking at: one value that drives map, table and figures, and lives in the address line."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from gcrm.maps.classes import METHODS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.maps.classes import Method

#: Written for the whole range of the project's orders.
ALL = "all"
#: What the places page asks: the store or the pin, what is shown of it, and how and when people travel.
PLACE_WORDS = ("section", "store", "pin", "mode", "day", "hour", "trade", "change", "flow", "index")
#: What the page of scenarios asks: the scenario, the territory that a click gives to, and what it is held against.
PLAN_WORDS = ("scenario", "territory", "against")
#: What single pages ask besides: which record is open, what is looked for, who gets a region, and so on.
WORDS = (
    "kind",
    "find",
    "order",
    "record",
    "least",
    "most",
    "channel",
    "purpose",
    "person",
    "from",
    "colour",
    *PLACE_WORDS,
    *PLAN_WORDS,
)
#: Written for the member without a name; a real member that begins so gets one more.
_NONE, _ESCAPE = "~", "~"


@dataclass(frozen=True)
class View:
    """Where the map stands.

    Attributes
    ----------
    lat, lon
        Centre in degrees, to five decimals (a metre).
    zoom
        Web Mercator zoom, to two decimals.
    """

    lat: float
    lon: float
    zoom: float

    def __str__(self) -> str:
        """Write the view as in the address line: `37.75781,-122.44310,11.50`."""
        return f"{self.lat:.5f},{self.lon:.5f},{self.zoom:.2f}"

    @staticmethod
    def parse(text: str) -> View | None:
        """Read a view; None where the text is none."""
        try:
            lat, lon, zoom = (float(part) for part in text.split(","))
        except ValueError:
            return None
        if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 <= zoom <= 24 and math.isfinite(lat + lon + zoom)):
            return None
        return View(round(lat, 5), round(lon, 5), round(zoom, 2))


@dataclass(frozen=True)
class Selection:
    """What a reader is looking at. Every field has a default, and defaults do not stand in the address line.

    Attributes
    ----------
    hierarchy
        Which regions; empty for the project's first hierarchy.
    path
        (level, region) from the largest down to the region in focus; empty for the whole project.
    level
        Level drawn inside the focus; empty for the next one down, or cells where there is none.
    cells
        H3 resolution of the cells drawn instead of regions; None where regions are drawn.
    measure
        What the map shows.
    period
        `2017`, `2017-Q1`, `2017-03` or `all`; empty for the project's latest whole quarter.
    segments
        Segments that count, None for the unknown one; empty for all.
    method
        How the map's classes are found.
    view
        Where the map stands; None where the focus decides.
    words
        (name, text) of what a single page asks besides; names of `WORDS` in their order, no empty texts.
    """

    hierarchy: str = ""
    path: tuple[tuple[str, str], ...] = ()
    level: str = ""
    cells: int | None = None
    measure: str = "customers"
    period: str = ""
    segments: tuple[str | None, ...] = ()
    method: Method = "quantiles"
    view: View | None = None
    words: tuple[tuple[str, str], ...] = ()

    def to_params(self) -> dict[str, list[str]]:
        """Return the parameters of the address line: name -> values."""
        params: dict[str, list[str]] = {
            "regions": [self.hierarchy] if self.hierarchy else [],
            "at": ["/".join(f"{quote_text(level)}:{quote_text(region)}" for level, region in self.path)]
            if self.path
            else [],
            "level": [self.level] if self.level else [],
            "cells": [str(self.cells)] if self.cells is not None else [],
            "measure": [self.measure] if self.measure != Selection.measure else [],
            "period": [self.period] if self.period else [],
            "segment": [member_text(s) for s in self.segments],
            "classes": [self.method] if self.method != Selection.method else [],
            "view": [str(self.view)] if self.view is not None else [],
            **{name: [text] for name, text in self.words},
        }
        return {name: values for name, values in params.items() if values}

    @staticmethod
    def from_params(params: Mapping[str, Sequence[str]]) -> Selection:
        """Read a selection from the address line; what cannot be read falls back to its default.

        Parameters
        ----------
        params
            Name -> values. What the project does not have is dropped later, by `checked`.

        Returns
        -------
        Selection
            What the address line says.
        """

        def one(name: str) -> str:
            values = params.get(name) or [""]
            return values[-1]

        method = one("classes")
        cells = one("cells")
        return Selection(
            hierarchy=one("regions"),
            path=parse_path(one("at")),
            level=one("level"),
            cells=int(cells) if cells.isdecimal() and len(cells) <= 2 else None,
            measure=one("measure") or Selection.measure,
            period=one("period"),
            segments=tuple(dict.fromkeys(parse_member(s) for s in params.get("segment") or ())),
            method=method if method in METHODS else Selection.method,
            view=View.parse(one("view")),
            words=tuple((name, one(name)) for name in WORDS if one(name)),
        )

    def focus_on(self, path: Sequence[tuple[str, str]]) -> Selection:
        """Return the selection with another region in focus; what is drawn inside it is decided anew."""
        return replace(self, path=tuple(path), level="", cells=None, view=None)

    def word(self, name: str, default: str = "") -> str:
        """Return what a page asks under a name of `WORDS`."""
        return dict(self.words).get(name, default)

    def say(self, **words: str) -> Selection:
        """Return the selection with other words; an empty one is left out."""
        merged = dict(self.words) | {name.rstrip("_"): text for name, text in words.items()}
        return replace(self, words=tuple((name, merged[name]) for name in WORDS if merged.get(name)))

    @property
    def focus(self) -> dict[str, str]:
        """The region in focus as a filter: level -> region; empty for the whole project."""
        return dict(self.path[-1:])


def quote_text(text: str) -> str:
    """Write a word of a path so that no sign in it parts the path."""
    return quote(text, safe="")


def parse_path(text: str) -> tuple[tuple[str, str], ...]:
    """Read a path: `level:region/level:region`, each word quoted; empty where it is none."""
    steps = [part.partition(":") for part in text.split("/")] if text else []
    if not all(level and colon for level, colon, _ in steps):
        return ()
    return tuple((unquote(level), unquote(region)) for level, _, region in steps)


def member_text(member: str | None) -> str:
    """Write a member; the one without a name has a sign of its own."""
    if member is None:
        return _NONE
    return _ESCAPE + member if member.startswith(_NONE) else member


def parse_member(text: str) -> str | None:
    """Read a member that `member_text` wrote."""
    if text == _NONE:
        return None
    return text.removeprefix(_ESCAPE) if text.startswith(_ESCAPE) else text
