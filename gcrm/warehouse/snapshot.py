"""Snapshots: immutable stage files, and the manifests that say which of them belong together.

A manifest is written once, under a number that nobody else has, and never replaced: the newest valid one is the
published snapshot. A reader attaches its files read-only and is never blocked by a build.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from dataclasses import asdict, dataclass, field
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
    figures
        Source -> what it brought, for the next build to compare with.
    accepted
        Broken contracts that it was published in spite of.
    inputs
        Other files in the snapshots folder that the next build needs, such as what was fetched from a database.
    """

    sequence: int
    created: str
    code_version: str
    settings: dict[str, Any]
    stages: dict[str, StageFile]
    figures: dict[str, Any] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()

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


def history(folder: Path) -> list[Manifest]:
    """Return every valid manifest of a project folder, newest first.

    Raises
    ------
    OSError
        If a manifest or file is there but cannot be looked at: it must not count as gone then.
    """
    return list(_valid(folder, strict=True))


def is_there(folder: Path, manifest: Manifest) -> bool:
    """Say whether the manifest itself still lies in the folder."""
    return (folder / FOLDER / f"manifest-{manifest.sequence:08d}.json").exists()


def manifest_paths(folder: Path) -> dict[Path, int]:
    """Return every manifest of a project folder, valid or not, with its number."""
    return {path: _sequence(path) for path in (folder / FOLDER).glob("manifest-*.json")}


def publish(
    folder: Path,
    stages: Mapping[str, StageFile],
    settings: Mapping[str, Any],
    code_version: str,
    **notes: Any,
) -> Manifest:
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
    **notes
        `figures`, `accepted` and `inputs` of the manifest.

    Returns
    -------
    Manifest
        The published manifest.
    """
    created = datetime.now(UTC).isoformat(timespec="seconds")
    sequence = max(manifest_paths(folder).values(), default=0)
    while True:
        sequence += 1
        manifest = Manifest(sequence, created, code_version, dict(settings), dict(stages), **notes)
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
    # A draft that a kill leaves is thrown away, so it needs no write-ahead log either, nor the waiting for it.
    mode = " (READ_ONLY)" if read_only else " (STORAGE_VERSION 'latest', RECOVERY_MODE no_wal_writes)"
    con.execute(f"ATTACH {sql.literal(str(path))} AS {sql.identifier(stage)}{mode}")


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no handle on a folder to sync; its rename is durable by itself.
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _valid(folder: Path, *, strict: bool = False) -> Iterator[Manifest]:
    """Yield the valid manifests, newest first; `strict` raises where one cannot be looked at."""
    paths = manifest_paths(folder)
    for path in sorted(paths, key=paths.__getitem__, reverse=True):
        try:
            manifest = _decode(path.read_bytes())
            there = manifest is not None and all(_is_whole(folder, file) for file in manifest.stages.values())
        except FileNotFoundError:
            continue
        except OSError:
            if strict:
                raise
            continue
        if manifest is not None and there:
            yield manifest


def _is_whole(folder: Path, file: StageFile) -> bool:
    return (folder / FOLDER / file.file).stat().st_size == file.bytes


def _sequence(path: Path) -> int:
    digits = path.stem.removeprefix("manifest-")
    return int(digits) if digits.isdigit() else 0


def _encode(manifest: Manifest) -> bytes:
    body = {"format": _FORMAT, **asdict(manifest)}
    return json.dumps({**body, "checksum": _checksum(body)}, indent=2).encode()


def _decode(content: bytes) -> Manifest | None:
    """Read a manifest; None when it is torn or of another format."""
    try:
        body: dict[str, Any] = json.loads(content)
        checksum = body.pop("checksum")
        if checksum != _checksum(body) or body.pop("format") != _FORMAT:
            return None
        stages = {name: StageFile(**file) for name, file in body["stages"].items()}
        lists = {name: tuple(body.get(name, ())) for name in ("accepted", "inputs")}
        return Manifest(**(body | lists | {"stages": stages}))
    except (ValueError, KeyError, TypeError, AttributeError):
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
