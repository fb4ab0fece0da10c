"""Formulas of calculated measures: arithmetic over measures, and what compares a figure with others.

A formula is parsed and taken apart into terms; nothing of its text ever reaches a statement.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias

import sqlglot
from sqlglot import exp

from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gcrm.cube.model.measure import Measure

Place = Literal["own", "parent", "total"]
Time = Literal["own", "previous", "year_before", "to_date", "year_to_date"]


@dataclass(frozen=True)
class Frame:
    """Which records a figure is of, seen from the row that it stands in.

    Attributes
    ----------
    place
        `own`: of the row's members; `parent`: of the region above (where there is none, of all members of the last
        dimension); `total`: of all members of every dimension but periods. Always of what the filters leave.
    time
        `own`; `previous`: the period before; `year_before`: the same period a year earlier; `to_date`: from the
        question's first day to the end of the row's period; `year_to_date`: from the first day of its calendar year.
    """

    place: Place = "own"
    time: Time = "own"


OWN = Frame()


@dataclass(frozen=True)
class Number:
    """A constant.

    Attributes
    ----------
    value
        The number.
    """

    value: float


@dataclass(frozen=True)
class Figure:
    """A measure as it is in a frame.

    Attributes
    ----------
    measure
        Name of the measure.
    frame
        Which records it is of.
    """

    measure: str
    frame: Frame = OWN


@dataclass(frozen=True)
class Sum:
    """Two terms joined by `+`, `-`, `*` or `/`; a division by zero is unknown.

    Attributes
    ----------
    operator
        The sign.
    left, right
        The terms.
    """

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Rank:
    """Place of a figure among the rows of its period, 1 is the largest; equal figures share a rank.

    Attributes
    ----------
    of
        The figure.
    """

    of: Figure


Term: TypeAlias = "Number | Figure | Sum | Rank"


def _over(measure: str, frame: Frame, factor: float = 1) -> Term:
    quotient = Sum("/", Figure(measure), Figure(measure, frame))
    return quotient if factor == 1 else Sum("*", Number(factor), quotient)


def _growth(measure: str, frame: Frame) -> Term:
    return Sum("-", _over(measure, frame), Number(1))


def _quotient(measure: str, base: str) -> Term:
    own = Sum("/", Figure(measure), Figure(base))
    return Sum("/", own, Sum("/", Figure(measure, Frame("total")), Figure(base, Frame("total"))))


@dataclass(frozen=True)
class Function:
    """What a formula can say of measures.

    Attributes
    ----------
    make
        Makes the term from the names of the measures.
    measures
        How many it takes.
    unit
        What the result of the function alone is in; empty for that of the measure.
    help
        Its exact meaning, in one sentence.
    adds
        True where the measure must be one whose parts make up the whole (no mean, median or ratio).
    flows
        True where the measure must not be a stock.
    """

    make: Callable[..., Term]
    measures: int
    unit: str
    help: str
    adds: bool = False
    flows: bool = False


FUNCTIONS: dict[str, Function] = {
    "share_of_parent": Function(
        lambda m: _over(m, Frame("parent")), 1, "share", "Share of the region above.", adds=True
    ),
    "share_of_total": Function(
        lambda m: _over(m, Frame("total")), 1, "share", "Share of everything that the filters leave.", adds=True
    ),
    "index": Function(
        lambda m: _over(m, Frame("parent"), 100), 1, "number", "The region above is 100; for ratios and means."
    ),
    "change": Function(
        lambda m: Sum("-", Figure(m), Figure(m, Frame(time="previous"))), 1, "", "More than in the period before."
    ),
    "growth": Function(
        lambda m: _growth(m, Frame(time="previous")), 1, "share", "Change against the period before, as a share of it."
    ),
    "previous": Function(lambda m: Figure(m, Frame(time="previous")), 1, "", "The figure of the period before."),
    "year_before": Function(lambda m: Figure(m, Frame(time="year_before")), 1, "", "The figure a year earlier."),
    "year_over_year": Function(
        lambda m: _growth(m, Frame(time="year_before")), 1, "share", "Change against a year earlier, as a share of it."
    ),
    "running_total": Function(
        lambda m: Figure(m, Frame(time="to_date")),
        1,
        "",
        "From the first day of the question to the end of the row's period; different things count once.",
        flows=True,
    ),
    "year_to_date": Function(
        lambda m: Figure(m, Frame(time="year_to_date")),
        1,
        "",
        "From the first day of the calendar year to the end of the row's period; different things count once.",
        flows=True,
    ),
    "rank": Function(lambda m: Rank(Figure(m)), 1, "number", "1 is the largest of the same period; equals share it."),
    "location_quotient": Function(
        _quotient,
        2,
        "number",
        "Share of the first measure in the second, over the same share of everything.",
        adds=True,
    ),
}
#: What a formula is written with: no quotes, no comments, no second statement.
_TEXT = re.compile(r"(?!.*(?:--|/\*))[A-Za-z0-9_\s.,+*/()-]{1,1000}", re.DOTALL)
#: How many brackets and signs may stand inside each other.
_DEEPEST = 30
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


def parse(text: str, measures: Mapping[str, Measure]) -> Term:
    """Take a formula apart.

    Parameters
    ----------
    text
        Such as `share_of_parent(revenue)` or `revenue / customers`.
    measures
        Measures that it may name.

    Returns
    -------
    Term
        What the formula says.

    Raises
    ------
    QueryError
        If it is no formula, or says anything but arithmetic, numbers, measures and `FUNCTIONS`.
    """
    try:
        tree = sqlglot.parse_one(text, read="duckdb") if _TEXT.fullmatch(text) else None
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        tree = None
    if tree is None:
        msg = f"'{text}' is no formula. Write arithmetic over measures, such as 'revenue / customers'."
        raise QueryError(msg)
    reading = _Reading(text, measures)
    if max(node.depth for node in tree.walk()) > _DEEPEST:
        reading.refuse("it is nested too deeply; declare parts of it as measures.")
    return reading.term(tree)


@dataclass(frozen=True)
class _Reading:
    """A formula on its way into terms."""

    text: str
    measures: Mapping[str, Measure]

    def term(self, node: exp.Expr) -> Term:
        """Return the term of a node."""
        if isinstance(node, exp.Paren):
            return self.term(node.this)
        if isinstance(node, exp.Literal) and not node.is_string:
            if not math.isfinite(float(node.this)):
                self.refuse(f"'{node.this}' is too large a number.")
            return Number(float(node.this))
        if isinstance(node, exp.Neg):
            return Sum("-", Number(0), self.term(node.this))
        if type(node) in _ARITHMETIC:
            return Sum(_ARITHMETIC[type(node)], self.term(node.this), self.term(node.args["expression"]))
        if isinstance(node, exp.Column) and not node.table:
            return Figure(self.measure(node).name)
        return self.call(node)

    def call(self, node: exp.Expr) -> Term:
        """Return the term of a function, which holds measures only."""
        name = _name(node)
        if name not in FUNCTIONS:
            self.refuse(f"'{node.sql(dialect='duckdb')}' means nothing in it.{near(name, FUNCTIONS)}")
        words = node.expressions if isinstance(node, exp.Anonymous) else [v for v in node.args.values() if v]
        words = [w for word in words for w in (word if isinstance(word, list) else [word])]
        function = FUNCTIONS[name]
        if len(words) != function.measures or not all(isinstance(w, exp.Column) for w in words):
            self.refuse(f"'{name}' takes the name of {function.measures} measure(s).")
        return function.make(*(self.fitting(name, self.measure(w)).name for w in words))

    def measure(self, node: exp.Expr) -> Measure:
        """Return a measure by its name."""
        if node.name not in self.measures:
            self.refuse(f"there is no measure '{node.name}'.{near(node.name, self.measures)}")
        return self.measures[node.name]

    def fitting(self, name: str, measure: Measure) -> Measure:
        """Return the measure, where the function has a meaning for it."""
        function = FUNCTIONS[name]
        if measure.kind == "calculated":
            self.refuse(f"'{measure.name}' is a formula itself; name what it is made of.")
        if function.adds and measure.kind not in {"additive", "semi-additive", "distinct"}:
            self.refuse(f"'{measure.name}' is a {measure.kind}, whose parts make no whole; see 'index'.")
        if function.flows and measure.is_stock:
            self.refuse(f"'{measure.name}' is a stock, which does not run up over time.")
        return measure

    def refuse(self, why: str) -> NoReturn:
        """Say why the formula cannot be taken."""
        msg = f"The formula '{self.text}' cannot be worked out: {why}"
        raise QueryError(msg)


def _name(node: exp.Expr) -> str:
    """Return the name of a function; empty for anything else."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else ""


def named_unit(text: str) -> str:
    """Return the unit of a formula that is one function alone; empty for any other."""
    name = _name(sqlglot.parse_one(text, read="duckdb"))
    return FUNCTIONS[name].unit if name in FUNCTIONS else ""


def unit_of(term: Term, units: Mapping[str, str]) -> str:
    """Return what a term is in: money over a count is money, alike over alike a number.

    Parameters
    ----------
    term
        A formula's term.
    units
        Measure -> what it is in.

    Returns
    -------
    str
        A unit of measures.
    """
    if isinstance(term, Figure):
        return units[term.measure]
    if not isinstance(term, Sum):
        return "number"
    left, right = unit_of(term.left, units), unit_of(term.right, units)
    if term.operator in "+-":
        return right if isinstance(term.left, Number) else left
    if isinstance(term.right, Number):
        return left
    if isinstance(term.left, Number) and term.operator == "*":
        return right
    return "currency" if "currency" in (left, right) and left != right else "number"


def figures(term: Term) -> Iterator[Figure]:
    """Yield the figures that a term rests on."""
    if isinstance(term, Figure):
        yield term
    elif isinstance(term, Rank):
        yield term.of
    elif isinstance(term, Sum):
        yield from figures(term.left)
        yield from figures(term.right)


def compares(term: Term) -> bool:
    """Say whether a term weighs a row against others: the region above, everything, or its peers."""
    if isinstance(term, Sum):
        return compares(term.left) or compares(term.right)
    return isinstance(term, Rank) or (isinstance(term, Figure) and term.frame.place != "own")
