"""Fingerprints: what each stage is made from, as one hash. A stage whose fingerprint is known is not built again."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from gcrm import crm
from gcrm.errors import SourceError
from gcrm.geocode.intake.stock import packs_of
from gcrm.geocode.verdict import suggestion
from gcrm.ingest import input_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.settings import Settings

#: Modules whose code shapes what every stage writes.
_BASE = ("columns", "settings", "sql", "stage")
#: What is said of a source and shapes no row of it.
_SHAPELESS = {"attribution", "contract"}


@dataclass(frozen=True)
class Stage:
    """One stage of the flow.

    Attributes
    ----------
    name
        Folder, catalog and file prefix.
    keys
        Parts of the settings that the stage depends on.
    """

    name: str
    keys: tuple[str, ...]


#: The flow, in order; each stage may read every earlier one. What a project does not ask for is not in its flow.
STAGES = (
    Stage("ingest", ("sources", "hierarchies")),
    Stage("geocode", ("geocode.country",)),
    Stage("linkage", ("linkage",)),
    Stage("conform", ("hierarchies", "cell_resolutions", "project.metric_crs")),
    Stage("enrich", ("buildings", "residence", "roads", "trading_areas", "project.metric_crs")),
    Stage("warehouse", ()),
    Stage("cube", ("cube", "privacy", "releases")),
)


def flow(project: Settings) -> tuple[Stage, ...]:
    """Return the stages of a project: without `[linkage]`, duplicates are not looked for."""
    return tuple(stage for stage in STAGES if stage.name != "linkage" or project.linkage is not None)


@dataclass(frozen=True)
class Lineage:
    """Where the published cube stands among those before: what they gave out stays known.

    Attributes
    ----------
    fingerprint
        Fingerprint of the published cube.
    origin
        Fingerprint of the cube that was published when it was built; empty where there was none.
    """

    fingerprint: str = ""
    origin: str = ""


def fingerprints(
    project: Settings,
    folder: Path,
    fetched: Mapping[str, Sequence[Path]] | None = None,
    lineage: Lineage | None = None,
) -> dict[str, str]:
    """Return stage -> hash of its inputs, settings and code, and of the stages before it.

    Parameters
    ----------
    project
        The project's settings.
    folder
        The project's folder.
    fetched
        Source -> files with what was fetched from its database; their names are hashes of what they hold.
    lineage
        Where the published cube stands; null where nothing is published.

    Returns
    -------
    dict of str to str
        Stage -> hash.

    Raises
    ------
    SourceError
        If a file is missing or cannot be read.
    """
    values = project.model_dump(mode="json", exclude={"sources": {"__all__": _SHAPELESS}})
    prints: dict[str, str] = {}
    chain = [duckdb.__version__, _files_hash(input_files(project, folder), folder), crm.fingerprint(folder, project)]
    chain += [f"{source} {path.name}" for source, paths in (fetched or {}).items() for path in paths]
    for stage in flow(project):
        if stage.name == "geocode":
            chain += [*(pack.hash for pack in packs_of(project)), *suggestion.fingerprint(project)]
        chain = [*chain, json.dumps([_value(values, k) for k in stage.keys]), code_hash(stage.name)]
        prints[stage.name] = _hash([*chain, ""] if stage.name == "cube" else chain)
        if stage.name == "cube" and lineage is not None:
            # The published cube is the same again; any other follows on it, also one that was published before it.
            same = _hash([*chain, lineage.origin]) == lineage.fingerprint
            prints[stage.name] = lineage.fingerprint if same else _hash([*chain, lineage.fingerprint])
        chain = [prints[stage.name]]
    return prints


def _hash(chain: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(chain).encode()).hexdigest()[:16]


def geocode_engine(project: Settings) -> str:
    """Return a hash of the rules by which addresses are found: code, settings and packs.

    Parameters
    ----------
    project
        The project's settings.

    Returns
    -------
    str
        The hash; what the project's own sources say of the reference is not in it.

    Raises
    ------
    SourceError
        If a reference pack is missing or damaged.
    """
    chain = [duckdb.__version__, project.geocode.model_dump_json(exclude={"remote"}), code_hash("geocode")]
    return hashlib.sha256("\n".join([*chain, *(pack.hash for pack in packs_of(project))]).encode()).hexdigest()


def _value(values: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        values = values[part]
    return values


def _files_hash(paths: list[Path], folder: Path) -> str:
    """Hash the contents of the source files, each under its path relative to the project."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(os.path.relpath(path, folder).encode())
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            msg = (
                f"{path} cannot be read: {error.strerror or type(error).__name__}. A build needs the right to read it."
            )
            raise SourceError(msg) from error
    return digest.hexdigest()


@cache  # code that changes on disk meanwhile is not what runs here
def code_hash(stage: str) -> str:
    """Return the hash of the code of a stage, and of the base that all stages share."""
    package = Path(str(resources.files("gcrm")))
    own = [p for name in (*_BASE, stage) for p in (package / f"{name}.py", *(package / name).rglob("*"))]
    digest = hashlib.sha256()
    for path in sorted(p for p in own if p.suffix in {".py", ".sql"} and p.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()
