"""Forgetting people: out of the operational store, the sources, every snapshot; and the proof that nothing is left.

The order makes it safe to stop at any moment and to begin again: first the tombstones, which keep the people out of
every later build, then the files, then a new snapshot, and the older ones only when it stands.
"""

from __future__ import annotations

import shutil
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from gcrm import crm, pipeline, settings
from gcrm.crm import Subject
from gcrm.forget import address, people, proof, source
from gcrm.forget.older import WAIT_S, ForgetError, delete_older
from gcrm.geocode.remote.erasure import erase as erase_answers
from gcrm.geocode.remote.erasure import kept as kept_answers
from gcrm.ingest import pattern
from gcrm.ingest.forgotten import BLANKED, REJECTED
from gcrm.warehouse import lock, retention, snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from gcrm.forget.people import Traces
    from gcrm.forget.proof import Evidence, Proof
    from gcrm.forget.source import Draft
    from gcrm.settings import Settings, Source

#: A source file within the folder; and one outside, or a database, with what to call it.
_Inside: TypeAlias = "tuple[Path, Source]"
_Outside: TypeAlias = "tuple[str, Path | None, Source]"


@dataclass(frozen=True)
class Report:
    """What was forgotten, and the proof.

    Attributes
    ----------
    people
        How many, both identifiers of one person counted.
    records
        Records erased from the operational store (decisions about addresses that only they had among them), and records
        of others that mentioned them and do so no more.
    answers
        Answers of remote geocoders about addresses that only they had.
    files
        Source file -> rows that went, and rows that name nobody now.
    deleted
        Files of older snapshots that were deleted.
    manifest
        The snapshot without them.
    proof
        What the scan of all files found: nothing.
    outside
        Sources outside the folder that hold them, or may: nothing was done about those.
    """

    people: int
    records: int
    answers: int
    files: dict[Path, tuple[int, int]]
    deleted: tuple[str, ...]
    manifest: snapshot.Manifest
    proof: Proof
    outside: tuple[str, ...]


def forget(
    folder: Path, ids: Collection[str], *, kind: str = "customer", actor: str | None = None, wait_s: float = WAIT_S
) -> Report:
    """Erase people everywhere in a project, and prove it.

    Parameters
    ----------
    folder
        The project's folder.
    ids
        The company's identifiers of the people.
    kind
        `customer` or `prospect`.
    actor
        Who does it, for the log of the operational store; the system's user where null.
    wait_s
        How long to wait for readers of older snapshots.

    Returns
    -------
    Report
        What was done; its proof has no hits.

    Raises
    ------
    ForgetError
        If a file that gcrm cannot write holds them (nothing was changed then), if somebody still reads an older
        snapshot, or if the proof fails.
    UserError
        If the project cannot be built or written.
    """
    project, who = settings.load(folder), actor or crm.local_actor()
    with lock.writing(folder, "forgetting"), _bench(folder) as bench:
        plan = _plan(folder, project, frozenset(Subject(kind, i) for i in ids), bench)  # type: ignore[arg-type]
        with crm.open_store(folder, project) as store:
            records = store.erase(plan.traces.people, addresses=plan.keys, actor=who)
            records += store.redact(plan.evidence.without, actor=who)
        answers = erase_answers(project.geocode.remote_folder, plan.answers)
        for draft in plan.drafts:
            draft.settle()
        contracted = [name for name, s in project.sources.items() if s.contract.model_fields_set]
        report = pipeline.build_held(folder, accept=contracted)
        deleted = delete_older(folder, wait_s)
    found = proof.scan(_files(folder), plan.evidence)
    if found.hits:
        raise _remains(found.hits, "The people are out of sources, store and snapshots, but these files hold them:")
    files = {draft.path: (draft.removed, draft.blanked) for draft in plan.drafts}
    gone, far = tuple(deleted), tuple(plan.outside)
    return Report(len(plan.traces.people), records, answers, files, gone, report.manifest, found, far)


@dataclass(frozen=True)
class _Plan:
    """What is going to be done: nothing of it has been done yet."""

    traces: Traces
    keys: frozenset[str]
    answers: frozenset[bytes]
    evidence: Evidence
    drafts: list[Draft]
    outside: list[str]


@contextmanager
def _bench(folder: Path) -> Iterator[Path]:
    """Make a folder for drafts, clear those of killed builds, and remove it at the end."""
    bench = folder / snapshot.FOLDER / f"build-forget-{uuid.uuid4().hex}"
    try:
        retention.clear_drafts(folder)
        bench.mkdir()
    except OSError as error:
        raise lock.unwritable(bench.parent, error) from error
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def _plan(folder: Path, project: Settings, wanted: frozenset[Subject], bench: Path) -> _Plan:
    """Find everything of the people, write the sources without them as drafts, and refuse what cannot be done."""
    traces = people.trace(folder, project, wanted)
    alone = address.addresses(folder, project, traces.people)
    traces.theirs |= alone.keys
    answers = kept_answers(project.geocode.remote_folder, alone.questions)
    inside, outside = _sources(folder, project)
    living = [p for pack in project.geocode.pack_folders for p in pack.rglob("*") if p.is_file()]
    mentions: list[Path] = []
    mine = []
    for i, (path, own) in enumerate([*inside, *((path, own) for _, path, own in outside if path is not None)]):
        if not _names_people(own):
            living.append(path)
        elif source.can_rewrite(path):
            task = source.Task(traces.people, keep_rows=False)
            draft = source.rewrite(path, own, task, bench / f"living-{i}{path.suffix}", traces.theirs)
            (living if own.kind in REJECTED else mentions).append(path if draft is None else draft.draft)
            mine += [] if draft is None or i >= len(inside) else [(i, path, own)]
    _refuse_unknown(traces, found=bool(mine))
    encodings = {s.encoding for s in project.sources.values() if s.encoding}
    texts = people.living(folder, traces.people)
    evidence = proof.choose(traces, living, mentions, texts, tuple(sorted(encodings)))
    drafts = []
    for i, path, own in mine:
        task = source.Task(traces.people, tells=evidence.tells)
        draft = source.rewrite(path, own, task, bench / f"final-{i}{path.suffix}", set())
        drafts += [] if draft is None else [draft]
    replaced = {draft.path for draft in drafts}
    others = [p for p in _files(folder) if p not in replaced and not _is_ours(p, folder)]
    held = proof.scan([*others, *(draft.draft for draft in drafts)], evidence).hits
    named = {next((d.path for d in drafts if d.draft == path), path): count for path, count in held.items()}
    for path in _not_rewritten(project, inside, traces):
        named.setdefault(path, 0)
    if named:
        raise _remains(named, "Nothing was changed: these files hold the people, and gcrm does not write them:")
    far = [name for name, path, _ in outside if path is None or proof.scan([path], evidence).hits]
    return _Plan(traces, alone.keys, answers, evidence, drafts, far)


def _refuse_unknown(traces: Traces, *, found: bool) -> None:
    if not traces.known and not found:
        count = len(traces.people)
        msg = f"None of the {count} identifiers is known in snapshots, sources or operational store. Nothing was done."
        raise ForgetError(msg)


def _sources(folder: Path, project: Settings) -> tuple[list[_Inside], list[_Outside]]:
    """Return the source files within the folder, and what lies outside: files, and databases without a path."""
    inside: list[_Inside] = []
    outside: list[_Outside] = []
    root = folder.resolve()
    for name, own in project.sources.items():
        if own.path is None:
            if _names_people(own):
                outside.append((f"sources.{name} (database)", None, own))
            continue
        for path in pattern.found(folder, own.path).values():
            if not path.is_file():
                continue
            if path.resolve().is_relative_to(root):
                inside.append((path, own))
            elif _names_people(own):
                outside.append((f"sources.{name} ({path})", path, own))
    return inside, outside


def _names_people(own: Source) -> bool:
    return own.kind in REJECTED or own.kind in BLANKED


def _not_rewritten(project: Settings, inside: list[tuple[Path, Source]], traces: Traces) -> Iterator[Path]:
    """Yield the files that gcrm does not write and that brought rows about the people."""
    for name in traces.sources & project.sources.keys():
        own = project.sources[name]
        yield from (path for path, s in inside if s is own and not source.can_rewrite(path))


def _files(folder: Path) -> list[Path]:
    """Return every file of the project, but for the lock of its snapshots."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / snapshot.FOLDER / "lock")


def _is_ours(path: Path, folder: Path) -> bool:
    """Say whether a file is the operational store or belongs to the snapshots: both are written anew."""
    return path.is_relative_to(folder / snapshot.FOLDER) or (
        path.parent == folder and path.name.startswith("crm.sqlite")
    )


def _remains(hits: dict[Path, int], opening: str) -> ForgetError:
    lines = [opening, *(f"  {path}" for path in sorted(hits))]
    lines.append("Take the people out of them, or delete them, and run it again.")
    return ForgetError("\n".join(lines))
