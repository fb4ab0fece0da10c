"""Invented projects of any size, with the truth beside them: for tests, benchmarks and trying things out."""

from gcrm.generate.choice import Choice
from gcrm.generate.project import Truth, generate
from gcrm.generate.scatter import scatter
from gcrm.generate.tiling import tiling

__all__ = ["Choice", "Truth", "generate", "scatter", "tiling"]
