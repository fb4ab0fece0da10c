"""The errors of gcrm: one tree, split by who has to act.

A `UserError` is safe to show as it stands: it says what was found, where, and what to do. An `InternalError` is ours.
Neither ever carries a customer's data.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class GcrmError(Exception):
    """Root of every error that gcrm raises on purpose."""


class UserError(GcrmError):
    """Something the user can mend: the message says what was found, where, and what to do."""


class SettingsError(UserError):
    """gcrm.toml is missing, is not TOML, or holds a key or value that means nothing."""


class SourceError(UserError):
    """A source file cannot be read as declared: it is missing, empty, lacks a column or has no known CRS."""


class ProjectError(UserError):
    """A folder is no project, cannot be written, or has nothing published yet."""


class QueryError(UserError):
    """A question names a measure, dimension, member or period that the project does not have."""


class AccessError(UserError):
    """A question reaches beyond what its scope may see."""


class DependencyError(UserError):
    """An optional package is not installed."""


class StoreError(UserError):
    """The operational store cannot be reached, read or written, or belongs to another version of gcrm."""


class RecordError(UserError):
    """A record of the operational store lacks something, or holds what cannot be."""


class ConflictError(UserError):
    """Somebody else changed a record of the operational store in the meantime."""


class ExportError(UserError):
    """A file cannot be written as asked: it is there already, its folder is not, or its format cannot hold the data."""


class DesignError(UserError):
    """Territories or sites cannot be designed as asked: units or rules contradict themselves or each other."""


class RemoteError(UserError):
    """A remote geocoder may not be asked as the settings stand, cannot be reached, or refuses to answer."""


class InternalError(GcrmError):
    """An invariant of gcrm's own does not hold; please report it."""


def near(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean 'x'?` for the known word nearest to `word`, or the list of known words.

    Parameters
    ----------
    word
        What the user wrote.
    known
        Every word that would have been right.

    Returns
    -------
    str
        A sentence with a leading blank, ready to be appended to a message; empty when nothing is known.
    """
    words = sorted(set(known))
    if not words:
        return ""
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f" Did you mean '{close[0]}'?"
    shown = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return f" Known: {shown}."
