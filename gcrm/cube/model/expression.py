"""Expressions over the columns of a fact: parsed, checked against what is allowed, and never run as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

#: What an expression may be made of; everything else is refused.
_ALLOWED = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg),
    *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod),
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.And, exp.Or, exp.Not),
    *(exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Least, exp.Greatest),
    *(exp.Lower, exp.Upper, exp.Year, exp.Month, exp.Quarter),
)


def check(text: str, columns: Collection[str]) -> None:
    """Refuse an expression that is not made of columns of its fact and of what is allowed.

    Parameters
    ----------
    text
        Such as `amount - 5` or `CASE WHEN amount < 10 THEN 'small' ELSE 'large' END`.
    columns
        Names of the fact's columns.

    Raises
    ------
    QueryError
        If it is no expression, or names anything else.
    """
    _parsed(text, columns)


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

    def written(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return exp.column(exp.to_identifier(node.name, quoted=True), table="f")
        if isinstance(node, exp.Literal) and node.is_string:
            return exp.Parameter(this=exp.Var(this=put(node.this).removeprefix("$")))
        return node

    return _parsed(text, columns).transform(written).sql(dialect="duckdb")


def _parsed(text: str, columns: Collection[str]) -> exp.Expr:
    """Parse an expression and check every part of it."""
    try:
        (tree,) = sqlglot.parse(text, read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        tree = None
    if tree is None:
        msg = f"'{text}' is no expression. Write one over columns, such as 'amount' or 'amount - 5'."
        raise QueryError(msg)
    for node in tree.walk():
        if not isinstance(node, _ALLOWED):
            msg = f"The expression '{text}' cannot be taken: '{node.sql(dialect='duckdb')}' is not allowed in it."
            raise QueryError(msg)
        if isinstance(node, exp.Column) and (node.table or node.name not in columns):
            msg = f"The expression '{text}' names '{node.sql(dialect='duckdb')}'.{near(node.name, columns)}"
            raise QueryError(msg)
        if isinstance(node, exp.In) and node.args.get("query") is not None:
            msg = f"The expression '{text}' holds a query; list the values instead."
            raise QueryError(msg)
    return tree
