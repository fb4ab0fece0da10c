"""A million customers and five million order lines asked of the cube and of pandas, on the same tables.

pandas answers twice: from the tables of the star as they are, joined when a question needs it, and from tables that
were prepared for it: joined, text as categories, ids as numbers. What is promised is about the first; both are shown.
"""

from __future__ import annotations

import sys

from _asking import compare
from _peers import PEERS

if __name__ == "__main__":
    job = PEERS / "pandas_job.py"
    compare(
        "cube_vs_pandas",
        lambda folder: {way: [sys.executable, job, folder, way] for way in ("pandas", "pandas_prepared")},
        promised=100,
    )
