"""A fact as cuboids are made of it: its records with every dimension and everything that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.compile.base import column
from gcrm.cube.compile.parameters import Parameters
from gcrm.cube.cuboid.column import column_of, is_kept, needs_proof
from gcrm.cube.cuboid.located import held, over_records, table_of
from gcrm.cube.model import FACTS, Dimension, Measure, Model
from gcrm.cube.model.expression import write
from gcrm.cube.model.fact import FINER, JOINS, PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

quote = sql.identifier
#: Columns that cuboids have, or that stand beside dimensions while they are made: a level of that name is left out.
_TAKEN = {"thing", "things", "prev", "records", "begins", "ends", "since", "until", "location_id"}


@dataclass(frozen=True)
class Source:
    """A fact whose cuboids are built.

    Attributes
    ----------
    name
        Its name.
    measures
        Column of a cuboid -> a measure that it holds.
    members
        Dimension -> SQL of a record's member, over `f`, the fact, `p`, its path, and what is joined.
    chains
        Names of dimensions that are levels of one hierarchy, the largest first.
    of_place
        Dimensions that follow from the place of a record.
    cells
        Those of them that are cells.
    beyond
        Where it answers for another fact, attributes that only it knows.
    parts
        Column of a cuboid, after `v_` (value) or `k_` (condition) -> SQL over the same.
    values
        Values of their parameters.
    located
        Columns from beside its records that are kept with them; see `gcrm.cube.materialise.located`.
    """

    name: str
    measures: Mapping[str, Measure]
    members: Mapping[str, str]
    chains: tuple[tuple[str, ...], ...]
    of_place: frozenset[str]
    cells: frozenset[str]
    beyond: frozenset[str]
    parts: Mapping[str, str]
    values: Mapping[str, Any]
    located: frozenset[str] = frozenset()

    @property
    def is_stock(self) -> bool:
        """True where its records are counted by since and until."""
        return not FACTS[self.name].day

    @property
    def counted(self) -> dict[str, Measure]:
        """Column -> a measure that counts different things."""
        return {made: m for made, m in self.measures.items() if needs_proof(m)}

    def thing(self, made: str) -> str:
        """Return the SQL of what a record counts as, over `records`; null where it does not count."""
        value, keep = quote(f"v_{made}"), quote(f"k_{made}")
        return f"CASE WHEN {keep} THEN {value} END" if f"k_{made}" in self.parts else value

    def records(self, dimensions: Iterable[str], figures: Iterable[str]) -> str:
        """Select its records with what is needed of them.

        Parameters
        ----------
        dimensions
            Names of dimensions.
        figures
            Columns of cuboids.

        Returns
        -------
        str
            A SELECT of `location_id`, `day` (of a stock `since` and `until`), dimensions, and parts of figures.
        """
        fact, wanted = FACTS[self.name], list(dimensions)
        picks = ["f.location_id", *([f"{fact.day} AS day"] if fact.day else ["f.since", "f.until"])]
        picks += [f"{self.members[d]} AS {quote(d)}" for d in wanted]
        parts = (f"{letter}_{made}" for made in figures for letter in "vk")
        picks += [f"{self.parts[part]} AS {quote(part)}" for part in parts if part in self.parts]
        where = f" WHERE {fact.day} IS NOT NULL" if fact.day else ""
        text = ", ".join(picks)
        if held(text, self.located):
            return f"SELECT {over_records(text)} FROM {table_of(self.name)} AS f{where}"
        known = [JOINS[join] for d in wanted if d in fact.attributes and (join := fact.attributes[d].join)]
        joins = [PATH, *known] if self.of_place.intersection(wanted) else known
        return f"SELECT {text} FROM {' '.join([f'{fact.table} AS f', *dict.fromkeys(joins)])}{where}"

    def used(self, text: str, **more: Any) -> dict[str, Any]:
        """Return the values of the parameters that a statement names."""
        return Parameters({**self.values, **more}).used(text)


def source_of(model: Model, name: str) -> Source:
    """Gather what the cuboids of a fact can hold.

    Parameters
    ----------
    model
        What the project can be asked.
    name
        Name of the fact.

    Returns
    -------
    Source
        Its dimensions, measures and records.
    """
    fact, given = FACTS[name], Parameters()
    dimensions = [d for d in model.dimensions.values() if _is_held(model, name, d)]
    measures = {column_of(m): m for m in model.measures.values() if _is_of(name, m)}
    parts: dict[str, str] = {}
    for made, m in measures.items():
        found = {f"v_{made}": m.of, f"k_{made}": m.where}
        parts |= {part: write(text, fact.columns, given.add) for part, text in found.items() if text}
    chains: dict[str, list[str]] = {}
    for d in sorted(dimensions, key=lambda d: d.depth):
        # One resolution of cells is no part of another: each stands alone.
        chains.setdefault(d.hierarchy if d.hierarchy and d.kind != "cell" else f"={d.name}", []).append(d.name)
    return Source(
        name,
        measures,
        {d.name: _member(name, d, given) for d in dimensions},
        tuple(tuple(c) for c in chains.values()),
        frozenset(d.name for d in dimensions if d.kind in {"region", "cell"}),
        frozenset(d.name for d in dimensions if d.kind == "cell"),
        frozenset(d.name for d in dimensions if d.kind == "attribute" and _is_beyond(model, name, d)),
        parts,
        given.values,
    )


def _is_held(model: Model, fact: str, dimension: Dimension) -> bool:
    if dimension.name in _TAKEN:
        return False
    return dimension.kind in {"region", "cell"} or (dimension.kind == "attribute" and model.knows(fact, dimension))


def _is_beyond(model: Model, fact: str, dimension: Dimension) -> bool:
    return any(finer == fact and not model.knows(coarser, dimension) for coarser, finer in FINER.items())


def _member(fact: str, dimension: Dimension, given: Parameters) -> str:
    attribute = dimension.kind == "attribute"
    return column(FACTS[fact], dimension, given) if attribute else f"p.{quote(dimension.name)}"


def _is_of(fact: str, measure: Measure) -> bool:
    """Say whether a fact's cuboids hold a measure: its own, and of the lines what they can answer for an order."""
    if not (measure.is_taken and is_kept(measure)):
        return False
    return measure.fact == fact or (measure.is_of_lines and FINER.get(measure.fact) == fact)
