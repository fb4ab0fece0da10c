"""The star schema: facts and dimensions, each made by the `.sql` file of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.stage import Finding, StageReport
from gcrm.warehouse.dictionary import COMMENTS

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings

#: Tables in the order in which they can be made: a table reads only those before it.
TABLES = (
    "dim_location",
    "dim_region",
    "bridge_location_region",
    "dim_customer",
    "dim_prospect",
    "dim_store",
    "dim_competitor",
    "dim_product",
    "dim_segment",
    "dim_owner",
    "dim_contact",
    "fact_consent",
    "bridge_assignment",
    "fact_task",
    "fact_order",
    "fact_order_line",
    "fact_interaction",
    "fact_zone_statistic",
    "fact_flow",
    "fact_trip_end",
    "fact_presence",
    "dim_date",
    "orphan",
)


def build_warehouse(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Build the star schema from what ingest, geocode, conform and enrich found.

    Parameters
    ----------
    con
        Connection with the earlier stages attached, and `warehouse` attached for writing.
    settings
        The project's settings; the star has the same shape in every project, and what was not asked for is null.

    Returns
    -------
    StageReport
        Rows per table, and the references that lead nowhere.
    """
    sql.run(con, "gcrm.warehouse", "unlinked" if settings.linkage is None else "linked")
    rows = {}
    for table in TABLES:
        rows[table] = sql.run(con, "gcrm.warehouse", table)
        _describe(con, table)
    con.execute("DROP VIEW temp.linked")
    return StageReport("warehouse", rows, _orphans(con))


def _describe(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give the table its grain, from the first line of its file, and its columns their meaning."""
    grain = sql.read("gcrm.warehouse", table).splitlines()[0].removeprefix("-- ")
    present = {column[0] for column in con.execute(f"FROM warehouse.{sql.identifier(table)} LIMIT 0").description}
    columns = {name: COMMENTS[name] for name in sorted(present & COMMENTS.keys())}
    cells = {
        name: f"H3 cell of resolution {name.removeprefix('h3_r')} that holds the point."
        for name in sorted(present)
        if name.startswith("h3_r")
    }
    sql.comment(con, f"warehouse.{table}", grain, columns | cells)


def _orphans(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    found = con.execute("SELECT subject, missing, rows FROM warehouse.orphan WHERE rows > 0 ORDER BY ALL").fetchall()
    return tuple(Finding("orphan", subject, rows, f"without a known {missing}") for subject, missing, rows in found)
