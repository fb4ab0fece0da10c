"""A project of one folder and one connection, for tests that read files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.ingest import build_ingest
from gcrm.ingest.load import load
from gcrm.ingest.reading import Origin
from gcrm.settings import Settings
from gcrm.stage import StageReport

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

HIERARCHIES = {"city": {"levels": ["district", "zone"]}, "postal": {"levels": ["zip"]}}


@dataclass(frozen=True)
class Built:
    """What an ingest has made."""

    con: duckdb.DuckDBPyConnection
    report: StageReport

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.con.execute(query).fetchall()

    def rejects(self) -> list[tuple[Any, ...]]:
        """Line, record, reason and column of every rejected record, in the order of the ledger."""
        return self.rows("SELECT line, row_no, reason, column_name FROM ingest.reject ORDER BY ALL")


def settings(**sources: dict[str, Any]) -> Settings:
    return Settings.model_validate(
        {
            "project": {"name": "Test", "metric_crs": "EPSG:32610"},
            "hierarchies": HIERARCHIES,
            "sources": sources,
        }
    )


def build(folder: Path, **sources: dict[str, Any]) -> Built:
    """Ingest the given sources from files in `folder`."""
    con = sql.connect()
    con.execute("ATTACH ':memory:' AS ingest")
    return Built(con, build_ingest(con, settings=settings(**sources), folder=folder))


def build_text(folder: Path, kind: str, text: str | bytes, **more: Any) -> Built:
    """Ingest one CSV file that holds `text`."""
    path = folder / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return build(folder, it={"kind": kind, "path": path.name, **more})


def load_text(con: duckdb.DuckDBPyConnection, folder: Path, kind: str, text: str, **more: Any) -> Built:
    """Load one CSV file into `ingest.load` alone, for tests with many files; `con` may be used again."""
    con.execute(
        "DETACH DATABASE IF EXISTS ingest; ATTACH ':memory:' AS ingest; SET GLOBAL preserve_insertion_order = true"
    )
    for table in ("reject", "source"):
        sql.run(con, "gcrm.ingest", table)
    path = folder / "file.csv"
    path.write_bytes(text.encode())
    project = settings(it={"kind": kind, "path": path.name, **more})
    load(con, Origin("it", project.sources["it"], path), project, ())
    return Built(con, StageReport("ingest"))
