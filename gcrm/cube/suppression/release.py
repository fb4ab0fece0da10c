"""What is given out: the tables that a project declares, checked against its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from gcrm.cube.model import FACTS
from gcrm.cube.model.fact import FINER
from gcrm.errors import SettingsError, near

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from gcrm.cube.model import Measure, Model
    from gcrm.settings import Settings
    from gcrm.settings.release import Release

#: Fact -> the counts that are protected where something is taken from it: who stands behind it, and its events.
COUNTED = {"customer": ("customers",), "prospect": ("prospects",), "order": ("buyers", "orders")}
_COARSER = {finer: fact for fact, finer in FINER.items()}


@dataclass(frozen=True)
class Table:
    """One table that is given out.

    Attributes
    ----------
    number
        Its number, from 1.
    dimensions
        Its dimensions without the period, in order.
    period
        Its period; empty where it counts the whole range of days.
    measures
        What it shows.
    sets
        Names of the sets of tables it belongs to.
    declared
        True where gcrm.toml names it; false for one that is given out where nothing is said.
    """

    number: int
    dimensions: tuple[str, ...]
    period: str
    measures: tuple[str, ...]
    sets: tuple[str, ...]
    declared: bool = True

    @property
    def by(self) -> tuple[str, ...]:
        """Every dimension, the period last."""
        return (*self.dimensions, *([self.period] if self.period else []))

    @property
    def title(self) -> str:
        """Its dimensions in words."""
        return " by ".join([", ".join(self.dimensions) or "total", *([self.period] if self.period else [])])


def tables_of(settings: Settings, model: Model) -> tuple[Table, ...]:
    """Return the tables of a project, each once, whichever sets name it.

    Parameters
    ----------
    settings
        The project's settings.
    model
        What the project can be asked.

    Returns
    -------
    tuple of Table
        The tables, in the order of the file.

    Raises
    ------
    SettingsError
        If `[releases]` names what the model has not, or what cannot be protected.
    """
    found: dict[tuple[frozenset[str], str], Table] = {}
    for name, release in settings.releases.items():
        for word in release.measures:
            _check_measure(name, word, model)
        for dimensions, period in _wanted(name, release, settings, model):
            key = frozenset(dimensions), period
            had = found.get(key, Table(len(found) + 1, dimensions, period, (), (), declared=False))
            measures = tuple(dict.fromkeys([*had.measures, *release.measures]))
            sets, declared = tuple(dict.fromkeys([*had.sets, name])), had.declared or release.tables is not None
            found[key] = Table(had.number, had.dimensions, period, measures, sets, declared)
    return tuple(found.values())


def given_out(con: duckdb.DuckDBPyConnection, settings: Settings, model: Model) -> tuple[Table, ...]:
    """Return the tables that a snapshot gives out: those of the project but for the ones it left out.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    settings, model
        As in `tables_of`.

    Returns
    -------
    tuple of Table
        The tables, in the order of the file.
    """
    numbers = {n for (n,) in con.execute("SELECT table_number FROM cube.release_table").fetchall()}
    return tuple(t for t in tables_of(settings, model) if t.number in numbers)


def facts_of(measure: Measure, model: Model) -> set[str]:
    """Return the facts with people behind them that a measure rests on.

    Parameters
    ----------
    measure
        A measure that may be given out.
    model
        What the project can be asked.

    Returns
    -------
    set of str
        Names of `COUNTED`.
    """
    facts = {_COARSER.get(part.fact, part.fact) for part in model.taken(measure).values()}
    return facts & set(COUNTED)


def _wanted(name: str, release: Release, settings: Settings, model: Model) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the dimensions and the period of each table of a set."""
    if release.tables is None:
        levels = [level for h in settings.hierarchies.values() if not h.overlapping for level in h.levels]
        for period in ("", "year") if levels else ():
            yield from (((level,), period) for level in levels)
            yield (), period
        return
    for i, table in enumerate(release.tables):
        where = f"releases.{name}.tables[{i}]"
        for word in table:
            if word not in model.dimensions:
                _refuse(where, f"there is no dimension '{word}'.{near(word, model.dimensions)}")
            if model.dimensions[word].kind == "area":
                _refuse(where, f"regions of '{word}' overlap; only levels whose regions do not can be given out.")
        periods = [word for word in table if model.dimensions[word].kind == "period"]
        if len(periods) > 1:
            _refuse(where, f"'{periods[0]}' and '{periods[1]}' are both periods; a table has one at most.")
        yield tuple(w for w in table if w not in periods), "".join(periods)


def _check_measure(name: str, word: str, model: Model) -> None:
    """Refuse a measure that could give counts away which are not looked after."""
    where = f"releases.{name}.measures"
    if word not in model.measures:
        _refuse(where, f"there is no measure '{word}'.{near(word, model.measures)}")
    measure = model.measures[word]
    if measure.kind == "calculated":
        _refuse(where, f"'{word}' compares figures with others; give out what it is worked out from.")
    for part in model.taken(measure).values():
        if part.fact in FACTS and _COARSER.get(part.fact, part.fact) not in COUNTED:
            _refuse(where, f"'{word}' is taken from {part.fact}s; nobody counts the people behind them.")
        if part.where or part.over_time == "average" or part.kind in {"minimum", "maximum"}:
            _refuse(where, f"'{word}' is of some records only, or of a single one; it cannot be given out.")


def _refuse(where: str, why: str) -> NoReturn:
    msg = f"gcrm.toml: {where}: {why}"
    raise SettingsError(msg)
