"""What the command line prints."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from gcrm import console

if TYPE_CHECKING:
    import pytest


class Full(io.StringIO):
    """A stream on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device", text)


def test_a_message_that_cannot_be_written_is_no_second_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.errors, "file", Full())
    console.show_error("Nothing was published.")


def test_a_message_is_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(console.errors, "file", stream)
    console.show_error("[red]not markup[/red]")
    assert "[red]not markup[/red]" in stream.getvalue()
