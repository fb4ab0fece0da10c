"""From a checked question to one SQL statement.

Each fact is aggregated by itself, once per set of dimensions asked for, and only joined to what that set needs: so
neither several facts nor overlapping areas nor a stock seen at several month ends can multiply rows, and every total is
computed from the records, never from other totals. The parts are stacked and folded into one row per member.
"""

from __future__ import annotations

from gcrm.cube.compile.base import condition
from gcrm.cube.compile.parameters import Parameters
from gcrm.cube.compile.statement import TOO_DEEP, compile_plan, written

__all__ = ["TOO_DEEP", "Parameters", "compile_plan", "condition", "written"]
