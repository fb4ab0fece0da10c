"""Warehouse: the star schema and the snapshots it is published in."""

from __future__ import annotations

from gcrm.warehouse.build import build_warehouse

__all__ = ["build_warehouse"]
