"""A statement of the stage's SQL: what it makes, what it reads, and its text with the values written into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAKES = re.compile(
    r"CREATE OR REPLACE (?:TEMP )?TABLE (?P<table>[a-z_.]+)\s*(?:AS\s(?P<query>.*)|\(.*\))\s*;?\s*", re.DOTALL
)
_ADDS = re.compile(r"INSERT INTO (?P<table>[a-z_.]+)\s+(?P<query>(?:FROM|SELECT|WITH)\b.*)", re.DOTALL)
_DROPS = re.compile(r"DROP TABLE (?:IF EXISTS )?(?:temp\.)?[a-z_.]+\s*;?")
_COMMENTS = re.compile(r"\A(?:\s*--[^\n]*\n)+")
_TOKENS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|\$(?P<name>[a-z_]+)|\b(?P<call>[a-z_]+)\(")
_READ = re.compile(
    r"\b(?P<way>FROM|JOIN)\s+(?P<table>[a-z_]+(?:\.[a-z_]+)?)\b(?!\s*\()(?:\s+AS\s+(?P<alias>[a-z_]+)\b)?"
)
_STEP = re.compile(r"\b([a-z_]+)\s*(?:\([^()]*\)\s*)?AS\s+(?:MATERIALIZED\s+)?\(")
_READS = ("SELECT", "WITH")


@dataclass(frozen=True)
class Form:
    """What a statement is.

    Attributes
    ----------
    table
        The table that it makes; null where it makes none.
    query
        What it reads, as text; null where it reads nothing.
    reads
        Tables that it reads, but for its own steps.
    drops
        Whether it drops a table.
    adds
        Table to which it adds rows; null where it adds none.
    """

    table: str | None
    query: str | None
    reads: tuple[str, ...]
    drops: bool
    adds: str | None


def take_apart(text: str) -> Form:
    """Tell what a statement is.

    Raises
    ------
    InternalError
        If it makes a table of that table itself.
    """
    bare = _COMMENTS.sub("", text).strip().rstrip(";")
    made, adds = _MAKES.fullmatch(bare), _ADDS.fullmatch(bare)
    query = made["query"] if made else adds["query"] if adds else bare if bare.startswith(_READS) else None
    steps = set(_STEP.findall(query or ""))
    reads = dict.fromkeys(read["table"] for read in _READ.finditer(query or "") if read["table"] not in steps)
    form = Form(
        made["table"] if made else None,
        query,
        tuple(reads),
        _DROPS.fullmatch(bare) is not None,
        adds["table"] if adds else None,
    )
    if form.table in reads:
        msg = f"{form.table} is made of itself, which can be planned but once"
        raise InternalError(msg)
    return form


def without(query: str, empty: tuple[str, ...]) -> str:
    """Write a query so that nothing is read of some tables."""

    def read_of(read: re.Match[str]) -> str:
        if read["table"] not in empty:
            return read[0]
        alias = read["alias"] or read["table"].rpartition(".")[2]
        return f"{read['way']} (SELECT * FROM {read['table']} WHERE false) AS {alias}"

    return _READ.sub(read_of, query)


def with_values(query: str, values: Mapping[str, Any], instead: Mapping[str, str] | None = None) -> str:
    """Write values into a query: the optimizer sees constants that parameters would hide.

    Parameters
    ----------
    query
        The query, with `$name` for each value.
    values
        Name -> value.
    instead
        Name of a function -> name of another one that is called instead.

    Returns
    -------
    str
        The query without parameters.

    Raises
    ------
    InternalError
        If a value is of a type that cannot be written.
    """

    def written(token: re.Match[str]) -> str:
        if token["name"]:
            return _literal(values[token["name"]])
        if token["call"]:
            return (instead or {}).get(token["call"], token["call"]) + "("
        return token[0]

    return _TOKENS.sub(written, query)


def _literal(value: object) -> str:
    """Write a value as SQL does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return sql.literal(value)
    if isinstance(value, int | float):
        return repr(value)
    msg = f"a value of type {type(value).__name__} cannot be written into a plan"
    raise InternalError(msg)
