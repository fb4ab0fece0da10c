"""Writes docs/data-dictionary.md from the comments that stand in the catalogs of a built project.

`make docs` writes it; a test compares it with the demo project.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.demo import create
from gcrm.fingerprint import STAGES
from gcrm.linkage import build_linkage
from gcrm.pipeline import build
from gcrm.settings import Settings
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    import duckdb

PAGE = Path(__file__).parent / "data-dictionary.md"
INTRODUCTION = """\
<!-- Made by `make docs` from the COMMENTs of the built demo project; edit the code instead. -->
# Data dictionary

Every table of a built project, by stage. A stage is one DuckDB file, attached under its own name: the customers of the
star are `warehouse.dim_customer`. What a null means stands with the column.
"""
#: What the stage linkage reads beside the kinds; the demo project does not ask for it.
READ = {
    "geocode.location": "location_id BIGINT, address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, "
    "postcode VARCHAR, city VARCHAR, lon DOUBLE, lat DOUBLE, match_level VARCHAR",
    "geocode.record_location": "kind VARCHAR, source VARCHAR, row_no BIGINT, location_id BIGINT",
}
COLUMNS = """
    SELECT t.table_name, t.comment, c.column_name, c.data_type, c.comment
    FROM (
        SELECT database_name, schema_name, table_name, comment FROM duckdb_tables()
        UNION ALL SELECT database_name, schema_name, view_name, comment FROM duckdb_views()
    ) AS t
    JOIN duckdb_columns() AS c USING (database_name, schema_name, table_name)
    WHERE t.database_name = $stage AND t.schema_name = 'main' AND t.table_name <> 'stage_report'
    ORDER BY t.table_name, c.column_index
"""


def entries(folder: Path) -> dict[str, list[tuple[str, str, str, str, str]]]:
    """Stage -> one row per column: table, its grain, column, type, meaning; empty text where nothing is said."""
    manifest = snapshot.newest(folder)
    if manifest is None:
        sys.exit(f"{folder} is not built")
    with sql.connect() as con:
        snapshot.attach(con, folder, manifest)
        found = {name: _of(con, name) for name in manifest.stages}
    return {s.name: found.get(s.name) or _linkage() for s in STAGES}


def _of(con: duckdb.DuckDBPyConnection, stage: str) -> list[tuple[str, str, str, str, str]]:
    rows = con.execute(COLUMNS, {"stage": stage}).fetchall()
    return [(table, grain or "", column, kind, text or "") for table, grain, column, kind, text in rows]


def _linkage() -> list[tuple[str, str, str, str, str]]:
    """The tables of the stage linkage, as it makes them of no records."""
    project = {"project": {"name": "Empty", "metric_crs": "EPSG:32610"}, "linkage": {}}
    with sql.connect() as con:
        for stage in ("ingest", "geocode", "linkage"):
            con.execute(f"ATTACH ':memory:' AS {stage}")
        sql.run(con, "gcrm.ingest", "sameness")
        for kind in KINDS.values():
            columns = ", ".join(f"{f.name} {f.sql_type}" for f in kind.fields)
            con.execute(f'CREATE TABLE ingest."{kind.table}" ({columns}, source VARCHAR, row_no BIGINT)')
        for table, columns in READ.items():
            con.execute(f"CREATE TABLE {table} ({columns})")
        build_linkage(con, settings=Settings.model_validate(project))
        return _of(con, "linkage")


def render(folder: Path) -> str:
    """The whole page for a built project."""
    lines = [INTRODUCTION]
    for stage, rows in entries(folder).items():
        lines += [f"## {stage}", ""]
        for table, grain in dict.fromkeys(row[:2] for row in rows):
            lines += [f"### {stage}.{table}", "", grain, "", "| column | type | meaning |", "| --- | --- | --- |"]
            lines += [f"| `{column}` | {kind} | {text} |" for name, _, column, kind, text in rows if name == table]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "demo"
        create(project)
        build(project)
        PAGE.write_text(render(project), encoding="utf-8")
    print("docs/data-dictionary.md")
