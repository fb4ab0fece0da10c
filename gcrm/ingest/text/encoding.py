"""The encoding of a text file: it is declared, or its byte-order mark says it, or it is UTF-8; it is never guessed.

What is not UTF-8 is written once more as UTF-8 into the build's folder for drafts, line by line the same, so that the
readers know one encoding only. A file that is UTF-8 is read where it lies.
"""

from __future__ import annotations

import codecs
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcrm.ingest.limits import drafts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from gcrm.ingest.reading import Origin

_CHUNK = 1 << 20
#: Byte-order marks and what they say, longer ones first: the mark of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8 = {"utf-8", "utf-8-sig"}
#: What a file that is not UTF-8 may be; those that fit are told, none is used.
CANDIDATES = ("cp1252", "cp949", "cp932", "gb18030", "cp1250", "cp1251")


class UnfitError(Exception):
    """The bytes of a file mean nothing in its encoding; the argument is the physical line, 1-based."""


@contextmanager
def as_utf8(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Path]:
    """Offer a text file as UTF-8.

    Parameters
    ----------
    con
        Connection of the build; its folder for drafts takes the copy.
    origin
        The source.

    Yields
    ------
    Path
        The file itself where it is UTF-8 or says nothing else, a copy in UTF-8 otherwise.

    Raises
    ------
    SourceError
        If the file does not fit the encoding that is declared or that its byte-order mark says.
    """
    mark = mark_of(origin.path)
    encoding = _encoding(origin, mark)
    if encoding in _UTF8:
        yield origin.path
        return
    with drafts(con) as folder:
        draft = folder / f"text{origin.path.suffix}"
        try:
            transcode(origin.path, draft, encoding)
        except UnfitError as error:
            says = "as its byte-order mark says" if origin.source.encoding is None else "as gcrm.toml says"
            msg = f"line {error} is not {encoding.upper()}, {says}. {advice(origin.path)}"
            raise origin.refuse(msg) from None
        yield draft


def mark_of(path: Path) -> str | None:
    """Return the encoding that the byte-order mark of a file says; null where it has none."""
    with path.open("rb") as file:
        begin = file.read(4)
    return next((name for mark, name in _MARKS if begin.startswith(mark)), None)


def _encoding(origin: Origin, mark: str | None) -> str:
    """Return the encoding of a file; refuse a declaration that its byte-order mark contradicts."""
    declared = origin.source.encoding
    if declared is None:
        return mark or "utf-8"
    if mark is not None and not mark.startswith(declared.removesuffix("-sig")):
        msg = (
            f"gcrm.toml says that it is {declared.upper()}, but its byte-order mark says {mark.upper()}. "
            "Leave 'encoding' out: the mark is enough; files without one become a source of their own."
        )
        raise origin.refuse(msg)
    if mark is None and declared in {"utf-16", "utf-32"}:
        msg = (
            f"it has no byte-order mark, so that {declared.upper()} may mean two things. "
            f"Write encoding = '{declared}-le' (Windows) or '{declared}-be'."
        )
        raise origin.refuse(msg)
    return mark or declared


def transcode(path: Path, draft: Path, encoding: str) -> None:
    """Write a text file once more as UTF-8, without its byte-order mark.

    Parameters
    ----------
    path
        The file.
    draft
        The file to write.
    encoding
        What `path` is.

    Raises
    ------
    UnfitError
        If the file is something else.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    ends = {"\n": 0, "\r": 0}
    with path.open("rb") as file, draft.open("wb") as out:
        first = True
        while True:
            chunk = file.read(_CHUNK)
            state = decoder.getstate()
            try:
                text = decoder.decode(chunk, final=not chunk)
                encoded = text.encode()
            except UnicodeError:
                decoder.setstate(state)
                raise UnfitError(_line(decoder, chunk, ends)) from None
            if first and encoded.startswith(codecs.BOM_UTF8):
                encoded = encoded[len(codecs.BOM_UTF8) :]
            out.write(encoded)
            first = first and not text
            for end in ends:
                ends[end] += text.count(end)
            if not chunk:
                return


def _line(decoder: codecs.IncrementalDecoder, chunk: bytes, ends: dict[str, int]) -> int:
    """Find the line on which a piece stops to fit, from the state of the decoder before the piece."""
    for i in range(len(chunk)):
        try:
            text = decoder.decode(chunk[i : i + 1])
            text.encode()
        except UnicodeError:
            break
        for end in ends:
            ends[end] += text.count(end)
    return 1 + (ends["\n"] or ends["\r"])


def advice(path: Path) -> str:
    """Say what to do with a file that does not fit its encoding: which others fit, without choosing one.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        A sentence.
    """
    fits = fitting(path, ("utf-8", *CANDIDATES))
    if not fits:
        return "Save the file as UTF-8 and build again."
    names = " or ".join(fits)
    return (
        f"All of its bytes could be {names}: name the encoding that it was written in, encoding = '...', or save the "
        "file as UTF-8."
    )


def fitting(path: Path, encodings: tuple[str, ...]) -> list[str]:
    """Find the encodings in which all bytes of a file mean something.

    Parameters
    ----------
    path
        The file.
    encodings
        Names to try.

    Returns
    -------
    list of str
        Those that fit, in the order given.
    """
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in encodings}
    with path.open("rb") as file:
        more = True
        while more and decoders:
            chunk = file.read(_CHUNK)
            more = bool(chunk)
            for name in list(decoders):
                try:
                    decoders[name].decode(chunk, final=not more)
                except UnicodeError:
                    del decoders[name]
    return list(decoders)
