"""The build: ingest → geocode → conform → enrich → warehouse → cube, and what it reports.

Each stage writes one new file, named by the fingerprint of everything it is made from; a stage whose fingerprint is
already there is the same file again. Nothing is published before every stage stands.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from gcrm import __version__, settings, sql
from gcrm.conform import build_conform
from gcrm.cube.build import build_cube
from gcrm.enrich import build_enrich
from gcrm.errors import ProjectError
from gcrm.fingerprint import STAGES, fingerprints
from gcrm.geocode import build_geocode
from gcrm.ingest import build_ingest
from gcrm.stage import Finding, StageReport
from gcrm.warehouse import build_warehouse, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gcrm.settings import Settings

#: What DuckDB itself may hold during a build; it spills to disk beyond that.
MEMORY_LIMIT = "1250MB"
_LOCATED = """
    SELECT r.kind, coalesce(l.match_level, 'nowhere'), count(*)
    FROM geocode.record_location AS r JOIN geocode.location AS l ON l.location_id = r.location_id
    GROUP BY ALL ORDER BY ALL
"""


class _Build(Protocol):
    def __call__(self, con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport: ...


@dataclass(frozen=True)
class StageResult:
    """How one stage went.

    Attributes
    ----------
    report
        What the stage reported when it was built.
    seconds
        Time it took now.
    reused
        True where the file was already there.
    """

    report: StageReport
    seconds: float
    reused: bool


@dataclass(frozen=True)
class BuildReport:
    """How a build went.

    Attributes
    ----------
    stages
        One result per stage, in order.
    manifest
        The published snapshot.
    changed
        False where everything was already published: nothing was written.
    sources
        Per source its name, rows in, rows loaded and rows rejected.
    located
        Per kind of record and match level (`nowhere` without one) the number of records.
    """

    stages: tuple[StageResult, ...]
    manifest: snapshot.Manifest
    changed: bool
    sources: tuple[tuple[str, int, int, int], ...]
    located: tuple[tuple[str, str, int], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all stages, in the order of the flow."""
        return tuple(f for result in self.stages for f in result.report.findings)


def build(
    folder: Path,
    *,
    memory_limit: str = MEMORY_LIMIT,
    on_stage: Callable[[str, str], None] = lambda _stage, _state: None,
) -> BuildReport:
    """Build a project and publish the result.

    Parameters
    ----------
    folder
        The project's folder, with its gcrm.toml.
    memory_limit
        What DuckDB may hold in memory before it spills to disk, such as `2GB`.
    on_stage
        Called with a stage's name and `started`, `reused` or `built`.

    Returns
    -------
    BuildReport
        How each stage went, and the published manifest.

    Raises
    ------
    UserError
        If the settings or a source need mending, or the folder cannot be written. Nothing is published then, and the
        snapshot published before stays as it is.
    """
    project = settings.load(folder)
    prints = fingerprints(project, folder)
    with _workshop(folder) as bench, sql.connect(memory_limit=memory_limit, temp_folder=bench) as con:
        results = []
        files: dict[str, snapshot.StageFile] = {}
        for stage in STAGES:
            on_stage(stage.name, "started")
            started = time.perf_counter()
            path, reused = _stand(con, stage.name, prints[stage.name], project, folder, bench)
            report = _read_report(con, stage.name)
            results.append(StageResult(report, time.perf_counter() - started, reused))
            files[stage.name] = snapshot.StageFile(path.name, prints[stage.name], path.stat().st_size)
            on_stage(stage.name, "reused" if reused else "built")
        sources = con.execute("SELECT source, rows_in, rows_loaded, rows_rejected FROM ingest.source").fetchall()
        located = con.execute(_LOCATED).fetchall()
    manifest = snapshot.newest(folder)
    values = project.model_dump(mode="json")
    changed = manifest is None or manifest.stages != files or manifest.settings != values
    if manifest is None or changed:
        manifest = snapshot.publish(folder, files, values, __version__)
        snapshot.prune(folder)
    return BuildReport(tuple(results), manifest, changed, tuple(sources), tuple(located))


def _stand(
    con: duckdb.DuckDBPyConnection, stage: str, fingerprint: str, project: Settings, folder: Path, bench: Path
) -> tuple[Path, bool]:
    """Make sure that the stage's file stands and is attached; return it, and whether it was there before."""
    path = folder / snapshot.FOLDER / f"{stage}-{fingerprint}.duckdb"
    reused = path.exists()
    if not reused:
        draft = bench / path.name
        snapshot.attach_file(con, draft, stage, read_only=False)
        _write_report(con, stage, _builders(folder)[stage](con, settings=project))
        con.execute(f"CHECKPOINT {sql.identifier(stage)}")
        con.execute(f"DETACH {sql.identifier(stage)}")
        snapshot.sync(draft)
        draft.replace(path)
        snapshot.sync(path.parent)
    snapshot.attach_file(con, path, stage)
    return path, reused


def _builders(folder: Path) -> dict[str, _Build]:
    """Return the builder of each stage; only ingest needs to know where the files lie."""

    def ingest(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
        return build_ingest(con, settings=settings, folder=folder)

    return {
        "ingest": ingest,
        "geocode": build_geocode,
        "conform": build_conform,
        "enrich": build_enrich,
        "warehouse": build_warehouse,
        "cube": build_cube,
    }


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Make the folder for drafts and spilled data, clear what killed builds left, and remove it at the end.

    The folder also says that a build runs: there is one at a time.
    """
    root = folder / snapshot.FOLDER
    bench = root / f"build-{os.getpid()}"
    try:
        root.mkdir(exist_ok=True)
        for other in root.glob("build-*"):
            pid = int(other.name.removeprefix("build-"))
            if pid != os.getpid() and _alive(pid):
                msg = f"Another build of {folder} is running (process {pid}). Try again when it is done."
                raise ProjectError(msg)
            shutil.rmtree(other, ignore_errors=True)
        for draft in root.glob(".manifest-*.tmp"):
            draft.unlink()
        bench.mkdir()
    except OSError as error:
        msg = f"{root} cannot be written: {error.strerror}. A build needs the right to write there."
        raise ProjectError(msg) from error
    try:
        yield bench
    except duckdb.IOException as error:
        msg = f"The build stopped: {str(error).splitlines()[0]} Nothing was published. Check free space and rights."
        raise ProjectError(msg) from error
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _alive(pid: int) -> bool:
    """Say whether a process of that number runs; when in doubt, yes."""
    if os.name == "nt":
        return (
            True  # Signal 0 would end the process there; its drafts are removed by the next build of the same number.
        )
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True


def _write_report(con: duckdb.DuckDBPyConnection, stage: str, report: StageReport) -> None:
    """Keep the report inside the stage's file, so that a reused stage still reports."""
    table = f"{sql.identifier(stage)}.stage_report"
    con.execute(f"CREATE TABLE {table} (report VARCHAR)")
    con.execute(f"INSERT INTO {table} VALUES ($report)", {"report": json.dumps(asdict(report))})
    con.execute(f"COMMENT ON TABLE {table} IS 'One row: the report of the stage as JSON.'")


def _read_report(con: duckdb.DuckDBPyConnection, stage: str) -> StageReport:
    row = con.execute(f"SELECT report FROM {sql.identifier(stage)}.stage_report").fetchone()
    body: dict[str, Any] = json.loads(row[0]) if row else {"stage": stage}
    findings = tuple(Finding(**f) for f in body.pop("findings", ()))
    return StageReport(findings=findings, **body)
