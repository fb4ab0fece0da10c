"""Writes docs/data-dictionary.md from the comments that stand in the catalogs of a built project.

`make docs` writes it; a test compares it with the demo project.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from gcrm import sql
from gcrm.demo import create
from gcrm.pipeline import STAGES, build
from gcrm.warehouse import snapshot

PAGE = Path(__file__).parent / "data-dictionary.md"
INTRODUCTION = """\
<!-- Made by `make docs` from the COMMENTs of the built demo project; edit the code instead. -->
# Data dictionary

Every table of a built project, by stage. A stage is one DuckDB file, attached under its own name: the customers of the
star are `warehouse.dim_customer`. What a null means stands with the column.
"""
COLUMNS = """
    SELECT t.table_name, t.comment, c.column_name, c.data_type, c.comment
    FROM duckdb_tables() AS t
    JOIN duckdb_columns() AS c USING (database_name, table_name)
    WHERE t.database_name = $stage AND t.table_name <> 'stage_report'
    ORDER BY t.table_name, c.column_index
"""


def entries(folder: Path) -> dict[str, list[tuple[str, str, str, str, str]]]:
    """Stage -> one row per column: table, its grain, column, type, meaning; empty text where nothing is said."""
    manifest = snapshot.newest(folder)
    if manifest is None:
        sys.exit(f"{folder} is not built")
    with sql.connect() as con:
        snapshot.attach(con, folder, manifest)
        return {
            stage.name: [
                (table, grain or "", column, kind, text or "")
                for table, grain, column, kind, text in con.execute(COLUMNS, {"stage": stage.name}).fetchall()
            ]
            for stage in STAGES
        }


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
