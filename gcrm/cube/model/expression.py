"""Expressions over the columns of a fact: parsed, checked against what is allowed, and never run as written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import duckdb
import sqlglot
from sqlglot import exp

from gcrm import sql
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

Kind = Literal["number", "text", "day", "truth", "nothing"]
#: A value of each kind of column, over which an expression is tried.
_TRIED = {"number": "1.00", "text": "'text'", "day": "DATE '2020-01-01'", "key": "'key'", "number key": "1"}
_KINDS: dict[str, Kind] = {"VARCHAR": "text", "DATE": "day", "BOOLEAN": "truth", '"NULL"': "nothing"}

#: What an expression may be made of; everything else is refused.
_ALLOWED = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.And, exp.Or, exp.Not),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Least, exp.Greatest),
    *(exp.Lower, exp.Upper, exp.Year, exp.Month, exp.Quarter),
)
#: What stands for a constant.
_PLACE = re.compile(r"\$v(\d+)\b")
#: How many brackets and signs may stand inside each other.
_DEEPEST = 40


def write(text: str, columns: Collection[str], put: Callable[[object], str]) -> str:
    """Write an expression as SQL over the fact `f`, its constants as parameters.

    Parameters
    ----------
    text
        The expression.
    columns
        Names of the fact's columns.
    put
        Takes a constant up and returns what stands for it.

    Returns
    -------
    str
        SQL in which every column is one of `f`.

    Raises
    ------
    QueryError
        As `check`.
    """
    made, constants = _template(text, tuple(columns))
    names = [put(value) for value in constants]
    return _PLACE.sub(lambda found: names[int(found[1])], made)


@lru_cache(maxsize=1000)
def _template(text: str, columns: tuple[str, ...]) -> tuple[str, tuple[object, ...]]:
    """Return an expression with `$v0`, `$v1`, ... for its constants, and these; it is parsed once."""
    values: list[object] = []

    def put(value: object) -> str:
        values.append(value)
        return f"$v{len(values) - 1}"

    return _written(_parsed(text, columns), put), tuple(values)


def kind_of(text: str, columns: Mapping[str, str]) -> Kind:
    """Return what an expression gives: it is tried over one row.

    Parameters
    ----------
    text
        The expression.
    columns
        The fact's columns and their kinds.

    Returns
    -------
    str
        `number`, `text`, `day`, `truth`, or `nothing` where it is always null.

    Raises
    ------
    QueryError
        As `write`; and if it compares or adds what cannot be compared or added.
    """
    return _kind_of(text, tuple(columns.items()))


@lru_cache(maxsize=1000)
def _kind_of(text: str, columns: tuple[tuple[str, str], ...]) -> Kind:
    made, constants = _template(text, tuple(name for name, _ in columns))
    values = {f"v{i}": value for i, value in enumerate(constants)}
    row = ", ".join(f"{_tried(name, kind)} AS {sql.identifier(name)}" for name, kind in columns)
    with sql.connect() as con:
        try:
            tried = f"SELECT {made} AS value FROM (SELECT {row}) AS f"
            found = con.execute(f"SELECT typeof(value), value FROM ({tried})", values).fetchone()
        except duckdb.Error:
            found = None
    if found is None:
        msg = f"The expression '{text}' cannot be worked out: it mixes numbers, text and days."
        raise QueryError(msg)
    return _KINDS.get(found[0], "number")


def _tried(name: str, kind: str) -> str:
    return _TRIED["number key" if kind == "key" and name.endswith("_key") else kind]


def _written(tree: exp.Expr, put: Callable[[object], str]) -> str:
    """Write a checked expression; a division by zero is unknown."""

    def written(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return exp.column(exp.to_identifier(node.name, quoted=True), table="f")
        if isinstance(node, exp.Literal) and node.is_string:
            return exp.Parameter(this=exp.Var(this=put(node.this).removeprefix("$")))
        if isinstance(node, exp.Div):
            node.set("expression", exp.Nullif(this=node.expression, expression=exp.Literal.number(0)))
        return node

    return tree.transform(written).sql(dialect="duckdb", comments=False)


def _parsed(text: str, columns: Collection[str]) -> exp.Expr:
    """Parse an expression and check every part of it."""
    try:
        (tree,) = sqlglot.parse(text, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        tree = None
    if tree is None or any(node.comments for node in tree.walk()):
        msg = f"'{text}' is no expression. Write one over columns, such as 'amount' or 'amount - 5'."
        raise QueryError(msg)
    if max(node.depth for node in tree.walk()) > _DEEPEST:
        msg = f"The expression '{text[:40]}...' is nested too deeply."
        raise QueryError(msg)
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            msg = f"The expression '{text}' cannot be taken: '{node.sql(dialect='duckdb')}' is not allowed in it."
            raise QueryError(msg)
        if isinstance(node, exp.Column) and (node.table or node.name not in columns):
            msg = f"The expression '{text}' names '{node.sql(dialect='duckdb')}'.{near(node.name, columns)}"
            raise QueryError(msg)
        if isinstance(node, exp.In) and not node.expressions:
            msg = f"The expression '{text}' says IN without a list of values."
            raise QueryError(msg)
    return tree
