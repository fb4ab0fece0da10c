"""What a project adds to the model of its cube."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gcrm.settings.words import Strict, Word

FactName = Literal["customer", "prospect", "order", "order_line", "interaction"]
#: Keys that a kind of measure needs; those of other kinds must not stand there.
_NEEDED: dict[str, tuple[str, ...]] = {
    "additive": ("fact", "of"),
    "semi-additive": ("fact",),
    "distinct": ("fact",),
    "ratio": ("numerator", "denominator"),
    "mean": ("fact", "of"),
    "median": ("fact", "of"),
    "percentile": ("fact", "of", "quantile"),
    "minimum": ("fact", "of"),
    "maximum": ("fact", "of"),
    "calculated": ("formula",),
}
_OF_FACTS = ("fact", "of", "where", "weight", "quantile", "over_time")
_STOCKS = ("customer", "prospect")


class DeclaredMeasure(Strict):
    """`[cube.measures.NAME]`: a figure that the project adds.

    Attributes
    ----------
    kind
        How it adds.
    title, help
        Name to show, and its meaning in one sentence.
    unit
        What it is in; `count` for distinct ones and `number` for others where absent.
    fact
        What it is taken from.
    of
        Expression over the fact's columns: what is summed, averaged or counted once; absent counts records.
    where
        Expression over the fact's columns: only records for which it holds count.
    weight
        Expression that a mean is weighted by.
    quantile
        Share of records below a percentile.
    over_time
        What a stock is over several months: the `last`, or the `average` of the month ends.
    numerator, denominator
        Measures a ratio is made of.
    formula
        Arithmetic over measures, and what compares a figure with others.
    """

    kind: Literal[
        "additive",
        "semi-additive",
        "distinct",
        "ratio",
        "mean",
        "median",
        "percentile",
        "minimum",
        "maximum",
        "calculated",
    ]
    title: str = ""
    help: str = ""
    unit: Literal["", "count", "currency", "share", "number"] = ""
    fact: FactName | Literal[""] = ""
    of: str = ""
    where: str = ""
    weight: str = ""
    quantile: Annotated[float, Field(gt=0, lt=1)] = 0.5
    over_time: Literal["last", "average"] = "last"
    numerator: str = ""
    denominator: str = ""
    formula: str = ""

    @model_validator(mode="after")
    def _kind_has_its_keys(self) -> Self:
        said = self.model_fields_set
        needed = _NEEDED[self.kind]
        missing = [key for key in needed if not getattr(self, key) or key not in said]
        if missing:
            msg = f"a measure of kind '{self.kind}' needs '{missing[0]}'"
            raise ValueError(msg)
        allowed = {*needed, *(_OF_FACTS if "fact" in needed else ())}
        # A snapshot keeps every key with its value: one that says nothing else than its default is not said.
        said = {key for key in said if getattr(self, key) != type(self).model_fields[key].default}
        wrong = sorted(said & {*_OF_FACTS, "numerator", "denominator", "formula"} - allowed)
        if wrong:
            msg = f"a measure of kind '{self.kind}' has no '{wrong[0]}'"
            raise ValueError(msg)
        if self.kind == "semi-additive" and self.fact not in _STOCKS:
            msg = f"only {' and '.join(_STOCKS)} are stocks; '{self.fact}' happens on a day"
            raise ValueError(msg)
        if self.over_time == "average" and self.kind != "semi-additive":
            msg = f"only a 'semi-additive' measure is averaged over time, not one of kind '{self.kind}'"
            raise ValueError(msg)
        return self


class DeclaredDimension(Strict):
    """`[cube.dimensions.NAME]`: an attribute that the project adds.

    Attributes
    ----------
    of
        Expression over the columns of `facts`; its value is the member.
    facts
        Facts that have those columns.
    title
        Name to show.
    """

    of: str = Field(min_length=1)
    facts: tuple[FactName, ...] = Field(min_length=1)
    title: str = ""


class Cube(Strict):
    """`[cube]`: what the project adds to the model.

    Attributes
    ----------
    space_mb
        Most megabytes that aggregates kept ready (cuboids) may take; 0 keeps none, and no records with their regions.
    cuboids_from
        Facts with fewer records have neither: they are read in about a tenth of a second.
    fiscal_year_starts
        Month in which the fiscal year begins, 1 to 12; it has the name of the calendar year in which it ends.
    measures
        Measures by name, in the order in which they are offered; one may rest on those above it.
    dimensions
        Attributes by name.
    """

    space_mb: Annotated[int, Field(ge=0)] = 256
    cuboids_from: Annotated[int, Field(ge=0)] = 2_000_000
    fiscal_year_starts: Annotated[int, Field(ge=1, le=12)] = 1
    measures: dict[Word, DeclaredMeasure] = Field(default_factory=dict)
    dimensions: dict[Word, DeclaredDimension] = Field(default_factory=dict)
