"""What a reader explores: one question to the cube, laid out in rows and columns, as it stands in the address line."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from app.selection import View, member_text, parse_member, parse_path, quote_text
from gcrm.cube.question import Question, Top

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.cube.question import AreaWords, PeriodWord, Totals

#: (dimension, member) one after the other; null is the unknown member.
Trail = tuple[tuple[str, str | None], ...]
Axis = Literal["rows", "across"]
TOTALS = {"none": "No totals", "rollup": "Subtotals", "cube": "All totals"}
#: Between the first and the last day of a period.
_TO = ".."


@dataclass(frozen=True)
class Exploration:
    """One question to the cube and how its answer is laid out. Defaults do not stand in the address line.

    Attributes
    ----------
    measures
        Names of measures, or formulas.
    rows, across
        Dimensions down the side and across the top.
    where
        (dimension, members that count); a filter without members is offered and does not filter yet.
    trail
        Members that were looked into, one after the other.
    period
        `2017`, `2017-Q1`, `2017-03`, `2017-01-01..2017-03-31`, or empty for everything.
    totals, having, top, geography, area
        As in a question.
    drawn
        Which measure the map shows; the first where empty.
    spots
        True where the map shows where it is high or low all around.
    behind
        Members of the cell whose records are listed, then its measure; null where none is opened.
    view
        Where the map stands; null where its places decide.
    """

    measures: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    across: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    trail: Trail = ()
    period: str = ""
    totals: Totals = "none"
    having: tuple[str, ...] = ()
    top: Top | None = None
    geography: str = "as is"
    area: tuple[str, ...] = ()
    drawn: str = ""
    spots: bool = False
    behind: tuple[Trail, str] | None = None
    view: View | None = None

    @property
    def by(self) -> tuple[str, ...]:
        """Every dimension, those of the rows first."""
        return (*self.rows, *self.across)

    @property
    def bare(self) -> Exploration:
        """The exploration without what only one reader sees: the opened cell, the map's measure and position."""
        return replace(self, drawn="", spots=False, behind=None, view=None)

    def question(self) -> Question:
        """Return the question in words; the trail is not in it, because it needs the project's days."""
        return Question(
            measures=self.measures,
            by=self.by,
            where={name: members for name, members in self.where if members},
            period=_period(self.period),
            totals=self.totals if self.by else "none",
            having=self.having,
            top=self.top if self.top and self.top.by in self.by else None,
            geography=self.geography,
            area=tuple(map(area_words, self.area)),
        )

    def put(self, axis: Axis, names: Sequence[str]) -> Exploration:
        """Put other dimensions in the rows or columns; what stood on the other side moves over."""
        other: Axis = "across" if axis == "rows" else "rows"
        left = tuple(name for name in getattr(self, other) if name not in names)
        return replace(self, **cast("dict[str, Any]", {axis: tuple(names), other: left}), behind=None)

    def exchange(self, old: str, new: str) -> Exploration:
        """Put a dimension in the place of another; one that is there already stays where it is."""
        sides = []
        for side in (self.rows, self.across):
            other = self.across if side is self.rows else self.rows
            names = (new if name == old else name for name in side)
            sides.append(tuple(dict.fromkeys(n for n in names if n != new or n not in other)))
        top = replace(self.top, by=new) if self.top and self.top.by == old else self.top
        return replace(self, rows=sides[0], across=sides[1], top=top, behind=None, view=None)

    def to_params(self) -> dict[str, list[str]]:
        """Return the parameters of the address line: name -> values."""
        found: dict[str, list[str]] = {
            "show": list(self.measures),
            "rows": list(self.rows),
            "columns": list(self.across),
            "where": [text for name, members in self.where for text in _filter(name, members)],
            "at": ["/".join(map(step_text, self.trail))] if self.trail else [],
            "period": [self.period] if self.period else [],
            "totals": [self.totals] if self.totals != "none" else [],
            "having": list(self.having),
            **_top_params(self.top),
            "regions": [self.geography] if self.geography != "as is" else [],
            "area": list(self.area),
            "map": [self.drawn] if self.drawn else [],
            "spots": ["yes"] if self.spots else [],
            "behind": ["/".join(map(step_text, self.behind[0])), self.behind[1]] if self.behind else [],
            "view": [str(self.view)] if self.view else [],
        }
        return {name: values for name, values in found.items() if values}

    @staticmethod
    def from_params(params: Mapping[str, Sequence[str]]) -> Exploration:
        """Read an exploration from the address line; what cannot be read falls back to its default.

        Parameters
        ----------
        params
            Name -> values. What the project does not have is dropped later.

        Returns
        -------
        Exploration
            What the address line says.
        """

        def many(name: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(text for text in params.get(name) or () if text))

        def one(name: str) -> str:
            return next(reversed(many(name)), "")

        where: dict[str, tuple[str | None, ...]] = {}
        for text in many("where"):
            name, colon, member = text.partition(":")
            where[name] = (*where.get(name, ()), *([parse_member(member)] if colon else []))
        rows, behind = many("rows"), list(params.get("behind") or ())
        return Exploration(
            measures=many("show"),
            rows=rows,
            across=tuple(name for name in many("columns") if name not in rows),
            where=tuple((name, tuple(dict.fromkeys(members))) for name, members in where.items()),
            trail=parse_trail(one("at")),
            period=one("period"),
            totals=cast("Totals", one("totals")) if one("totals") in TOTALS else "none",
            having=many("having"),
            top=_parse_top(one("top"), one("ranked"), one("end"), one("rest")),
            geography=one("regions") or "as is",
            area=many("area"),
            drawn=one("map"),
            spots=one("spots") == "yes",
            behind=(parse_trail(behind[0]), behind[1]) if len(behind) == 2 else None,
            view=View.parse(one("view")),
        )


def step_text(step: tuple[str, str | None]) -> str:
    """Write a dimension and its member, such as `district:2`."""
    return f"{quote_text(step[0])}:{quote_text(member_text(step[1]))}"


def parse_trail(text: str) -> Trail:
    """Read members one after the other, as `step_text` wrote them between slashes."""
    return tuple((name, parse_member(member)) for name, member in parse_path(text))


def area_words(text: str) -> AreaWords:
    """Read a spatial filter: its words as JSON, or the shape that places lie within as WKT or GeoJSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"within": text}
    return found if isinstance(found, dict) and "type" not in found else {"within": text}


def _filter(name: str, members: tuple[str | None, ...]) -> list[str]:
    return [f"{name}:{member_text(member)}" for member in members] or [name]


def _period(text: str) -> PeriodWord:
    first, dots, last = text.partition(_TO)
    return (first, last) if dots else text or None


def _top_params(top: Top | None) -> dict[str, list[str]]:
    if top is None:
        return {}
    return {
        "top": [f"{top.by}:{top.n}"],
        "ranked": [top.measure] if top.measure else [],
        "end": ["smallest"] if top.smallest else [],
        "rest": [] if top.others else ["no"],
    }


def _parse_top(text: str, measure: str, end: str, rest: str) -> Top | None:
    by, _, number = text.rpartition(":")
    if not (by and number.isdecimal() and 0 < int(number) < 10_000):
        return None
    return Top(int(number), measure, by, others=rest != "no", smallest=end == "smallest")
