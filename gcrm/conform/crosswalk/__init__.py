"""Crosswalks: figures of one system of zones, moved to another."""

from __future__ import annotations

from gcrm.conform.crosswalk.crosswalk import Crosswalk, Moved
from gcrm.conform.crosswalk.weight import by_area, by_mass, by_points

__all__ = ["Crosswalk", "Moved", "by_area", "by_mass", "by_points"]
