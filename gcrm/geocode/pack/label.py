"""The label of a pack, `pack.json`: what it holds, where that comes from, and the hashes that prove it whole."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from gcrm.errors import SourceError
from gcrm.geocode.pack.form import LABEL, TABLES, VERSION

if TYPE_CHECKING:
    from pathlib import Path

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class Pack:
    """A reference pack.

    Attributes
    ----------
    folder
        Where it lies.
    name
        What it is called.
    country
        Two letters of ISO 3166; null where it holds several countries.
    source
        Files that it was made from.
    licence
        Licence of its data.
    date
        Day of its data, ISO 8601; null where unknown.
    rows
        Table -> rows.
    left_out
        Reason -> records of the source that are not in it.
    sha256
        File -> its hash.
    hash
        Hash of the whole: of its files, and of what the label says beside them.
    format
        Version of the form.
    """

    folder: Path
    name: str
    country: str | None
    source: tuple[str, ...]
    licence: str
    date: str | None
    rows: dict[str, int]
    left_out: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    hash: str = ""
    format: int = VERSION

    def file(self, table: str) -> Path:
        """Return the file of a table."""
        return self.folder / f"{table}.parquet"

    @property
    def content(self) -> dict[str, Any]:
        """What `pack.json` holds."""
        values = asdict(self)
        del values["folder"]
        return values | {"source": list(self.source)}


def hash_of(content: dict[str, Any]) -> str:
    """Return the hash of a whole pack.

    Parameters
    ----------
    content
        What its label says; its own hash is left aside.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    said = {key: value for key, value in content.items() if key != "hash"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_pack(folder: Path) -> Pack:
    """Read the label of a pack, and check that the pack is whole.

    Parameters
    ----------
    folder
        The pack's folder.

    Returns
    -------
    Pack
        What it is.

    Raises
    ------
    SourceError
        If there is no pack, it is of a later form, or a file of it is missing or was changed.
    """
    try:
        content = json.loads((folder / LABEL).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        msg = f"{folder} is no reference pack: there is no {LABEL} in it. Make one with 'gcrm reference build'."
        raise SourceError(msg) from None
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"its {LABEL} cannot be read ({type(error).__name__})") from None
    pack = _parse(folder, content)
    for name, known in pack.sha256.items():
        try:
            found = file_hash(folder / name)
        except OSError as error:
            raise _damaged(folder, f"{name}: {error.strerror or type(error).__name__}") from None
        if found != known:
            raise _damaged(folder, f"{name} is not the file that was packed")
    for table, schema in TABLES.items():
        _check_table(pack, table, schema)
    return pack


def _check_table(pack: Pack, table: str, schema: pa.Schema) -> None:
    """Refuse a table that is not what every pack holds under its name: whoever wrote its hash was not gcrm."""
    try:
        metadata = pq.read_metadata(pack.file(table))
        found = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError):
        raise _damaged(pack.folder, f"{table}.parquet is not Parquet") from None
    if not found.equals(schema) or metadata.num_rows != pack.rows.get(table):
        raise _damaged(pack.folder, f"{table}.parquet has not the columns or rows that a pack has there")


def _parse(folder: Path, content: Any) -> Pack:
    """Turn what a label says into a pack."""
    known = {f.name for f in fields(Pack)} - {"folder"}
    if isinstance(content, dict) and isinstance(content.get("format"), int) and content["format"] > VERSION:
        msg = f"{folder} was packed by a later gcrm (form {content['format']}). Install that, or build it anew."
        raise SourceError(msg)
    if not isinstance(content, dict) or set(content) != known:
        raise _damaged(folder, f"its {LABEL} is not as gcrm writes it")
    hashes = content["sha256"]
    if not isinstance(hashes, dict) or set(hashes) != {f"{table}.parquet" for table in TABLES}:
        raise _damaged(folder, f"its {LABEL} does not name its files")
    if content["hash"] != hash_of(content):
        raise _damaged(folder, f"its {LABEL} was changed")
    return Pack(folder=folder, **content | {"source": tuple(content["source"])})


def check_date(text: str | None) -> str | None:
    """Return a day as it stands in a label.

    Raises
    ------
    SourceError
        If it is no day of ISO 8601.
    """
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        msg = f"'{text}' is no day. Write it like 2026-01-31."
        raise SourceError(msg) from None


def check_country(text: str | None) -> str | None:
    """Return a country as settings and labels name it.

    Raises
    ------
    SourceError
        If it is not written as two letters of ISO 3166.
    """
    if text is None or _COUNTRY.fullmatch(text.upper()):
        return text and text.upper()
    msg = f"'{text}' is no country. Write its two letters of ISO 3166, such as US, GB or DE."
    raise SourceError(msg)


def _damaged(folder: Path, found: str) -> SourceError:
    return SourceError(f"The reference pack {folder} is damaged: {found}. Copy or build it anew.")
