"""Conform: a point becomes its region in every hierarchy, and its H3 cells."""

from gcrm.conform.assign import assign_points
from gcrm.conform.build import build_conform
from gcrm.conform.cell import write_cells

__all__ = ["assign_points", "build_conform", "write_cells"]
