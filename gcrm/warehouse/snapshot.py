"""Snapshots: immutable stage files, and the manifests that say which of them belong together.

A manifest is written once, under a number that nobody else has, and never replaced: the newest valid one is the
published snapshot. A reader attaches its files read-only and is never blocked by a build.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import duckdb

#: Folder of a project that holds its stage files and manifests.
FOLDER = "snapshots"
#: Manifests kept, newest first; older ones and the files only they name are deleted.
RETENTION = 3
_FORMAT = 1


@dataclass(frozen=True)
class StageFile:
    """One stage of a snapshot.

    Attributes
    ----------
    file
        Name within the snapshots folder.
    fingerprint
        Hash of everything the stage was made from.
    bytes
        Size of the file; a file of another size is not the one that was published.
    """

    file: str
    fingerprint: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """The stage files that make up one snapshot.

    Attributes
    ----------
    sequence
        Number of the manifest; the highest valid one is published.
    created
        When it was published, ISO 8601 in UTC.
    code_version
        Version of gcrm that published it.
    settings
        The checked settings it was built with, as JSON values: readers go by these, not by a gcrm.toml that was edited
        since.
    stages
        Stage -> its file, in the order of the flow.
    """

    sequence: int
    created: str
    code_version: str
    settings: dict[str, Any]
    stages: dict[str, StageFile]

    @property
    def id(self) -> str:
        """Hash of the stages' fingerprints: the same data gives the same id."""
        text = json.dumps({name: s.fingerprint for name, s in self.stages.items()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def newest(folder: Path) -> Manifest | None:
    """Return the published manifest of a project folder, or None when nothing is published.

    A manifest that is torn, or names a file that is missing or of another size, is passed over.
    """
    return next(_valid(folder), None)


def publish(folder: Path, stages: Mapping[str, StageFile], settings: Mapping[str, Any], code_version: str) -> Manifest:
    """Publish a set of stage files as the next manifest.

    Parameters
    ----------
    folder
        The project's folder.
    stages
        Stage -> file, already complete and synced in the snapshots folder.
    settings
        The checked settings, as JSON values.
    code_version
        Version of gcrm that made them.

    Returns
    -------
    Manifest
        The published manifest.
    """
    created = datetime.now(UTC).isoformat(timespec="seconds")
    sequence = max((_sequence(p) for p in _manifest_paths(folder)), default=0)
    while True:
        sequence += 1
        manifest = Manifest(sequence, created, code_version, dict(settings), dict(stages))
        if _write_new(folder / FOLDER / f"manifest-{sequence:08d}.json", _encode(manifest)):
            return manifest


def attach(con: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest) -> None:
    """Attach every stage file of a manifest read-only under its stage's name.

    Parameters
    ----------
    con
        Connection that will read.
    folder
        The project's folder.
    manifest
        The snapshot.
    """
    for stage, file in manifest.stages.items():
        attach_file(con, folder / FOLDER / file.file, stage)


def attach_file(con: duckdb.DuckDBPyConnection, path: Path, stage: str, *, read_only: bool = True) -> None:
    """Attach one stage file under its stage's name.

    Parameters
    ----------
    con
        Connection that will read or write.
    path
        The file; it is made where it is missing and may be written.
    stage
        Name of the stage, and of the catalog.
    read_only
        False for the stage that is being built.
    """
    # The newest storage format compresses text in a third less time; only the DuckDB that is pinned reads these files.
    mode = " (READ_ONLY)" if read_only else " (STORAGE_VERSION 'latest')"
    con.execute(f"ATTACH {sql.literal(str(path))} AS {sql.identifier(stage)}{mode}")


def prune(folder: Path) -> list[str]:
    """Delete the manifests beyond the retention and the stage files that no kept manifest names.

    A file that cannot be deleted (a reader holds it open on Windows) stays until the next build.

    Returns
    -------
    list of str
        Names of the files deleted.
    """
    kept = list(_valid(folder))[:RETENTION]
    names = {file.file for m in kept for file in m.stages.values()}
    lowest = min((m.sequence for m in kept), default=0)
    old = [p for p in _manifest_paths(folder) if _sequence(p) < lowest]
    old += [p for p in (folder / FOLDER).glob("*.duckdb") if p.name not in names]
    gone = []
    for path in old:
        with suppress(OSError):
            path.unlink()
            gone.append(path.name)
    return gone


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle on a folder to sync; its rename is durable by itself.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _valid(folder: Path) -> Iterator[Manifest]:
    """Yield the valid manifests, newest first."""
    for path in sorted(_manifest_paths(folder), key=_sequence, reverse=True):
        manifest = _decode(path)
        if manifest is not None and all(_is_there(folder, file) for file in manifest.stages.values()):
            yield manifest


def _is_there(folder: Path, file: StageFile) -> bool:
    try:
        return (folder / FOLDER / file.file).stat().st_size == file.bytes
    except OSError:
        return False


def _manifest_paths(folder: Path) -> list[Path]:
    return list((folder / FOLDER).glob("manifest-*.json"))


def _sequence(path: Path) -> int:
    digits = path.stem.removeprefix("manifest-")
    return int(digits) if digits.isdigit() else 0


def _encode(manifest: Manifest) -> bytes:
    body = {"format": _FORMAT, **asdict(manifest)}
    return json.dumps({**body, "checksum": _checksum(body)}, indent=2).encode()


def _decode(path: Path) -> Manifest | None:
    """Read a manifest; None when it is torn or of another format."""
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
        checksum = body.pop("checksum")
        if checksum != _checksum(body) or body.pop("format") != _FORMAT:
            return None
        stages = {name: StageFile(**file) for name, file in body.pop("stages").items()}
        return Manifest(stages=stages, **body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _write_new(path: Path, content: bytes) -> bool:
    """Write a file that appears whole or not at all; False when the name is taken."""
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "nt":
            draft.rename(path)  # On Windows a rename never replaces.
        else:
            os.link(draft, path)
        sync(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        msg = f"The snapshot cannot be published in {path.parent}: {error.strerror}. Check its rights and free space."
        raise ProjectError(msg) from error
    finally:
        draft.unlink(missing_ok=True)
    return True
