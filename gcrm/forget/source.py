"""What a source file says of people, and the same file without them: as a draft that takes its place later.

Rows that describe a person go. Orders and interactions stay with all their figures, and name nobody instead.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gcrm.columns import KINDS
from gcrm.errors import ProjectError
from gcrm.forget import text
from gcrm.ingest.forgotten import BLANKED, NOBODY, REJECTED, SAID
from gcrm.settings.origin import TEXT_SUFFIXES
from gcrm.warehouse.snapshot import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gcrm.crm import Subject
    from gcrm.settings import Source

PARQUET_SUFFIXES = (".parquet", ".geoparquet", ".pq")
_KIND_OF = {"customer_id": "customer", "prospect_id": "prospect"}


@dataclass(frozen=True)
class Draft:
    """A source file without some people.

    Attributes
    ----------
    path, draft
        The file, and what takes its place.
    removed, blanked
        Rows that went, and rows that name nobody now.
    """

    path: Path
    draft: Path
    removed: int
    blanked: int

    def settle(self) -> None:
        """Let the draft take the place of the file, whole or not at all."""
        beside = self.path.with_name(f".{self.path.name}.{uuid.uuid4().hex}.tmp")
        try:
            shutil.copyfile(self.draft, beside)
            shutil.copymode(self.path, beside)
            sync(beside)
            beside.replace(self.path)
            sync(self.path.parent)
        except OSError as error:
            msg = f"{self.path} cannot be replaced: {error.strerror}. Close what has it open, and run it again."
            raise ProjectError(msg) from error
        finally:
            beside.unlink(missing_ok=True)


@dataclass(frozen=True)
class Task:
    """What to leave out of a file, and how.

    Attributes
    ----------
    people
        Whom to leave out.
    keep_rows
        True keeps the orders and interactions of the people, without them; False leaves them out too.
    tells
        Says of a value in a row that stays whether it tells who it was; it is emptied then.
    """

    people: frozenset[Subject]
    keep_rows: bool = True
    tells: Callable[[str], bool] = lambda _value: False


class Rule:
    """Which rows of a file are of the people."""

    def __init__(self, source: Source, names: list[str], task: Task) -> None:
        mapped = {gcrm: source.columns.get(gcrm, gcrm) for gcrm in KINDS[source.kind].field_names}
        self._ids = {(p.kind, p.id) for p in task.people}
        self._kind = names.index(mapped["subject_kind"]) if mapped.get("subject_kind") in names else None
        self._removing = {names.index(mapped[c]): c for c in REJECTED.get(source.kind, ()) if mapped[c] in names}
        self._blanking = {names.index(mapped[c]): c for c in BLANKED.get(source.kind, ()) if mapped[c] in names}
        needed = {mapped[f.name] for f in KINDS[source.kind].fields if f.required or f.name in KINDS[source.kind].key}
        self._spared = {i for i, name in enumerate(names) if name in needed}
        self._said = {names.index(mapped[c]): "" for c in SAID.get(source.kind, ()) if mapped[c] in names}
        self._tells = task.tells

    @property
    def naming(self) -> tuple[int, ...]:
        """Columns in which a row names people and stays."""
        return tuple(self._blanking)

    def suspects(self, table: pa.Table) -> list[int]:
        """Return the rows of a table that may be of the people: one of their identifiers stands there."""
        ids = pa.array(sorted({id_ for _, id_ in self._ids}), pa.string())
        found = np.zeros(table.num_rows, bool)
        for place in {*self._removing, *self._blanking}:
            words = pc.utf8_trim_whitespace(table.column(place).cast(pa.string()))
            found |= pc.fill_null(pc.is_in(words, value_set=ids), False).to_numpy()  # noqa: FBT003 - the value
        return [int(row) for row in np.flatnonzero(found)]

    def is_theirs(self, values: Sequence[object]) -> bool:
        """Say whether a row describes one of the people."""
        return any(self._names(i, column, values) for i, column in self._removing.items())

    def changes(self, values: Sequence[object]) -> dict[int, str]:
        """Return what becomes of a row that only names one of them: column -> its new value; empty for other rows."""
        made = {i: NOBODY for i, column in self._blanking.items() if self._names(i, column, values)}
        if not made:
            return made
        telling = {i for i, value in enumerate(values) if isinstance(value, str) and self._tells(value)}
        return dict.fromkeys(telling - self._spared, "") | self._said | made

    def _names(self, place: int, column: str, values: Sequence[object]) -> bool:
        if place >= len(values) or values[place] is None:
            return False
        kind = _KIND_OF.get(column) or (values[self._kind] if self._kind is not None else "")
        return (str(kind).strip(), str(values[place]).strip()) in self._ids


def rewrite(path: Path, source: Source, task: Task, draft: Path, theirs: set[str]) -> Draft | None:
    """Write a source file once more without some people.

    Parameters
    ----------
    path
        The file.
    source
        What gcrm.toml says of it.
    task
        What to leave out.
    draft
        File to write.
    theirs
        Takes the texts of the rows that are left out.

    Returns
    -------
    Draft or None
        What takes the place of the file; null where it names none of them.
    """
    if path.suffix.lower() in TEXT_SUFFIXES:
        removed, blanked = _rewrite_text(path, source, task, draft, theirs)
    else:
        removed, blanked = _rewrite_parquet(path, source, task, draft, theirs)
    return Draft(path, draft, removed, blanked) if removed or blanked else None


def can_rewrite(path: Path) -> bool:
    """Say whether a file is of a format that is rewritten: text or Parquet."""
    return path.suffix.lower() in (*TEXT_SUFFIXES, *PARQUET_SUFFIXES)


def _rewrite_text(path: Path, source: Source, task: Task, draft: Path, theirs: set[str]) -> tuple[int, int]:
    encoding, delimiter = text.encoding_of(path, source.encoding), delimiter_of(path, source)
    removed = blanked = 0
    rule: Rule | None = None
    try:
        with draft.open("wb") as out:
            for record in text.records(path, encoding, delimiter):
                if rule is None:
                    rule = Rule(source, record.values or [], task)
                    out.write(record.raw)
                    continue
                values = record.values if record.values is not None else record.text.split(delimiter)
                if rule.is_theirs(values):
                    theirs.update(values)
                    removed += 1
                elif changes := rule.changes(values):
                    blanked += 1
                    if task.keep_rows:
                        out.write(text.replaced(record, values, changes, encoding, delimiter))
                else:
                    out.write(record.raw)
    except UnicodeError as error:
        msg = f"{path} is not {encoding.upper()} throughout, so nobody can be taken out of it. Mend 'encoding' first."
        raise ProjectError(msg) from error
    return removed, blanked


def delimiter_of(path: Path, source: Source) -> str:
    """Return the field separator of a text file: a tab for .tsv files of sources that name none."""
    tab = path.suffix.lower() in {".tsv", ".tab"} and "delimiter" not in source.model_fields_set
    return "\t" if tab else source.delimiter


def _rewrite_parquet(path: Path, source: Source, task: Task, draft: Path, theirs: set[str]) -> tuple[int, int]:
    removed = blanked = 0
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        rule = Rule(source, schema.names, task)
        texts = {i: pa.string() for i in rule.naming if not _is_text(schema.field(i).type)}
        for i, kind in texts.items():  # an identifier that is a number has no word for nobody
            schema = schema.set(i, schema.field(i).with_type(kind))
        with pq.ParquetWriter(draft, schema, compression=_compression(file)) as writer:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                kept, gone, changed = _without(table, schema, rule, theirs, keep_rows=task.keep_rows)
                writer.write_table(kept)
                removed, blanked = removed + gone, blanked + changed
    return removed, blanked


def _without(
    table: pa.Table, schema: pa.Schema, rule: Rule, theirs: set[str], *, keep_rows: bool
) -> tuple[pa.Table, int, int]:
    """Return the rows of a table that stay, how many went and how many name nobody now."""
    suspects = rule.suspects(table)
    gone, changes = [], {}
    for row in suspects:
        values = [table.column(i)[row].as_py() for i in range(table.num_columns)]
        if rule.is_theirs(values):
            theirs.update(str(v) for v in values if v is not None and not isinstance(v, bytes))
            gone.append(row)
        elif made := rule.changes(values):
            changes[row] = made
    table = table.cast(schema)
    for column in {i for made in changes.values() for i in made}:
        cells = table.column(column).to_pylist()
        for row, made in changes.items():
            if column in made:
                cells[row] = made[column]
        table = table.set_column(column, schema.field(column), pa.array(cells, schema.field(column).type))
    out = gone if keep_rows else [*gone, *changes]
    if out:
        mask = np.ones(table.num_rows, bool)
        mask[out] = False
        table = table.filter(pa.array(mask))
    return table, len(gone), len(changes)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _compression(file: pq.ParquetFile) -> str:
    """Return how the file is compressed, by its first column."""
    metadata = file.metadata
    name = metadata.row_group(0).column(0).compression if metadata.num_row_groups and metadata.num_columns else "SNAPPY"
    return "NONE" if name == "UNCOMPRESSED" else name
