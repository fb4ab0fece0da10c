"""How many threads may work at once: as many as there are processors, or as `GCRM_THREADS` says."""

from __future__ import annotations

import os

from gcrm.errors import SettingsError

#: Names the environment variable.
THREADS = "GCRM_THREADS"


def allowed() -> int | None:
    """Return how many threads this process may use at most.

    Returns
    -------
    int or None
        The number in `GCRM_THREADS`, for who shares a machine; null where it is not set: all processors.

    Raises
    ------
    SettingsError
        If it is no whole number from 1 on.
    """
    told = os.environ.get(THREADS, "").strip()
    if not told:
        return None
    if not told.isdecimal() or int(told) == 0:
        msg = f"The environment variable {THREADS} is '{told}'. It takes a number of threads, from 1 on."
        raise SettingsError(msg)
    return int(told)


def count() -> int:
    """Return how many threads work at once.

    Returns
    -------
    int
        What is allowed; else the number of processors.

    Raises
    ------
    SettingsError
        As `allowed` does.
    """
    return allowed() or os.cpu_count() or 1
