"""The publication of a build: its load contracts are checked, and what holds becomes the next snapshot."""

from __future__ import annotations

import glob
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import __version__, contracts
from gcrm.columns import KINDS
from gcrm.contracts import Change, ContractError, Figures, Verdict, refuse_unknown
from gcrm.warehouse import retention, snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from gcrm.settings import Settings

__all__ = ["Publication", "publish", "refuse_unknown"]


@dataclass(frozen=True)
class Publication:
    """What was published, and what was found about it.

    Attributes
    ----------
    manifest
        The published snapshot.
    changed
        False where everything was already published: nothing was written.
    figures
        Source -> what it brought.
    verdicts
        What came of every load contract.
    since
        The snapshot published before; null where there was none.
    changes
        What the sources brought otherwise than to that one.
    """

    manifest: snapshot.Manifest
    changed: bool
    figures: dict[str, Figures]
    verdicts: tuple[Verdict, ...]
    since: snapshot.Manifest | None
    changes: tuple[Change, ...]

    @property
    def sources(self) -> list[tuple[str, int, int, int, int]]:
        """Per source its name, and its rows read, loaded, rejected, and replaced by later changes."""
        return [(name, f.rows_in, f.rows_loaded, f.rows_rejected, f.rows_replaced) for name, f in self.figures.items()]

    @property
    def located(self) -> list[tuple[str, str, int]]:
        """Per kind of record and match level (`nowhere` without one) the number of records, in order."""
        found: Counter[tuple[str, str]] = Counter()
        for figures in self.figures.values():
            kind = KINDS[figures.kind].table if figures.kind in KINDS else figures.kind
            found.update({(kind, level): count for level, count in figures.located.items()})
        return [(kind, level, count) for (kind, level), count in sorted(found.items())]


def publish(
    con: duckdb.DuckDBPyConnection,
    project: Settings,
    folder: Path,
    files: Mapping[str, snapshot.StageFile],
    accept: Collection[str] = (),
    inputs: Collection[str] = (),
) -> Publication:
    """Check the load contracts, and publish what was built unless it is published already.

    Parameters
    ----------
    con
        Connection with the stages attached.
    project
        The settings they were built with.
    folder
        The project's folder; its lock is held.
    files
        Stage -> file, complete and synced.
    accept
        Contracts, or sources, whose breach does not keep it from being published.
    inputs
        Other files in the snapshots folder that the next build needs.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    ContractError
        If a contract is broken and not accepted; the message says which, and what changed since the last snapshot.
    """
    last = snapshot.newest(folder)
    values = project.model_dump(mode="json")
    same = last is not None and last.stages == files and last.settings == values
    before = {} if last is None else {name: Figures.of(f) for name, f in last.figures.items()}
    figures = before if same and before else contracts.measure(con, settings=project)
    accepted = {*accept, *(last.accepted if last is not None and same else ())}
    verdicts = contracts.check(
        project, figures, before, accept=accepted, written=lambda source: _written(project, folder, source)
    )
    found = contracts.changes(before, figures) if last is not None else []
    if any(v.state == "broken" for v in verdicts):
        raise ContractError(_message(folder, verdicts, last, found))
    noted = tuple(v.name for v in verdicts if v.state == "accepted")
    if last is not None and same and set(noted) <= set(last.accepted) and tuple(inputs) == last.inputs:
        _prune(folder, project)
        return Publication(last, changed=False, figures=figures, verdicts=tuple(verdicts), since=last, changes=())
    plain = {name: f.plain() for name, f in figures.items()}
    notes = {"figures": plain, "accepted": noted, "inputs": tuple(inputs)}
    manifest = snapshot.publish(folder, files, values, __version__, **notes)
    _prune(folder, project)
    return Publication(manifest, True, figures, tuple(verdicts), last, tuple(found))  # noqa: FBT003


def _prune(folder: Path, project: Settings) -> None:
    """Delete older snapshots; what cannot be deleted or looked at now stays until the next build."""
    with suppress(OSError):
        retention.prune(folder, project.snapshots.keep)


def _written(project: Settings, folder: Path, source: str) -> date | None:
    """Return the day on which the newest file of a source was written."""
    pattern = project.sources[source].path
    paths = [Path(name) for name in glob.glob(str(folder / pattern), recursive=True)] if pattern else []  # noqa: PTH207
    times = [path.stat().st_mtime for path in paths if path.is_file()]
    return datetime.fromtimestamp(max(times), UTC).astimezone().date() if times else None


def _message(folder: Path, verdicts: Sequence[Verdict], last: snapshot.Manifest | None, found: Sequence[Change]) -> str:
    """Say which contracts are broken, and what changed since the last snapshot."""
    broken = [v for v in verdicts if v.state == "broken"]
    lines = [f"Nothing was published: of {len(verdicts)} load contracts {len(broken)} broken."]
    lines += [f"  {v.name}: expected {v.expected}, found {v.found}" for v in broken]
    if last is not None:
        lines.append(f"Since snapshot {last.sequence} of {last.created}:" + ("" if found else " nothing changed."))
        lines += [f"  {c.source}: {c.what} {c.before or '-'} -> {c.after or '-'}" for c in found]
    names = " ".join(f"--accept {v.name}" for v in broken)
    lines.append(f"Mend the files, or publish all the same: gcrm build {folder} {names}")
    return "\n".join(lines)
