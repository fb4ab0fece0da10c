r"""Text that no spreadsheet takes for a formula, and the way back to what it was.

A spreadsheet that opens a CSV file runs a field that begins with `=`, `+`, `-` or `@`, whether it is quoted or not, and
some drop blanks, quotes and invisible characters first. A spreadsheet whose list separator is another than the file's
(`;` where decimals have a comma) tears a text apart, so that a formula may begin in the midst of it. So an apostrophe
is put before a formula's first character wherever a cell could begin: at the start of the text and behind a separator
or line end, past whatever is skipped. And it is put before a text that begins with a line end, tab or bar itself.

    =1+1      '=1+1             it's, =2     it's, '=2          -5 %     '-5 %
    '=1+1     ''=1+1            a-b, c=d     a-b, c=d           a@b.c    a@b.c

What stands there already is treated like a blank, so that exactly one apostrophe is taken away again (`restore`), and
every text comes back as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable

#: With one of these a formula, or a command of a spreadsheet, begins; the latter ones after normalisation of width.
_FIRST = (
    "-=+@%\u2212\u207a-\u207c\u208a-\u208c\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6a\ufe6b"
    "\uff05\uff0b\uff0d\uff1d\uff20\uff5c"
)
#: Here one cell may end and the next begin, in some locale or other.
_BREAKS = "\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_BETWEEN = ",;|" + _BREAKS
#: Skipped before a cell's first character: quotes, blanks, control characters and whatever else cannot be seen.
_SKIPPED = (
    "'\"`\u00b4\u00ab\u00bb\u2018-\u201f\u2039\u203a"
    "\x00-\x08\x0e-\x1b\x1f \x7f-\x84\x86-\xa0\xad"
    "\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_RISK = re.compile(rf"(\A|[{_BETWEEN}])([{_SKIPPED}]*)(?=[{_FIRST}])")
_CURE = re.compile(rf"(\A|[{_BETWEEN}])([{_SKIPPED}]*)'(?=[{_FIRST}])")
_OPENING = rf"(?=[{_SKIPPED}{_BREAKS}]*[\t\r\n|])"
_OPENING_RISK = re.compile(rf"\A{_OPENING}")
_OPENING_CURE = re.compile(rf"\A'{_OPENING}")


def escape(text: str) -> str:
    """Return `text` such that no spreadsheet finds a formula in it.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        The text, with an apostrophe wherever a formula could have begun.
    """
    return _OPENING_RISK.sub("'", _RISK.sub(r"\1\2'", text))


def restore(text: str) -> str:
    """Return the text that `escape` made `text` of."""
    return _CURE.sub(r"\1\2", _OPENING_CURE.sub("", text))


def escape_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Escape a column of text; null stays null."""
    # Few texts hold any of these characters at all: only they are looked at one by one.
    return _where(column, f"[{_FIRST}|\t\r\n]", escape)


def restore_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Restore a column of escaped text; null stays null."""
    return _where(column, "'", restore)


def _where(column: pa.ChunkedArray, pattern: str, change: Callable[[str], str]) -> pa.ChunkedArray:
    """Change the texts that match a pattern."""
    chunks = []
    for chunk in column.chunks:
        found = pc.fill_null(pc.match_substring_regex(chunk, pattern), fill_value=False)
        changed = [change(text) for text in chunk.filter(found).to_pylist()]
        chunks.append(pc.replace_with_mask(chunk, found, pa.array(changed, chunk.type)))
    return pa.chunked_array(chunks, column.type)
