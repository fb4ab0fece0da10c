"""The fetch: what a source reads from a database is put into a file first, so that a build knows what it is made from.

The file is named by the hash of its rows: rows that have not changed are the same file again. A source of changes
fetches only what was changed since the last time, and keeps what it fetched before.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from pyarrow import ArrowException

from gcrm.ingest import forgotten
from gcrm.ingest.database import postgres, transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gcrm.crm import Tombstones
    from gcrm.ingest.database.postgres import Copied, Remote, Session
    from gcrm.settings import Settings

#: How far behind the latest change a fetch begins: a transaction may write a time and be committed long after it.
OVERLAP = timedelta(days=1)
#: What a clock without a time zone may be ahead of UTC.
_AHEAD = timedelta(hours=14)
#: Files of one source beyond which they are put together.
_MOST_FILES = 24
_MOMENTS = {"date", "timestamp", "timestamptz"}
_NOTE = b"gcrm"


@dataclass(frozen=True)
class Earlier:
    """What earlier builds have fetched of a source of changes.

    Attributes
    ----------
    files
        In the order in which they were fetched.
    watermark
        Latest time of a change in them, on the clock of UTC for times with an offset; null before the first fetch.
    """

    files: tuple[Path, ...] = ()
    watermark: datetime | None = None


def fetch(
    settings: Settings, folder: Path, kept: Sequence[str], bench: Path, keep: Callable[[Path], Path]
) -> dict[str, tuple[Path, ...]]:
    """Fetch what sources read from databases.

    Parameters
    ----------
    settings
        The project's settings.
    folder
        The project's folder.
    kept
        Names of the files in its snapshots that the published one was made from.
    bench
        Folder for drafts, within the folder of the snapshots.
    keep
        Puts a finished draft among the snapshots for good, under its name; returns where it lies then.

    Returns
    -------
    dict of str to tuple of Path
        Source -> the files with its rows, in order. Sources that read files are not in it.

    Raises
    ------
    DependencyError
        If the driver of the database is not installed.
    SourceError
        If a database cannot be reached, or refuses what is asked.
    """
    found: dict[str, tuple[Path, ...]] = {}
    if all(source.database is None for source in settings.sources.values()):
        return found
    root, stones = bench.parent, forgotten.stones(settings, folder)
    for i, (name, source) in enumerate(settings.sources.items()):
        if source.database is None:
            continue
        place = bench / f"fetch-{i}"
        place.mkdir()
        with postgres.open_session(name, source) as session:
            remote = postgres.look(session)
            identity = _identity(session, remote, stones)
            earlier = Earlier() if source.load == "full" else _earlier(root, kept, identity)
            copied = postgres.copy(session, remote, place / "rows.csv", _condition(session, remote, earlier))
        found[name] = _files(session, remote, earlier, _Draft(place, root, identity, copied, stones, keep))
        shutil.rmtree(place, ignore_errors=True)  # the text is some times as large as the file made of it
    return found


def names(fetched: Mapping[str, Sequence[Path]]) -> tuple[str, ...]:
    """Return the names of all files that were fetched, each once, in order."""
    return tuple(dict.fromkeys(path.name for paths in fetched.values() for path in paths))


@dataclass(frozen=True)
class _Draft:
    """What was fetched just now, in `place / "rows.csv"`."""

    place: Path
    root: Path
    identity: str
    copied: Copied
    stones: Tombstones | None
    keep: Callable[[Path], Path]

    def named(self, *before: Path) -> Path:
        """Return the draft of the file that holds these rows, named by them and by the files that they follow."""
        text = "\n".join([self.identity, self.copied.digest, *(path.name for path in before)])
        return self.place / f"fetched-{hashlib.sha256(text.encode()).hexdigest()[:16]}.parquet"


def _identity(session: Session, remote: Remote, stones: Tombstones | None) -> str:
    """Return what tells one fetched table from another: where it lies, what is asked, its columns, who is left out."""
    source = session.source
    parts: list[Any] = [source.database, source.table, source.query, source.load, source.changed_at]
    parts += [repr(remote.columns), source.kind, source.columns, sorted(stones.hashes) if stones else []]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _earlier(root: Path, kept: Sequence[str], identity: str) -> Earlier:
    """Find what was fetched of the same table before; nothing where a file of it is gone."""
    files, watermark = [], None
    for name in kept:
        try:
            note = json.loads((pq.read_metadata(root / name).metadata or {})[_NOTE])
        except FileNotFoundError:
            return Earlier()
        except (OSError, ArrowException, KeyError, ValueError):
            continue
        if note["identity"] == identity:
            files.append(root / name)
            watermark = note["watermark"]
    return Earlier(tuple(files), datetime.fromisoformat(watermark) if watermark else None)


def _condition(session: Session, remote: Remote, earlier: Earlier) -> str:
    """Return what a row must be to be fetched: changed since the last time, or of a time that is not known."""
    source = session.source
    if source.load == "full":
        return ""
    kinds = {column.name: column.remote for column in remote.columns}
    kind = kinds.get(str(source.changed_at))
    if kind not in _MOMENTS:
        found = "there is no such column" if kind is None else f"it is of the type {kind}"
        msg = f"changed_at names '{source.changed_at}', but {found}. Name a column of the type timestamp or date."
        raise session.refuse(msg)
    if earlier.watermark is None:
        return ""
    begin = (earlier.watermark - OVERLAP).isoformat(sep=" ") + ("+00" if kind == "timestamptz" else "")
    column = f"q.{postgres.quoted(str(source.changed_at))}"
    return f"({column} > '{begin}'::{kind} OR {column} IS NULL)"


def _files(session: Session, remote: Remote, earlier: Earlier, draft: _Draft) -> tuple[Path, ...]:
    """Make the fetched rows into a file, unless they are known; return all files of the source."""
    source, before = session.source, earlier.files
    together = before if len(before) >= _MOST_FILES else ()
    path = draft.named(*before)
    final = draft.root / path.name
    if not final.exists():
        with transfer.open_transfer(session, remote, draft.place / "rows.csv", draft.copied.longest) as rows:
            watermark = earlier.watermark
            if draft.stones is not None:
                rows.forget(draft.stones)
            if before:
                rows.drop_known(before)
                if not rows.count():
                    return before
            if source.load == "changes":
                limit = datetime.now(UTC).replace(tzinfo=None) + _AHEAD  # one in the future would hide what follows
                latest = rows.latest(str(source.changed_at), limit)
                watermark = max(filter(None, (watermark, latest)), default=None)
            note = {"identity": draft.identity, "watermark": watermark.isoformat() if watermark else None}
            rows.write(path, together, {_NOTE: json.dumps(note).encode()})
        final = draft.keep(path)
    return (final,) if together else (*before, final)
