"""A million customers and five million order lines asked of the cube and of chDB, on wide tables of its own."""

from __future__ import annotations

from _asking import compare
from _peers import PEERS, environment

if __name__ == "__main__":
    python = environment("chdb==4.4.0", "pyarrow==26.0.1", "pandas==3.1.1")
    if python is None:
        print("cube_vs_chdb: skipped, its environment needs Python 3.12: name one by GCRM_PYTHON312")
    else:
        job = PEERS / "chdb_job.py"
        compare("cube_vs_chdb", lambda folder: {"chdb": [python, job, folder]}, promised=None)
