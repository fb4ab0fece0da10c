"""Work on whole arrays in threads: shapely and h3ronpy release the interpreter's lock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gcrm import processors

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def in_threads(work: Callable[[slice], None], parts: list[slice]) -> None:
    """Do `work` on each part of the arrays it knows."""
    workers = processors.count()
    if len(parts) == 1 or workers == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, parts))


def spans(length: int, least: int) -> list[slice]:
    """Divide `length` into about four spans per thread, none smaller than `least` but the last."""
    step = max(least, -(-length // (4 * processors.count())))
    return [slice(a, min(a + step, length)) for a in range(0, length, step)]


def apart(grouped: NDArray[np.int64]) -> list[slice]:
    """Divide a sorted array into at most a span per thread, so that no value stands in two spans."""
    workers = processors.count()
    marks = (grouped[n * len(grouped) // workers] for n in range(1, workers)) if len(grouped) else ()
    cuts = [0, *(int(np.searchsorted(grouped, mark)) for mark in marks), len(grouped)]
    return [slice(a, b) for a, b in pairwise(cuts) if a < b]
