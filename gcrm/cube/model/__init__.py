"""The model of the cube: what can be asked for, and by what. Declared once, in gcrm.toml or in Python."""

from __future__ import annotations

from gcrm.cube.model.dimension import PERIODS, Dimension, dimensions
from gcrm.cube.model.fact import FACTS, Fact
from gcrm.cube.model.measure import Measure
from gcrm.cube.model.model import Model, model_of
from gcrm.cube.model.standard import MEASURES

__all__ = ["FACTS", "MEASURES", "PERIODS", "Dimension", "Fact", "Measure", "Model", "dimensions", "model_of"]
