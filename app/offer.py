"""What a reader can explore in a project, and an exploration that fits it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from app.exploration import Exploration
from gcrm.cube import operation
from gcrm.maps.choropleth import noun_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.answers import Catalog
    from app.exploration import Trail
    from gcrm.cube.model import Dimension, Model
    from gcrm.cube.suppression.release import Table

_FORMULA = "(+-*/"


@dataclass(frozen=True)
class Offer:
    """What a reader can explore.

    Attributes
    ----------
    catalog
        What the project has to choose from.
    model
        Its measures and dimensions.
    exact
        True for a reader with record rights, who may ask everything.
    tables
        What is given out; all that another reader can ask.
    """

    catalog: Catalog
    model: Model
    exact: bool
    tables: tuple[Table, ...]

    @property
    def measures(self) -> dict[str, str]:
        """Measures that can be asked: name -> title."""
        shown = {name for table in self.tables for name in table.measures}
        return {n: m.title for n, m in self.model.measures.items() if self.exact or n in shown}

    @property
    def dimensions(self) -> dict[str, str]:
        """Dimensions that can be asked: name -> title."""
        shown = {name for table in self.tables for name in table.by}
        return {n: self.title(n) for n in self.model.dimensions if self.exact or n in shown}

    def title(self, name: str) -> str:
        """Return what to call a dimension, or a measure or formula."""
        if name in self.model.dimensions:
            return self.model.dimensions[name].title or noun_of(name)
        return self.model.measures[name].title if name in self.model.measures else name

    def below(self, name: str) -> Dimension | None:
        """Return the dimension that a member is looked into by; null where nothing lies below, or may be asked."""
        found = operation.below(self.model.dimensions[name], self.model)
        return found if found is not None and found.name in self.dimensions else None


def start(offer: Offer) -> Exploration:
    """Return what is shown before anything is asked: revenue by the largest regions and by period.

    Parameters
    ----------
    offer
        What the reader can explore.

    Returns
    -------
    Exploration
        A first question.
    """
    if not offer.exact:
        return of_table(offer.tables[0], offer) if offer.tables else Exploration()
    places = [levels.levels[0] for levels in offer.catalog.hierarchies.values()]
    places += [f"h3_r{resolution}" for resolution in offer.catalog.cells]
    measures = [name for name in ("revenue", "customers") if name in offer.measures]
    several = sum(len(period) == len("2017") for period in offer.catalog.periods) > 1
    period = "year" if several else "quarter"
    return Exploration(tuple(measures[:1]), (*places[:1],) or ("segment",), (period,), totals="cube")


def of_table(table: Table, offer: Offer, measures: Iterable[str] = ()) -> Exploration:
    """Return the question for a table that is given out.

    Parameters
    ----------
    table
        The table.
    offer
        What the reader can explore.
    measures
        Which of its measures; the first one where it has none of them.

    Returns
    -------
    Exploration
        Its dimensions in rows, its period across.
    """
    kept = tuple(name for name in measures if name in table.measures) or table.measures[:1]
    rows, period = table.dimensions, table.period
    if not rows:
        rows, period = (period,) if period else (), ""
    return Exploration(tuple(n for n in kept if n in offer.measures), rows, (period,) if period else ())


def fit(asked: Exploration, offer: Offer) -> tuple[Exploration, tuple[str, ...]]:
    """Fit an exploration to a project and its reader: drop what cannot be asked, and say so.

    Parameters
    ----------
    asked
        What the address line says.
    offer
        What the reader can explore.

    Returns
    -------
    tuple
        What can be asked, and the words that were dropped.
    """
    if not (asked.measures or asked.by) or not (offer.exact or offer.tables):
        return replace(start(offer), view=asked.view), ()
    names = offer.dimensions
    fitted = replace(
        asked,
        measures=tuple(m for m in asked.measures if m in offer.measures or (offer.exact and _is_formula(m))),
        rows=tuple(n for n in asked.rows if n in names),
        across=tuple(n for n in asked.across if n in names),
        where=tuple((n, members) for n, members in asked.where if n in names and _filters(n, offer)),
        trail=_known(asked.trail, offer),
    )
    lost = [w for w in (*asked.measures, *asked.by) if w not in (*fitted.measures, *fitted.by)]
    lost += [n for n, _ in (*asked.where, *asked.trail) if n not in {n for n, _ in (*fitted.where, *fitted.trail)}]
    fitted = replace(fitted, measures=fitted.measures or start(offer).measures)
    if fitted.drawn not in fitted.measures:
        fitted = replace(fitted, drawn="")
    if not _is_geography(fitted.geography):
        fitted, lost = replace(fitted, geography="as is"), [*lost, "regions"]
    return (fitted if offer.exact else _given_out(fitted, offer)), tuple(dict.fromkeys(lost))


def drill(shown: Exploration, dimension: str, member: str | None, offer: Offer) -> Exploration:
    """Look into a member: the level below takes its dimension's place, and only this member counts.

    Parameters
    ----------
    shown
        What is shown.
    dimension, member
        The member; null is the unknown one.
    offer
        What the reader can explore.

    Returns
    -------
    Exploration
        What to show next; the same where nothing lies below.
    """
    finer = offer.below(dimension) if dimension in shown.by else None
    if finer is None:
        return shown
    return replace(shown.exchange(dimension, finer.name), trail=(*shown.trail, (dimension, member)))


def beside(shown: Exploration, level: str, region: str, offer: Offer) -> Exploration:
    """Look into a region that was chosen on the map: one of those shown, or one beside that which was looked into.

    Parameters
    ----------
    shown
        What is shown.
    level, region
        The region.
    offer
        What the reader can explore.

    Returns
    -------
    Exploration
        What to show next; the same where nothing lies below.
    """
    at = next((i for i, (name, _) in enumerate(shown.trail) if name == level), None)
    if at is None:
        return drill(shown, level, region, offer)
    return replace(shown, trail=(*shown.trail[:at], (level, region), *shown.trail[at + 1 :]), behind=None, view=None)


def back(shown: Exploration, steps: int, offer: Offer) -> Exploration:
    """Go back up so that only the first steps of the trail are left.

    Parameters
    ----------
    shown
        What is shown.
    steps
        How many steps are left.
    offer
        What the reader can explore.

    Returns
    -------
    Exploration
        The dimensions that were looked into stand where those below them stood.
    """
    found = shown
    for dimension, _ in reversed(shown.trail[steps:]):
        finer = offer.below(dimension)
        if finer is not None:
            found = found.exchange(finer.name, dimension)
    return replace(found, trail=shown.trail[:steps], behind=None, view=None)


def _is_geography(word: str) -> bool:
    try:
        return word in {"as is", "as was"} or bool(date.fromisoformat(word))
    except ValueError:
        return False


def _is_formula(word: str) -> bool:
    return any(sign in word for sign in _FORMULA)


def _filters(name: str, offer: Offer) -> bool:
    return offer.model.dimensions[name].kind != "period"


def _known(trail: Trail, offer: Offer) -> Trail:
    return tuple(step for step in trail if step[0] in offer.dimensions)


def _given_out(asked: Exploration, offer: Offer) -> Exploration:
    """Keep what a reader without record rights may ask: a table that is given out, whole or some of its members."""
    wanted = set(asked.by)
    table = next((t for t in offer.tables if set(t.by) == wanted), None)
    if table is None:
        return start(offer) if asked.measures[0] not in offer.measures else _nearest(asked, offer)
    measures = tuple(m for m in asked.measures if m in table.measures) or table.measures[:1]
    return replace(asked, measures=measures, having=(), top=None, geography="as is")


def _nearest(asked: Exploration, offer: Offer) -> Exploration:
    """Return the table that shares most dimensions with a question."""
    wanted = set(asked.by)
    table = max(offer.tables, key=lambda t: (len(wanted & set(t.by)), -len(set(t.by) - wanted)))
    return of_table(table, offer, asked.measures)
