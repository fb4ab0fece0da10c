"""Work on whole arrays in threads: shapely and h3ronpy release the interpreter's lock."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

#: As many threads as there are processors.
WORKERS = os.cpu_count() or 1


def in_threads(work: Callable[[slice], None], parts: list[slice]) -> None:
    """Do `work` on each part of the arrays it knows."""
    if len(parts) == 1 or WORKERS == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, parts))


def spans(length: int, least: int) -> list[slice]:
    """Divide `length` into about four spans per thread, none smaller than `least` but the last."""
    step = max(least, -(-length // (4 * WORKERS)))
    return [slice(a, min(a + step, length)) for a in range(0, length, step)]


def apart(grouped: NDArray[np.int64]) -> list[slice]:
    """Divide a sorted array into at most a span per thread, so that no value stands in two spans."""
    marks = (grouped[n * len(grouped) // WORKERS] for n in range(1, WORKERS)) if len(grouped) else ()
    cuts = [0, *(int(np.searchsorted(grouped, mark)) for mark in marks), len(grouped)]
    return [slice(a, b) for a, b in pairwise(cuts) if a < b]
