"""Retention: which snapshots stay, and how the files of the others go while people read and builds are killed."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from gcrm.warehouse import lease, snapshot

if TYPE_CHECKING:
    from pathlib import Path


def prune(folder: Path, keep: int) -> list[str]:
    """Delete the manifests beyond the retention and the files that neither a kept manifest nor a reader names.

    Whoever calls it holds the lock. The order matters: once a manifest is gone nobody new can claim it, so the claims
    read after that are all there will be. A file that cannot be deleted (on Windows while somebody has it open) stays
    until the next time.

    Parameters
    ----------
    folder
        The project's folder.
    keep
        Manifests to keep, newest first, beside those that are being read.

    Returns
    -------
    list of str
        Names of the files deleted.

    Raises
    ------
    OSError
        If a manifest cannot be read: what it names must not be deleted then.
    """
    root = folder / snapshot.FOLDER
    gone = lease.clear(root)
    claimed = {claim.sequence for claim in lease.held(root)}
    valid = snapshot.history(folder)
    kept = [m for i, m in enumerate(valid) if i < keep or m.sequence in claimed]
    if kept:
        sequences = {m.sequence for m in kept}
        numbers = snapshot.manifest_paths(folder)
        gone += _delete([p for p, n in numbers.items() if n < valid[0].sequence and n not in sequences])
    names = {file.file for m in kept for file in m.stages.values()} | {name for m in kept for name in m.inputs}
    names |= {name for claim in lease.held(root) for name in claim.files}
    return gone + _delete([p for p in _data_files(root) if p.name not in names])


def clear_drafts(folder: Path) -> list[str]:
    """Delete what a killed build left; whoever calls it holds the lock. Return the names."""
    root = folder / snapshot.FOLDER
    benches = list(root.glob("build-*"))
    for bench in benches:
        shutil.rmtree(bench, ignore_errors=True)
    drafts = [p for pattern in (".manifest-*.tmp", f"{lease.FOLDER}/.clock-*") for p in root.glob(pattern)]
    return [b.name for b in benches if not b.exists()] + _delete(drafts)


def _data_files(root: Path) -> list[Path]:
    """Return every file that a manifest must name, or nobody needs."""
    return [p for p in root.iterdir() if p.suffix in {".duckdb", ".wal", ".parquet"} and p.is_file()]


def _delete(paths: list[Path]) -> list[str]:
    gone = []
    for path in paths:
        with suppress(OSError):
            path.unlink()
            gone.append(path.name)
    return gone
