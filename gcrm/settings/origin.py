"""Where the rows of a source come from: files and their encoding, or a database; and how loads follow one another."""

from __future__ import annotations

import codecs
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator

from gcrm.columns import KINDS
from gcrm.errors import near

if TYPE_CHECKING:
    from gcrm.settings.source import Source

#: Files that are text, and files that are spreadsheets, by their endings.
TEXT_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
SHEET_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
#: Columns of change records, beside those of their kind.
CHANGE_COLUMNS = ("changed_at", "deleted")
#: What stands for the URL of a database wherever settings are kept: in PostgreSQL's own terms, "the default one".
HIDDEN_URL = "postgresql://"
_ENCODINGS = (
    *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252", "iso8859-1", "iso8859-15"),
    *("cp949", "euc_kr", "cp932", "euc_jp", "gb18030", "big5"),
)
#: Codecs of Python that turn bytes into text but are no encodings of files.
_NO_FILES = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7", "mbcs", "oem"}


def _encoding(value: str) -> str:
    try:
        "a".encode(value)
        name = codecs.lookup(value).name
    except (LookupError, ValueError):
        name = ""
    if not name or name.replace("-", "_") in _NO_FILES or name in _NO_FILES:
        msg = f"there is no encoding called '{value}'.{near(value.lower(), _ENCODINGS)}"
        raise ValueError(msg)
    return name


def _database(value: str) -> str:
    try:
        url = urlsplit(value)
        secret = url.password is not None or not {"password", "sslpassword"}.isdisjoint(parse_qs(url.query))
    except ValueError:
        url, secret = urlsplit(""), False
    if secret:
        msg = (
            "the URL holds a password, which would lie open in gcrm.toml; take it out, and change it if others have "
            "seen it. gcrm finds it in the environment (PGPASSWORD), in ~/.pgpass or in a service file"
        )
        raise ValueError(msg)
    if url.scheme not in {"postgresql", "postgres"} or "://" not in value:
        msg = "it is no URL of a PostgreSQL database; write it like 'postgresql://user@host/database'"
        raise ValueError(msg)
    return value


#: The name of a text encoding, as Python's codecs spell it; and the URL of a PostgreSQL database, without a password.
Encoding = Annotated[str, AfterValidator(_encoding)]
Database = Annotated[str, AfterValidator(_database)]


def check_origin(source: Source) -> None:
    """Refuse a source that names no place for its rows or several, or keys that mean nothing for that place.

    Raises
    ------
    ValueError
        The message says which keys, and what to write instead.
    """
    if (source.path is None) == (source.database is None):
        found = "neither" if source.path is None else "both"
        msg = f"{found} of 'path' and 'database' are named; name the one that the rows come from"
        raise ValueError(msg)
    if source.database is None:
        _refuse(source, ("table", "query"), "for a file; name a 'database' instead of 'path'")
        suffix = PurePosixPath(source.path or "").suffix.lower()
        if suffix and suffix not in TEXT_SUFFIXES:
            _refuse(source, ("encoding",), f"for a file that ends in '{suffix}': only text has one")
        if suffix and suffix not in SHEET_SUFFIXES:
            _refuse(source, ("sheet",), f"for a file that ends in '{suffix}': only spreadsheets have sheets")
        return
    if (source.table is None) == (source.query is None):
        found = "neither" if source.table is None else "both"
        msg = f"{found} of 'table' and 'query' are named; name the one to read from the database"
        raise ValueError(msg)
    _refuse(source, ("encoding", "sheet", "layer"), "for a database")


def check_load(source: Source) -> None:
    """Refuse keys of loads by changes where they mean nothing, and loads by changes that cannot be told apart.

    Raises
    ------
    ValueError
        The message says which keys, and what to write instead.
    """
    if source.load == "full":
        _refuse(source, ("changed_at", "deleted", "deleted_words"), 'for a full load; write load = "changes"')
        return
    if not KINDS[source.kind].key:
        msg = f'load = "changes" has no meaning for {source.kind}: their rows have no key to tell which one has changed'
        raise ValueError(msg)
    if source.changed_at is None:
        msg = "load = \"changes\" needs 'changed_at': the column that says when a row was changed"
        raise ValueError(msg)
    if source.deleted is None:
        _refuse(source, ("deleted_words",), "without 'deleted', the column they stand in")


def _refuse(source: Source, keys: tuple[str, ...], where: str) -> None:
    """Refuse keys that are given though they mean nothing."""
    for key in keys:
        if getattr(source, key):
            msg = f"{key} has no meaning {where}"
            raise ValueError(msg)
