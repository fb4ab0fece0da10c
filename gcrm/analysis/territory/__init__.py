"""Territories: contiguous and balanced, with a proof of how much better any others could be."""

from __future__ import annotations

from gcrm.analysis.territory.compact import compact
from gcrm.analysis.territory.design import Design, Progress, design
from gcrm.analysis.territory.layered import design_layers
from gcrm.analysis.territory.rules import Keep, Rules, Units

__all__ = ["Design", "Keep", "Progress", "Rules", "Units", "compact", "design", "design_layers"]
