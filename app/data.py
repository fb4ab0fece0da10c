"""What the pages know: the opened project and the only cache.

Everything cached is keyed by (snapshot, scope, question) and nothing else: the question is one line of JSON, so no key
depends on how Streamlit hashes objects, and none is left out of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

import gcrm
from gcrm.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.workspace import Workspace

#: Environment variable that names the project's folder; `gcrm app` sets it.
PROJECT = "GCRM_PROJECT"

_lock = threading.Lock()
_opened: dict[str, Workspace] = {}


def workspace() -> Workspace:
    """Return the project named in the environment, opened once per process and moved to its newest snapshot.

    Raises
    ------
    ProjectError
        If no project is named, the folder is no project, or nothing is published yet.
    SettingsError
        If its gcrm.toml needs mending.
    """
    folder = os.environ.get(PROJECT, "")
    if not folder:
        msg = "No project is named. Start the dashboard with 'gcrm app FOLDER'."
        raise ProjectError(msg)
    with _lock:
        if folder not in _opened:
            _opened[folder] = gcrm.open(folder)
        _opened[folder].refresh()
        return _opened[folder]


class Moved(Exception):  # noqa: N818 - not an error: the run begins again
    """A newer snapshot was published while a page was being made."""


def answer(snapshot: str, make: Callable[[Workspace, dict[str, Any]], Any], **question: Any) -> Any:
    """Return what `make` finds for a question, from the cache where it was asked before.

    Parameters
    ----------
    snapshot
        Identifier of the snapshot that the page is made of.
    make
        Module-level function of the workspace and the question.
    **question
        Plain values: text, numbers, lists and dictionaries of them.

    Returns
    -------
    Any
        A copy that the caller may change.

    Raises
    ------
    Moved
        If a newer snapshot was published meanwhile.
    """
    words = json.dumps([f"{make.__module__}.{make.__qualname__}", question], sort_keys=True)
    return _kept()(snapshot, _scope(), words, _make=make)


@cache
def _kept() -> Callable[..., Any]:
    """Return `_answer` with the cache; Streamlit makes one only while its server runs, later than this is imported."""
    return st.cache_data(show_spinner=False, max_entries=2000)(_answer)


def _answer(snapshot: str, scope: str, words: str, *, _make: Callable[[Workspace, dict[str, Any]], Any]) -> Any:
    """Answer a question; `_make` is part of the key through its name in `words`."""
    ws = workspace()
    result = _make(ws, json.loads(words)[1])
    if ws.manifest.id != snapshot or _scope() != scope:
        raise Moved
    return result


def _scope() -> str:
    """Return what identifies the reader's scope."""
    return hashlib.sha256(json.dumps(asdict(workspace().scope), sort_keys=True).encode()).hexdigest()[:16]
