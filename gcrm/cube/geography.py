"""Which regions figures are told by: today's, those of each event's day, those of one day, or those of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from gcrm.cube.history import DATED
from gcrm.cube.question import GeographyWord, Scenario
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb

    from gcrm.cube.model import Dimension

_ON = " AND (valid_from IS NULL OR valid_from <= $day) AND (valid_to IS NULL OR $day < valid_to)"


@dataclass(frozen=True)
class Layout:
    """A scenario with its keys resolved.

    Attributes
    ----------
    level, unit
        The level that is laid out anew, and that of its units.
    above
        Levels above `level`, by name.
    units, members
        Key of a unit -> key of its territory, as two lists; null belongs to nobody.
    added
        Identifier of a territory that does not exist today -> its key, a negative number.
    complete
        True where every unit of today is named.
    """

    level: Dimension
    unit: Dimension
    above: tuple[str, ...]
    units: tuple[int, ...]
    members: tuple[int | None, ...]
    added: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False


@dataclass(frozen=True)
class Geography:
    """Which version of the regions a question is answered by.

    Attributes
    ----------
    kind
        `is` (today's), `was` (valid on the day of the event; for a stock, the day it is counted), `on` (valid on
        `day`) or `if` (a scenario).
    day
        The day of `on`.
    layout
        The scenario of `if`.
    """

    kind: Literal["is", "was", "on", "if"] = "is"
    day: date | None = None
    layout: Layout | None = None

    @property
    def is_dated(self) -> bool:
        """True where regions of other days than today count."""
        return self.kind in {"was", "on"}

    def key(self, con: duckdb.DuckDBPyConnection, level: str, region_id: str) -> int | None:
        """Return the key by which answers name a region.

        Parameters
        ----------
        con
            Connection with a snapshot attached.
        level, region_id
            Name of the level, and identifier of the region.

        Returns
        -------
        int
            The key; null where this geography has no such region.
        """
        return self.keys(con, level, (region_id,)).get(region_id)

    def keys(self, con: duckdb.DuckDBPyConnection, level: str, region_ids: Collection[str]) -> dict[str, int]:
        """Return the keys by which answers name regions.

        Parameters
        ----------
        con
            Connection with a snapshot attached.
        level, region_ids
            Name of the level, and identifiers of its regions.

        Returns
        -------
        dict
            Identifier -> key; a region that this geography does not have is missing.
        """
        values: dict[str, Any] = {"level": level, "ids": list(region_ids)}
        table, when = "cube.region_version" if self.is_dated else "cube.current_region", ""
        if self.kind == "on":
            when, values["day"] = _ON, self.day
        key = "member_key" if self.is_dated else "region_key"
        text = f"SELECT region_id, {key} FROM {table} WHERE level = $level AND list_contains($ids, region_id){when}"
        added = self.layout.added if self.layout and level == self.layout.level.name else {}
        return dict(con.execute(text, values).fetchall()) | {i: added[i] for i in region_ids if i in added}

    def ids(self, con: duckdb.DuckDBPyConnection, level: str) -> list[str]:
        """Return the identifiers of a level that this geography may know, for a message.

        Parameters
        ----------
        con
            Connection with a snapshot attached.
        level
            Name of the level.

        Returns
        -------
        list of str
            Identifiers of all days where regions of other days than today count.
        """
        table = "cube.region_version" if self.is_dated else "cube.current_region"
        found = con.execute(f"SELECT DISTINCT region_id FROM {table} WHERE level = $level", {"level": level})
        added = self.layout.added if self.layout and self.layout.level.name == level else ()
        return [*(i for (i,) in found.fetchall()), *added]


#: The geography of a question that does not say another.
TODAY = Geography()


def geography_of(con: duckdb.DuckDBPyConnection, word: GeographyWord, known: Mapping[str, Dimension]) -> Geography:
    """Read which regions a question is told by.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    word
        `as is`, `as was`, a day, or a scenario.
    known
        Every dimension by name.

    Returns
    -------
    Geography
        With its keys resolved; today's where no region is dated, because then every day's are the same.

    Raises
    ------
    QueryError
        If the word is none of these, or a scenario names what is not there.
    """
    if isinstance(word, Mapping):
        word = _scenario(word)
    if isinstance(word, Scenario):
        return Geography("if", layout=_layout(con, word, known))
    found = _parsed(word)
    row = con.execute(DATED).fetchone() if found.is_dated else None
    return found if row and row[0] else Geography()


def _scenario(words: Mapping[str, Any]) -> Scenario:
    """Read a scenario as JSON holds it."""
    assign = words.get("assign")
    if set(words) != {"level", "unit", "assign"} or not isinstance(assign, Mapping):
        msg = "geography: a scenario says 'level', 'unit' and 'assign': unit -> territory, or null for nobody."
        raise QueryError(msg)
    return Scenario(str(words["level"]), str(words["unit"]), assign)


def _parsed(word: str | date) -> Geography:
    if isinstance(word, date):
        return Geography("on", word)
    plain = word.strip().lower().replace("-", " ").replace("_", " ")
    if plain in {"as is", "as was"}:
        return Geography("was" if plain == "as was" else "is")
    try:
        return Geography("on", date.fromisoformat(word.strip()))
    except ValueError:
        msg = f"geography: '{word}' is none. Write 'as is', 'as was', a day such as 2017-03-31, or give a Scenario."
        raise QueryError(msg) from None


def _layout(con: duckdb.DuckDBPyConnection, scenario: Scenario, known: Mapping[str, Dimension]) -> Layout:
    """Resolve the words of a scenario."""
    level, unit = (_level(name, known) for name in (scenario.level, scenario.unit))
    if level == unit or (level.hierarchy == unit.hierarchy and unit.depth < level.depth):
        msg = f"geography: '{unit.name}' cannot be the units of '{level.name}'; name a smaller level."
        raise QueryError(msg)
    today = Geography()
    added: dict[str, int] = {}
    units, members = [], []
    for name, territory in scenario.assign.items():
        key = today.key(con, unit.name, name)
        if key is None:
            msg = f"geography: there is no {unit.name} '{name}' today.{near(name, today.ids(con, unit.name))}"
            raise QueryError(msg)
        units.append(key)
        members.append(None if territory is None else _territory(con, level.name, territory, added))
    row = con.execute("SELECT count(*) FROM cube.current_region WHERE level = $level", {"level": unit.name}).fetchone()
    above = tuple(d.name for d in known.values() if d.hierarchy == level.hierarchy and d.depth < level.depth)
    complete = row is not None and row[0] == len(set(units))
    return Layout(level, unit, above, tuple(units), tuple(members), added, complete)


def _level(name: str, known: Mapping[str, Dimension]) -> Dimension:
    if name not in known or known[name].kind != "region":
        levels = [d.name for d in known.values() if d.kind == "region"]
        msg = f"geography: '{name}' is no level whose regions can be laid out anew.{near(name, levels)}"
        raise QueryError(msg)
    return known[name]


def _territory(con: duckdb.DuckDBPyConnection, level: str, region_id: str, added: dict[str, int]) -> int:
    """Return the key of a territory; one that does not exist today gets a new, negative one."""
    key = Geography().key(con, level, region_id)
    return key if key is not None else added.setdefault(region_id, -1 - len(added))
