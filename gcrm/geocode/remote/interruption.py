"""Interruptions: how a run that is told to stop ends in good order."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """Let Ctrl+C and SIGTERM end the run after the request under way, so that its answer is kept.

    Yields
    ------
    threading.Event
        Set once the run is told to stop; never outside of the main thread, where signals do not arrive.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def tell(number: int, frame: Any) -> None:
        if stop.is_set() and callable(before[number]):
            before[number](number, frame)
        stop.set()

    before: dict[int, Any] = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
