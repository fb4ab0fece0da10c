"""The doctor: looks at an installation and a project, and says how to mend what is wrong."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import duckdb

from gcrm import settings, sql
from gcrm.errors import GcrmError
from gcrm.ingest import input_files
from gcrm.warehouse import lease, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

State = Literal["ok", "warning", "broken"]
#: Free space below which a build may not finish.
_FREE_BYTES = 1_000_000_000
_OPTIONS = {
    "streamlit": "the dashboard: pip install 'gcrm[app]'",
    "maplibre": "the dashboard's map: pip install 'gcrm[app]'",
    "folium": "maps in notebooks and files: pip install 'gcrm[maps]'",
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name
        What was looked at.
    state
        `ok`, `warning` (works, but not all of it) or `broken`.
    found
        What was found.
    mend
        What to do about it; empty when it is well.
    """

    name: str
    state: State
    found: str
    mend: str = ""


def examine(folder: Path | None = None) -> list[Check]:
    """Look at the installation and, where a folder is given, at its project.

    Parameters
    ----------
    folder
        The project's folder; null looks at the installation only.

    Returns
    -------
    list of Check
        One per thing looked at, in order.
    """
    checks = [_python(), *_packages(), _spatial(), *_options()]
    if folder is not None:
        checks += _project(folder)
    return checks


def _python() -> Check:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    return Check("Python", "ok", found)


def _packages() -> Iterator[Check]:
    for name in ("duckdb", "geopandas", "shapely", "pyogrio", "h3", "h3ronpy", "pyarrow", "pyproj"):
        yield _tried(name, partial(_import, name), f"Reinstall it: pip install {name}")


def _import(name: str) -> str:
    importlib.import_module(name)
    return importlib.metadata.version(name)


def _spatial() -> Check:
    def load() -> str:
        with sql.connect(spatial=True) as con:
            row = con.execute("SELECT ST_AsText(ST_Point(1, 2))").fetchone()
        return f"loads, from its wheel for DuckDB {duckdb.__version__} ({row[0] if row else ''})"

    return _tried("DuckDB spatial", load, "Install the wheel of DuckDB's own version.")


def _options() -> Iterator[Check]:
    for name, purpose in _OPTIONS.items():
        try:
            yield Check(name, "ok", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, "warning", "not installed", f"Needed for {purpose}")


def _project(folder: Path) -> Iterator[Check]:
    try:
        project = settings.load(folder)
    except GcrmError as error:
        yield Check(
            settings.FILE_NAME, "broken", str(error), "Mend the file as it says; the documentation has every key."
        )
        return
    yield Check(settings.FILE_NAME, "ok", f"{len(project.sources)} sources, {len(project.hierarchies)} hierarchies")
    yield _tried(
        "sources", lambda: f"{len(input_files(project, folder))} files found", "Put the file there, or mend path."
    )
    yield _writable(folder)
    yield _space(folder)
    yield _published(folder)
    yield from _leftovers(folder)


def _writable(folder: Path) -> Check:
    target = folder / snapshot.FOLDER
    place = target if target.exists() else folder
    if os.access(place, os.W_OK):
        return Check("rights", "ok", f"{place} can be written")
    return Check("rights", "broken", f"{place} cannot be written", "Give yourself the right to write there.")


def _space(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    found = f"{free / 1e9:.1f} GB free"
    if free < _FREE_BYTES:
        return Check("disk", "warning", found, "A build may need more; free some space.")
    return Check("disk", "ok", found)


def _published(folder: Path) -> Check:
    manifest = snapshot.newest(folder)
    if manifest is None:
        return Check("snapshot", "warning", "nothing is published yet", f"Run: gcrm build {folder}")

    def read() -> str:
        with sql.connect(spatial=True) as con:
            snapshot.attach(con, folder, manifest)
            row = con.execute("SELECT count(*) FROM warehouse.dim_customer").fetchone()
        return f"number {manifest.sequence} of {manifest.created}: {row[0] if row else 0:,} customers"

    return _tried("snapshot", read, f"Delete {folder / snapshot.FOLDER} and build again: nothing in it is original.")


def _leftovers(folder: Path) -> Iterator[Check]:
    """Look at what dead readers and killed builds left; a running build may own some of it."""
    root = folder / snapshot.FOLDER
    readers = lease.held(root)
    if readers:
        yield Check("readers", "ok", "; ".join(f"snapshot {claim.sequence}: {claim.holder}" for claim in readers))
    dead = len(list((root / lease.FOLDER).glob("*.json"))) - len(readers)
    drafts = len(list(root.glob("build-*"))) + len(list(root.glob(".manifest-*.tmp")))
    if dead > 0 or drafts:
        found = f"{max(dead, 0)} leases of readers that are gone, {drafts} drafts"
        mend = f"Harmless: the next build clears them, or gcrm snapshot prune {folder}, unless a build is running."
        yield Check("leftovers", "ok", found, mend)


def _tried(name: str, action: Callable[[], str], mend: str) -> Check:
    try:
        return Check(name, "ok", action())
    except GcrmError as error:
        return Check(name, "broken", str(error), mend)
    except (ImportError, duckdb.Error) as error:
        return Check(name, "broken", str(error).splitlines()[0], mend)
