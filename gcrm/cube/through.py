"""Drilling through: the single records behind a figure, found by the very statement that counts them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.ask import plan_of
from gcrm.cube.compile import compile_plan
from gcrm.cube.model import FACTS, Dimension
from gcrm.cube.plan import fact_of
from gcrm.errors import AccessError, QueryError, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.model import Measure, Model
    from gcrm.cube.question import Question
    from gcrm.settings import Settings

#: Fact -> the column that identifies a record, and the statement's part that tells more of it; `x` is the record.
_RECORDS = {
    "customer": (
        "customer_key",
        "c.customer_id, c.name, c.segment, c.since, c.until",
        "warehouse.dim_customer AS c ON c.customer_key::VARCHAR = x.record",
    ),
    "prospect": (
        "prospect_key",
        "c.prospect_id, c.name, c.segment, c.status, c.since, c.until",
        "warehouse.dim_prospect AS c ON c.prospect_key::VARCHAR = x.record",
    ),
    "order": (
        "order_id",
        "o.order_id, o.ordered_on, c.customer_id, c.name, o.store_id, o.channel, o.amount",
        (
            "warehouse.fact_order AS o ON o.order_id = x.record"
            " LEFT JOIN warehouse.dim_customer AS c ON c.customer_key = o.customer_key"
        ),
    ),
    "interaction": (
        "interaction_id",
        (
            "i.interaction_id, i.occurred_at, c.customer_id, p.prospect_id, coalesce(c.name, p.name) AS name,"
            " i.channel, i.kind"
        ),
        (
            "warehouse.fact_interaction AS i ON i.interaction_id = x.record"
            " LEFT JOIN warehouse.dim_customer AS c ON c.customer_key = i.customer_key"
            " LEFT JOIN warehouse.dim_prospect AS p ON p.prospect_key = i.prospect_key"
        ),
    ),
}
_RECORDS["order_line"] = _RECORDS["order"]


@dataclass(frozen=True)
class Behind:
    """The records behind a figure.

    Attributes
    ----------
    table
        One row per customer, prospect, order or contact: what it is, then its own part of the figure, under the name
        `figure`. Records without a part in it are not among them. An order of which only some lines count stands once,
        with the part of these lines.
    total
        Records behind the figure, listed or not.
    measure
        The measure whose records they are: the first one that a ratio or a formula is worked out from.
    question
        The question in words whose only figure they make up.
    """

    table: pa.Table
    total: int
    measure: str
    question: Question


def through(
    con: duckdb.DuckDBPyConnection,
    question: Question,
    *,
    settings: Settings,
    scope: Scope,
    limit: int,
    by: Sequence[str] = (),
) -> Behind:
    """List the records behind the only figure of a question.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    question
        One measure, no dimensions.
    settings
        The project's settings.
    scope
        Who asks; it needs record rights.
    limit
        Most records to list; the first by their identifier.
    by
        Dimensions of the question that the figure comes from: beside a product, totals too are of order lines.

    Returns
    -------
    Behind
        The records.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If the measure is not counted from records.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' has no right to single records; ask for figures by region instead."
        raise AccessError(msg)
    plan = plan_of(con, question, settings=settings, scope=scope)
    measure = _counted(plan.model, plan.query.measures[0])
    named = (*plan.query.by, *(plan.model.dimensions[name] for name in by))
    fact = fact_of(replace(plan, query=replace(plan.query, by=named)), measure)
    key, columns, joins = _RECORDS[fact]
    record = Dimension("record", "attribute", of=key, facts=(fact,))
    text, values = compile_plan(replace(plan, query=replace(plan.query, measures=(measure,), by=(record,))))
    figure = f"m.{sql.identifier(measure.name)}"
    kept = f"{figure} <> 0" if measure.unit == "count" else f"{figure} IS NOT NULL"
    listed = f"""
        WITH x AS MATERIALIZED (
            SELECT m.record, {figure} AS figure FROM ({text}) AS m WHERE {kept} AND m.record IS NOT NULL
        )
        SELECT {columns}, x.figure, (SELECT count(*) FROM x) AS total FROM x JOIN {joins} ORDER BY x.record LIMIT $most
    """
    table = con.execute(listed, {**values, "most": limit}).to_arrow_table()
    total = int(table["total"][0].as_py()) if table.num_rows else 0
    return Behind(table.drop_columns(["total"]), total, measure.name, question)


def _counted(model: Model, measure: Measure) -> Measure:
    """Return the first measure that is counted from records."""
    found = next((m for m in model.taken(measure).values() if m.fact in FACTS), None)
    if found is None:
        msg = f"There are no records behind '{measure.name}': it is a figure of whole regions."
        msg += near(measure.name, [n for n, m in model.measures.items() if m.fact in FACTS])
        raise QueryError(msg)
    return found
