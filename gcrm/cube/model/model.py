"""The whole model of a project: what comes with every project, and what its gcrm.toml declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from gcrm.cube.model import expression, formula
from gcrm.cube.model.dimension import Dimension, dimensions
from gcrm.cube.model.fact import FACTS, Attribute, Fact
from gcrm.cube.model.measure import Measure
from gcrm.cube.model.standard import MEASURES
from gcrm.errors import QueryError, SettingsError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.settings import Settings
    from gcrm.settings.cube import DeclaredMeasure


@dataclass(frozen=True)
class Model:
    """What a project can be asked.

    Attributes
    ----------
    measures
        Every measure by name, in the order in which they are offered.
    dimensions
        Every dimension by name.
    fiscal_year_starts
        Month in which the fiscal year begins; a fiscal year has the name of the calendar year in which it ends.
    """

    measures: Mapping[str, Measure]
    dimensions: Mapping[str, Dimension]
    fiscal_year_starts: int

    def measure(self, word: str) -> Measure:
        """Return a measure by its name, or the calculated measure that a formula says.

        Raises
        ------
        QueryError
            If there is no such measure, or the formula cannot be worked out.
        """
        if word in self.measures:
            return self.measures[word]
        if not any(c in word for c in "(+-*/"):
            msg = f"There is no measure '{word}'.{near(word, self.measures)}"
            raise QueryError(msg)
        return self._calculated(word, word, word)

    def levels(self, hierarchy: str) -> list[Dimension]:
        """Return the levels of a hierarchy, the largest first."""
        return sorted((d for d in self.dimensions.values() if d.hierarchy == hierarchy), key=lambda d: d.depth)

    def parent(self, dimension: Dimension) -> Dimension | None:
        """Return the level above, or null at the top and where there is no hierarchy."""
        above = [d for d in self.levels(dimension.hierarchy) if dimension.hierarchy and d.depth < dimension.depth]
        return above[-1] if above else None

    def children(self, dimension: Dimension) -> Dimension | None:
        """Return the level below, or null at the bottom and where there is no hierarchy."""
        below = [d for d in self.levels(dimension.hierarchy) if dimension.hierarchy and d.depth > dimension.depth]
        return below[0] if below else None

    def attribute(self, fact: Fact, dimension: Dimension) -> Attribute | None:
        """Return where a fact has the member of an attribute that is not declared; null where it has none."""
        return fact.attributes.get(dimension.name)

    def knows(self, fact: str, dimension: Dimension) -> bool:
        """Say whether a fact knows the members of an attribute."""
        return fact in dimension.facts if dimension.of else dimension.name in FACTS[fact].attributes

    def taken(self, measure: Measure) -> dict[str, Measure]:
        """Return the measures that a measure is worked out from, by name: itself where it is taken from a fact."""
        if measure.is_taken:
            return {measure.name: measure}
        names = [measure.numerator, measure.denominator] if measure.kind == "ratio" else self._figures(measure)
        return {name: m for n in names for name, m in self.taken(self.measures[n]).items()}

    def _figures(self, measure: Measure) -> list[str]:
        return [f.measure for f in formula.figures(measure.formula)] if measure.formula else []

    def _calculated(self, name: str, title: str, text: str) -> Measure:
        """Make a calculated measure of a formula."""
        term = formula.parse(text, self.measures)
        unit = formula.named_unit(text) or formula.unit_of(term, {n: m.unit for n, m in self.measures.items()})
        return Measure(name, title, "calculated", unit, f"Worked out as {text}.", formula=term)  # type: ignore[arg-type]


def model_of(settings: Settings) -> Model:
    """Return the model of a project.

    Parameters
    ----------
    settings
        The project's settings.

    Returns
    -------
    Model
        Measures and dimensions.

    Raises
    ------
    SettingsError
        If `[cube]` declares what cannot be worked out; the message says where.
    """
    known = dimensions(settings)
    for name in settings.cube.measures:
        if name in known or name in MEASURES:
            _refuse(f"measures.{name}", "the word is taken; choose another name.")
    model = Model(MEASURES, known, settings.cube.fiscal_year_starts)
    for name, dimension in settings.cube.dimensions.items():
        for fact in dimension.facts:
            _checked(f"dimensions.{name}.of", dimension.of, FACTS[fact], "")
    for name, declared in settings.cube.measures.items():
        model = Model({**model.measures, name: _measure(model, name, declared)}, known, model.fiscal_year_starts)
    return model


def _measure(model: Model, name: str, declared: DeclaredMeasure) -> Measure:
    """Make a measure of what gcrm.toml says of it; it may rest on those that stand above it."""
    title, where = declared.title or name.replace("_", " ").capitalize(), f"measures.{name}"
    if declared.kind == "calculated":
        try:
            made = model._calculated(name, title, declared.formula)  # noqa: SLF001 - the model's own module
        except QueryError as error:
            _refuse(f"{where}.formula", error)
        return made if not declared.unit else Measure(**{**vars(made), "unit": declared.unit})
    for key in ("numerator", "denominator"):
        part = getattr(declared, key)
        if part and (part not in model.measures or not model.measures[part].is_taken):
            taken = [n for n, m in model.measures.items() if m.is_taken]
            _refuse(f"{where}.{key}", f"there is no such measure '{part}'.{near(part, taken)}")
    if declared.fact:
        wanted = {"of": "" if declared.kind == "distinct" else "number", "where": "truth", "weight": "number"}
        for key, kind in wanted.items():
            _checked(f"{where}.{key}", getattr(declared, key), FACTS[declared.fact], kind)
    words = declared.help or f"Declared by the project: {declared.kind} of {declared.of or declared.fact or name}."
    return Measure(
        name,
        title,
        declared.kind,
        declared.unit or ("count" if declared.kind == "distinct" else "number"),
        words,
        **{key: getattr(declared, key) for key in ("fact", "of", "where", "weight", "quantile", "over_time")},
        numerator=declared.numerator,
        denominator=declared.denominator,
    )


def _checked(where: str, text: str, fact: Fact, wanted: str) -> None:
    if not text:
        return
    try:
        found = expression.kind_of(text, fact.columns)
    except QueryError as error:
        _refuse(where, error)
    if wanted and found != wanted:
        words = {"truth": "a condition, such as 'amount > 5'", "number": "a number"}
        _refuse(where, f"'{text}' gives {words.get(found, found)}; {words[wanted]} is needed here.")


def _refuse(where: str, why: object) -> NoReturn:
    msg = f"gcrm.toml: cube.{where}: {why}"
    raise SettingsError(msg)
