"""Conditions of roads by day and hour: which of them hold at a time, and what they make of each arc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DayType = Literal["weekday", "saturday", "sunday"]
_DAYS: tuple[DayType, ...] = get_args(DayType)
_WEEKEND = ("saturday", "sunday")


@dataclass(frozen=True)
class When:
    """A time on the roads.

    Attributes
    ----------
    day_type
        weekday, saturday or sunday; empty in free flow.
    hour
        Hour of the day, 0 to 23; null in free flow: only what holds at every hour of every day counts then.
    """

    day_type: str = ""
    hour: int | None = None

    @property
    def words(self) -> str:
        """The time as a person says it."""
        return "free flow" if self.hour is None else f"{self.day_type}, {self.hour:02}:00"


def when(day_type: str | None = None, hour: int | None = None) -> When:
    """Check a time on the roads.

    Parameters
    ----------
    day_type
        weekday, saturday or sunday; a weekday where only the hour is given.
    hour
        Hour of the day, 0 to 23; null is free flow.

    Returns
    -------
    When
        The time.

    Raises
    ------
    QueryError
        If there is no such day or hour, or a day is given without an hour.
    """
    if day_type is not None and day_type not in _DAYS:
        msg = f"day_type is {', '.join(_DAYS)}; found '{day_type}'.{near(str(day_type), _DAYS)}"
        raise QueryError(msg)
    if hour is None:
        if day_type is not None:
            msg = "A day_type needs an hour (0 to 23) beside it; without both, roads are travelled in free flow."
            raise QueryError(msg)
        return When()
    if isinstance(hour, bool) or not isinstance(hour, int) or not 0 <= hour <= 23:
        msg = f"hour is a whole number from 0 to 23; found {hour!r}."
        raise QueryError(msg)
    return When(day_type or "weekday", hour)


@dataclass(frozen=True)
class Condition:
    """One condition of roads.

    Attributes
    ----------
    road_id, road_class
        The road, or the class; null for all.
    day_type
        weekday, saturday, sunday or weekend; null is every day.
    from_hour, to_hour
        First hour of the day, and first hour no longer.
    speed_kmh, speed_share
        Speed of cars, or the share of the usual one; null where it says neither.
    closed
        True where nobody may pass.
    all_day
        True where it holds at every hour of every day.
    """

    road_id: str | None
    road_class: str | None
    day_type: str | None
    from_hour: int
    to_hour: int
    speed_kmh: float | None
    speed_share: float | None
    closed: bool
    all_day: bool

    def holds(self, time: When) -> bool:
        """Say whether it holds at a time."""
        if time.hour is None:
            return self.all_day
        days = _WEEKEND if self.day_type == "weekend" else (self.day_type,)
        if self.day_type is not None and time.day_type not in days:
            return False
        if self.from_hour < self.to_hour:
            return self.from_hour <= time.hour < self.to_hour
        return time.hour >= self.from_hour or time.hour < self.to_hour

    @property
    def rank(self) -> tuple[int, int, int]:
        """How particular it is: of several the most particular counts, a road before its class, a day before all."""
        hours = (self.to_hour - self.from_hour) % 24 or 24
        day = 0 if self.day_type is None else 1 if self.day_type in {"weekday", "weekend"} else 2
        return (2 if self.road_id is not None else 1 if self.road_class is not None else 0, day, -hours)


@dataclass(frozen=True)
class Traffic:
    """What conditions make of arcs at a time.

    Attributes
    ----------
    speed_kmh
        Speed of cars; NaN where no condition gives one.
    share
        Share of the usual speed; 1 where no condition says.
    closed
        True where nobody may pass.
    told
        True where a condition says how fast cars are.
    """

    speed_kmh: NDArray[np.float64]
    share: NDArray[np.float64]
    closed: NDArray[np.bool_]
    told: NDArray[np.bool_]


def traffic(conditions: Iterable[Condition], roads: NDArray[Any], classes: NDArray[Any], time: When) -> Traffic:
    """Apply conditions to arcs.

    Parameters
    ----------
    conditions
        Conditions of roads.
    roads, classes
        Identifier and class of each arc's road.
    time
        When.

    Returns
    -------
    Traffic
        Of several speeds for one arc the most particular counts; one closure suffices.
    """
    count = len(roads)
    found = Traffic(np.full(count, np.nan), np.ones(count), np.zeros(count, bool), np.zeros(count, bool))
    holding = sorted((c for c in conditions if c.holds(time)), key=lambda c: c.rank)
    places = _places(roads) if any(c.road_id is not None for c in holding) else {}
    for condition in holding:
        where: Any = slice(None)
        if condition.road_id is not None:
            where = places.get(condition.road_id, [])
        elif condition.road_class is not None:
            where = classes == condition.road_class
        if condition.closed:
            found.closed[where] = True
        if condition.speed_kmh is not None or condition.speed_share is not None:
            found.speed_kmh[where] = np.nan if condition.speed_kmh is None else condition.speed_kmh
            found.share[where] = condition.speed_share or 1.0
            found.told[where] = True
    return found


def _places(roads: NDArray[Any]) -> dict[str, list[int]]:
    """Return where each road stands among the arcs."""
    found: dict[str, list[int]] = {}
    for i, road in enumerate(roads.tolist()):
        found.setdefault(road, []).append(i)
    return found
