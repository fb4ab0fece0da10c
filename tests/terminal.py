"""The command line as a terminal calls it, but inside of this process, so that nothing is imported twice."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import pytest

from gcrm import cli

if TYPE_CHECKING:
    from pathlib import Path


def gcrm(*words: object, cwd: Path | None = None, typed: str = "", columns: int = 200) -> CompletedProcess[str]:
    """Run a command as `gcrm` in a window; what it would end with, printed, and printed as errors."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["gcrm", *map(str, words)])
        patch.setattr(sys, "stdin", io.StringIO(typed))
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("NO_COLOR", "1")
        if cwd is not None:
            patch.chdir(cwd)
        with pytest.raises(SystemExit) as ended:
            cli.main()
    code = ended.value.code
    shown, told = (_text(stream) for stream in (out, err))
    return CompletedProcess(sys.argv[:1], code if isinstance(code, int) else int(code is not None), shown, told)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
