"""Enrich: what surrounds a place."""

from __future__ import annotations

from gcrm.enrich.build import build_enrich

__all__ = ["build_enrich"]
