"""The lineage of the SQL files: each says its grain, reads no later stage, writes its own, and takes values by name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).parent.parent
STAGES = (
    *("crm", "ingest", "geocode", "linkage", "conform", "enrich"),
    *("warehouse", "cube", "analysis", "maps", "exports"),
)
FILES = sorted((ROOT / "gcrm").rglob("*.sql"))
GRAIN = re.compile(r"-- (One|No) row\b.*")
MACROS = re.compile(r"-- Functions\b.*")
WRITES = (exp.Create, exp.Insert, exp.Update, exp.Delete, exp.Drop, exp.Alter, exp.Merge, exp.TruncateTable, exp.Copy)


@dataclass
class Lineage:
    """What one SQL text reads, writes, creates for itself and takes as values; tables as `catalog.name`."""

    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    temporary: set[str] = field(default_factory=set)
    unnamed_values: int = 0


def lineage(sql: str) -> Lineage:
    """Parse a SQL text and follow its tables; names of CTEs are left out."""
    found = Lineage()
    for statement in sqlglot.parse(sql, read="duckdb"):
        assert statement is not None
        assert not isinstance(statement, exp.Command), f"sqlglot does not understand: {statement.sql()[:80]}"
        written = _target(statement)
        if written is not None:
            temporary = isinstance(statement, exp.Create) and statement.find(exp.TemporaryProperty) is not None
            (found.temporary if temporary else found.writes).add(_name(written))
        ctes = {cte.alias for cte in statement.find_all(exp.CTE)}
        for table in statement.find_all(exp.Table):
            if isinstance(table.parent, exp.UserDefinedFunction):
                continue  # the name of a macro
            plain = isinstance(table.this, exp.Identifier)  # otherwise a table function such as unnest
            if plain and table is not written and _name(table) not in ctes:
                found.reads.add(_name(table))
        found.unnamed_values += sum(value.this is None for value in statement.find_all(exp.Placeholder))
    return found


def _target(statement: exp.Expression) -> exp.Table | None:
    if not isinstance(statement, WRITES) or (
        isinstance(statement, exp.Create) and statement.kind not in {"TABLE", "VIEW"}
    ):
        return None
    return statement.this.find(exp.Table)


def _name(table: exp.Table) -> str:
    return ".".join(part.name for part in table.parts)


@cache
def temporary(stage: str) -> set[str]:
    """Temporary tables of a stage: they are seen in all of its rooms."""
    files = (ROOT / "gcrm" / stage).rglob("*.sql")
    return set().union(*(lineage(path.read_text(encoding="utf-8")).temporary for path in files))


def faults(stage: str, found: Lineage, temporary: set[str]) -> list[str]:
    """What a file of `stage` does although it must not."""
    upstream = {*STAGES[: STAGES.index(stage) + 1]}
    result = [f"reads {t}" for t in found.reads - temporary if t.partition(".")[0] not in upstream or "." not in t]
    result += [f"writes {t}" for t in found.writes - temporary if t.partition(".")[0] != stage or "." not in t]
    if len(found.writes - temporary) > 1:
        result.append("writes more than one table")
    if found.unnamed_values:
        result.append("takes values without a name")
    return sorted(result)


def test_there_are_sql_files() -> None:
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_says_its_grain_and_keeps_to_its_stage(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    stage, found = path.relative_to(ROOT / "gcrm").parts[0], lineage(text)
    openings = (GRAIN,) if found.writes or found.temporary else (GRAIN, MACROS)
    first = text.partition("\n")[0]
    assert any(o.fullmatch(first) for o in openings), f"the first line must match {[o.pattern for o in openings]}"
    assert faults(stage, found, temporary(stage)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_is_run_by_a_module_beside_it(path: Path) -> None:
    modules = [module.read_text(encoding="utf-8") for module in path.parent.glob("*.py")]
    assert any(f'"{path.stem}"' in source for source in modules)


@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("CREATE TABLE conform.t AS SELECT * FROM ingest.region r JOIN conform.layer USING (level)", []),
        ("CREATE TABLE conform.t AS WITH a AS (SELECT 1 AS x) SELECT x FROM a, unnest([1, 2])", []),
        ("CREATE TABLE conform.t AS SELECT * FROM warehouse.dim_date", ["reads warehouse.dim_date"]),
        ("CREATE TABLE ingest.t AS SELECT 1", ["writes ingest.t"]),
        ("CREATE TABLE t AS SELECT 1", ["writes t"]),
        ("INSERT INTO warehouse.t SELECT * FROM nowhere", ["reads nowhere", "writes warehouse.t"]),
        ("UPDATE ingest.region SET name = $name", ["writes ingest.region"]),
        ("DELETE FROM ingest.region WHERE region_id = ?", ["takes values without a name", "writes ingest.region"]),
        ("CREATE TABLE conform.t AS SELECT 1; CREATE TABLE conform.u AS SELECT 2", ["writes more than one table"]),
        ("CREATE TEMP TABLE step AS SELECT 1 AS x; CREATE TABLE conform.t AS SELECT x FROM step", []),
        ("SELECT * FROM (SELECT * FROM cube.cuboid WHERE x = $x)", ["reads cube.cuboid"]),
    ],
)
def test_a_fault_is_found(sql: str, wrong: list[str]) -> None:
    found = lineage(sql)
    assert faults("conform", found, found.temporary) == wrong
