"""A million customers and five million order lines asked of the cube and of boring-semantic-layer, on DuckDB too."""

from __future__ import annotations

from _asking import compare
from _peers import PEERS, environment

if __name__ == "__main__":
    python = environment("boring-semantic-layer==0.3.18", "ibis-framework[duckdb]==11.0.0")
    if python is None:
        print("cube_vs_bsl: skipped, its environment needs Python 3.12: name one by GCRM_PYTHON312")
    else:
        job = PEERS / "bsl_job.py"
        compare("cube_vs_bsl", lambda folder: {"bsl": [python, job, folder]}, promised=None)
