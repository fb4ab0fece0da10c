"""The build: ingest → geocode → (linkage) → conform → enrich → warehouse → cube, and what it reports.

Each stage writes one new file, named by the fingerprint of everything it is made from; a stage whose fingerprint is
already there is the same file again. Nothing is published before every stage stands.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from gcrm import settings, sql
from gcrm.conform import build_conform
from gcrm.cube import demand
from gcrm.cube.build import build_cube
from gcrm.enrich import build_enrich
from gcrm.errors import ProjectError
from gcrm.fingerprint import Lineage, fingerprints, flow, geocode_engine
from gcrm.geocode import build_geocode
from gcrm.geocode.memory import Memory
from gcrm.ingest import build_ingest, input_files
from gcrm.ingest.database import fetch
from gcrm.ingest.guard import Stamp, check_unchanged, stamps
from gcrm.linkage import build_linkage
from gcrm.publication import Publication, publish, refuse_unknown
from gcrm.stage import Finding, StageReport
from gcrm.warehouse import build_warehouse, lock, retention, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from gcrm.settings import Settings

#: What DuckDB itself may hold during a build; it spills to disk beyond that.
MEMORY_LIMIT = "1150MB"
#: What a stage of the build before is called while the next one is made.
_EARLIER = "earlier"


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
    published
        The published snapshot, what came of its load contracts, and what changed since the one before.
    """

    stages: tuple[StageResult, ...]
    published: Publication

    @property
    def manifest(self) -> snapshot.Manifest:
        """The published snapshot."""
        return self.published.manifest

    @property
    def changed(self) -> bool:
        """False where everything was already published: nothing was written."""
        return self.published.changed

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all stages, in the order of the flow."""
        return tuple(f for result in self.stages for f in result.report.findings)


def build(
    folder: Path,
    *,
    memory_limit: str = MEMORY_LIMIT,
    accept: Collection[str] = (),
    on_stage: Callable[[str, str], None] = lambda _stage, _state: None,
) -> BuildReport:
    """Build a project and publish the result.

    Parameters
    ----------
    folder
        The project's folder, with its gcrm.toml.
    memory_limit
        What DuckDB may hold in memory before it spills to disk, such as `2GB`.
    accept
        Load contracts (`orders.rows_min`), or sources, whose breach does not keep the build from publishing.
    on_stage
        Called with a stage's name and `started`, `reused` or `built`.

    Returns
    -------
    BuildReport
        How each stage went, and the published manifest.

    Raises
    ------
    ContractError
        If a load contract is broken and not accepted.
    UserError
        If the settings or a source need mending, or the folder cannot be written. Nothing is published then, and the
        snapshot published before stays as it is.
    """
    settings.load(folder)  # before a lock is sought in a folder that is no project
    with lock.writing(folder, "build"):
        return build_held(folder, memory_limit=memory_limit, accept=accept, on_stage=on_stage)


def build_held(
    folder: Path,
    *,
    memory_limit: str = MEMORY_LIMIT,
    accept: Collection[str] = (),
    on_stage: Callable[[str, str], None] = lambda _stage, _state: None,
) -> BuildReport:
    """Build a project whose lock is held; everything else as in `build`.

    Parameters
    ----------
    folder, memory_limit, accept, on_stage
        As in `build`.

    Returns
    -------
    BuildReport
        As of `build`.

    Raises
    ------
    UserError
        As `build` does.
    """
    project = settings.load(folder)
    refuse_unknown(project, accept)
    with _workshop(folder) as bench:
        fetched = _fetch(project, folder, bench)
        before = stamps(input_files(project, folder))
        with sql.connect(memory_limit=memory_limit, temp_folder=bench) as con:
            prints = fingerprints(project, folder, fetched, _lineage(con, folder))
            builders = _builders(folder, fetched, before)
            results = []
            files: dict[str, snapshot.StageFile] = {}
            for stage in flow(project):
                on_stage(stage.name, "started")
                started = time.perf_counter()
                path, reused = _stand(con, builders[stage.name], stage.name, prints[stage.name], project, bench)
                report = _read_report(con, stage.name)
                results.append(StageResult(report, time.perf_counter() - started, reused))
                files[stage.name] = snapshot.StageFile(path.name, prints[stage.name], path.stat().st_size)
                on_stage(stage.name, "reused" if reused else "built")
            published = publish(con, project, folder, files, accept, fetch.names(fetched))
    return BuildReport(tuple(results), published)


def _fetch(project: Settings, folder: Path, bench: Path) -> dict[str, tuple[Path, ...]]:
    """Fetch what sources read from databases into files beside the stages."""
    root, last = folder / snapshot.FOLDER, snapshot.newest(folder)
    kept = last.inputs if last else ()
    return fetch.fetch(project, folder, kept, bench, lambda draft: _keep(draft, root / draft.name))


def _keep(draft: Path, path: Path) -> Path:
    """Put a finished draft where it belongs, so that it is there whole or not at all."""
    snapshot.sync(draft)
    draft.replace(path)
    snapshot.sync(path.parent)
    return path


def _stand(
    con: duckdb.DuckDBPyConnection, build: _Build, stage: str, fingerprint: str, project: Settings, bench: Path
) -> tuple[Path, bool]:
    """Make sure that the stage's file stands and is attached; return it, and whether it was there before."""
    path = bench.parent / f"{stage}-{fingerprint}.duckdb"
    reused = path.exists()
    if not reused:
        draft = bench / path.name
        snapshot.attach_file(con, draft, stage, read_only=False)
        _write_report(con, stage, build(con, settings=project))
        con.execute(f"CHECKPOINT {sql.identifier(stage)}")
        if stage == "ingest" and _left_out(con):
            _copy_visible(con, stage, draft)
        else:
            con.execute(f"DETACH {sql.identifier(stage)}")
        _keep(draft, path)
    snapshot.attach_file(con, path, stage)
    return path, reused


def _left_out(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether ingest kept somebody out who was forgotten."""
    row = con.execute("SELECT max(forgotten) FROM ingest.operation").fetchone()
    return bool(row and row[0])


def _copy_visible(con: duckdb.DuckDBPyConnection, stage: str, draft: Path) -> None:
    """Copy a draft without what was deleted from it on the way: its pages still hold the bytes of such rows."""
    fresh = draft.with_suffix(".fresh")
    snapshot.attach_file(con, fresh, "fresh", read_only=False)
    con.execute(f"COPY FROM DATABASE {sql.identifier(stage)} TO fresh")
    con.execute("CHECKPOINT fresh")
    con.execute("DETACH fresh")
    con.execute(f"DETACH {sql.identifier(stage)}")
    fresh.replace(draft)


def _builders(
    folder: Path, fetched: Mapping[str, Sequence[Path]], before: dict[Path, Stamp | None]
) -> dict[str, _Build]:
    """Return the builder of each stage; only ingest needs to know where the files lie, and how they were.

    Geocode knows the build before, and looks only for addresses that are new; so does the cube, because what was given
    out stays known. The cube knows what has been asked, too.
    """

    def ingest(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
        report = build_ingest(con, settings=settings, folder=folder, fetched=fetched)
        check_unchanged(before)
        return report

    def geocode(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
        with _earlier(con, folder, "geocode") as catalog:
            return build_geocode(con, settings=settings, earlier=Memory(geocode_engine(settings), catalog))

    def cube(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
        heard = demand.read(folder / snapshot.FOLDER)
        with _earlier(con, folder, "cube") as catalog:
            report = build_cube(con, settings=settings, earlier=catalog, heard=heard)
        last = snapshot.newest(folder)
        con.execute("CREATE TABLE cube.release_origin (fingerprint VARCHAR)")
        con.execute("INSERT INTO cube.release_origin VALUES ($1)", [last.stages["cube"].fingerprint if last else ""])
        meaning = {"fingerprint": "Fingerprint of the cube that was published then; empty where there was none."}
        sql.comment(con, "cube.release_origin", "One row: the cube whose releases this one reckons with.", meaning)
        return report

    return {
        "ingest": ingest,
        "geocode": geocode,
        "linkage": build_linkage,
        "conform": build_conform,
        "enrich": build_enrich,
        "warehouse": build_warehouse,
        "cube": cube,
    }


def _lineage(con: duckdb.DuckDBPyConnection, folder: Path) -> Lineage | None:
    """Return where the published cube stands among those before; null where nothing is published."""
    last = snapshot.newest(folder)
    if last is None:
        return None
    with _earlier(con, folder, "cube") as catalog:
        kept = "SELECT 1 FROM duckdb_tables() WHERE database_name = $name AND table_name = 'release_origin'"
        if con.execute(kept, {"name": catalog}).fetchone() is None:
            return Lineage(last.stages["cube"].fingerprint)
        row = con.execute(f"SELECT fingerprint FROM {catalog}.release_origin").fetchone()
    return Lineage(last.stages["cube"].fingerprint, row[0] if row else "")


@contextmanager
def _earlier(con: duckdb.DuckDBPyConnection, folder: Path, stage: str) -> Iterator[str | None]:
    """Attach a stage as the published snapshot has it, for reading; null where nothing is published."""
    last = snapshot.newest(folder)
    if last is None:
        yield None
        return
    snapshot.attach_file(con, folder / snapshot.FOLDER / last.stages[stage].file, _EARLIER)
    try:
        yield _EARLIER
    finally:
        con.execute(f"DETACH {_EARLIER}")


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """Make the folder for drafts and spilled data, clear what killed builds left, and remove it at the end."""
    root = folder / snapshot.FOLDER
    bench = root / f"build-{os.getpid()}"
    try:
        retention.clear_drafts(folder)
        bench.mkdir()
    except OSError as error:
        raise lock.unwritable(root, error) from error
    try:
        yield bench
    except OSError as error:
        raise _stopped(error.strerror or type(error).__name__, str(error.filename or root)) from error
    except (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException) as error:
        # What stopped it stands behind what came of that.
        why = str(error).splitlines()[0].rpartition("Original error: ")[2]
        raise _stopped(why.removeprefix("IO Error: "), str(root)) from error
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _stopped(why: str, where: str) -> ProjectError:
    msg = f"The build stopped at {where}: {why.rstrip('.!')}. Nothing was published. Check free space, rights and disk."
    return ProjectError(msg)


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
