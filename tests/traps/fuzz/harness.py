"""Coverage-guided fuzzing by atheris, one target per process: `python harness.py TARGET [libFuzzer options]`.

Each target gives bytes to code that reads files in the process of the build, and compares with something simpler.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["gcrm"]):
    from tests.traps.fuzz.targets import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
