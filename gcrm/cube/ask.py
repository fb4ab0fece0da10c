"""Asking: a question in words, under a scope, becomes a table. The one way to figures."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import duckdb

from gcrm.cube import area as areas
from gcrm.cube import query as queries
from gcrm.cube import refusal
from gcrm.cube.compile import TOO_DEEP, compile_plan, written
from gcrm.cube.explain import Origin, origins, origins_table
from gcrm.cube.geography import TODAY, Geography, geography_of
from gcrm.cube.ground import Ground, ground_of
from gcrm.cube.member import absent, resolve
from gcrm.cube.model import FACTS, model_of
from gcrm.cube.plan import Plan, asked, parts_of
from gcrm.cube.slicer import as_where, slicer_of
from gcrm.cube.statistic import statistics_of
from gcrm.cube.suppression.answer import released
from gcrm.cube.suppression.shape import snapped
from gcrm.cube.top import top_keys
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.question import Question
    from gcrm.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What a question found.

    Attributes
    ----------
    table
        One row per member of the dimensions asked for (and per total): members, names, measures, then the state of
        each measure: `known`, `unknown` or `suppressed`.
    statement
        The statement that made it, as it was run; `sql` is the same, laid out for reading.
    parameters
        Values of its `$name` parameters.
    query
        The checked question.
    question
        The question in words.
    notes
        What a reader has to know of the figures, such as that a travel time is an estimate.
    geography
        Which version of the regions they are told by.
    plan
        What the statement was made of; null where the figures are from tables that are given out.
    """

    table: pa.Table
    statement: str
    parameters: dict[str, Any]
    query: queries.Query
    question: Question
    notes: tuple[str, ...] = ()
    geography: Geography = TODAY
    plan: Plan | None = None

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where each figure was taken from; empty where they are from tables that are given out."""
        return origins(self.plan) if self.plan else ()

    @property
    def sql(self) -> str:
        """The statement that made the table."""
        return written(self.statement)

    @property
    def id(self) -> str:
        """Hash of the question: the same whatever the figures are taken from."""
        return statement_id("question", self.question.words())


def statement_id(text: str, parameters: Mapping[str, Any]) -> str:
    """Return the hash of a statement and its parameters."""
    words = json.dumps([text, dict(parameters)], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def ask(
    con: duckdb.DuckDBPyConnection,
    question: Question,
    *,
    settings: Settings,
    scope: Scope,
    ground: Ground | None = None,
) -> Answer:
    """Answer a question from a snapshot.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    question
        What is asked.
    settings
        The project's settings.
    scope
        Who asks; regions outside it do not count, and without record rights only what is given out can be asked.
    ground
        What was read of the snapshot before; it is read where null.

    Returns
    -------
    Answer
        The table and the SQL that made it.

    Raises
    ------
    QueryError
        If a measure, dimension, member or period is not known.
    """
    ground = ground or ground_of(con)
    plan = plan_of(con, question, settings=settings, scope=scope, ground=ground)
    if scope.record_rights:
        return answer_of(con, plan, question)
    text, values = released(con, plan.query, settings=settings, model=plan.model, scope=scope, whole=ground.whole)
    return Answer(con.execute(text, values).to_arrow_table(), text, values, plan.query, question, plan.notes)


def explain(con: duckdb.DuckDBPyConnection, question: Question, *, settings: Settings, scope: Scope) -> pa.Table:
    """Say where each figure of a question would be taken from, without asking it.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    question
        What would be asked.
    settings
        The project's settings.
    scope
        Who asks.

    Returns
    -------
    pa.Table
        See `cube.explain.origins_table`; empty without record rights.

    Raises
    ------
    QueryError
        If a word is not known.
    """
    plan = plan_of(con, question, settings=settings, scope=scope)
    return origins_table(origins(plan) if scope.record_rights else ())


def answer_of(con: duckdb.DuckDBPyConnection, plan: Plan, question: Question) -> Answer:
    """Answer a plan to the full, for those who may see everything that it leaves.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    plan
        The question with its keys resolved.
    question
        Its words.

    Returns
    -------
    Answer
        The table and the SQL that made it.
    """
    text, values = compile_plan(plan)
    try:
        table = con.execute(text, values).to_arrow_table()
    except duckdb.DataError:  # DuckDB's own words would hold the value
        msg = "A figure cannot be worked out: a value is too large, or is no number where [cube] takes it for one."
        raise QueryError(msg) from None
    except duckdb.ParserException:  # of what the compiler writes, DuckDB refuses the depth alone
        raise QueryError(TOO_DEEP) from None
    notes = plan.notes + absent(con, plan.query, table)
    return Answer(table, text, values, plan.query, question, notes, plan.geography, plan)


def plan_of(
    con: duckdb.DuckDBPyConnection,
    question: Question,
    *,
    settings: Settings,
    scope: Scope,
    ground: Ground | None = None,
) -> Plan:
    """Check a question and find out what it needs.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    question
        What is asked.
    settings
        The project's settings.
    scope
        Who asks.
    ground
        What was read of the snapshot before; it is read where null.

    Returns
    -------
    Plan
        Everything the compiler needs.

    Raises
    ------
    QueryError
        If a word is not known, or the scope may not ask it.
    """
    ground = ground or ground_of(con)
    model, whole = model_of(settings), ground.whole
    query = queries.check(question, queries.parse_period(question.period, whole), model)
    geography = geography_of(con, question.geography, model.dimensions)
    drawn = [areas.parse(words, model.dimensions) for words in question.area]
    if not scope.record_rights:
        refusal.without_rights(query, geography, drawn)
    refusal.below_scenario(query, geography)
    slicer = slicer_of(con, drawn, geography, model.dimensions)
    keys = (*resolve(con, query, scope, model.dimensions, geography), *slicer.where)
    named = [*query.by, *(d for d, _ in keys)]
    statistics = {}
    if any(m.fact not in FACTS for m in parts_of(model, asked(query))):
        statistics = slicer.statistics(con, statistics_of(con, named, model.dimensions, geography), geography)
    notes = slicer.notes
    if not scope.record_rights:
        shapes = [area.shape for area in drawn if area.is_drawn]
        query = as_where(con, query, slicer)
        query, note = snapped(con, query, shapes, settings=settings, model=model, scope=scope, whole=whole)
        notes += (note,) if note else ()
    plan = Plan(query, model, keys, statistics, whole.first, geography=geography, places=slicer.places)
    plan = replace(plan, notes=notes, catalogue=ground.catalogue, empty=ground.empty)
    refusal.several_parents(con, plan)
    return replace(plan, top=top_keys(con, plan)) if query.top else plan
