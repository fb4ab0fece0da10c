"""Writing a folder so that it appears whole or not at all."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def draft_folder(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to write to; it gets its name when the block ends without an error.

    Parameters
    ----------
    target
        The folder to be.
    overwrite
        Replace a folder that is there.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
        ) as bench:
            draft = Path(bench) / target.name
            draft.mkdir()
            yield draft
            if overwrite and target.exists():
                # A folder cannot be replaced in one step: the old one is kept until the new one has its name.
                target.rename(Path(bench) / "old")
            draft.rename(target)
    except OSError as error:
        shown = error.strerror or type(error).__name__
        msg = f"{target} cannot be written: {shown}. Check the folder, its rights and free space."
        raise ExportError(msg) from error
