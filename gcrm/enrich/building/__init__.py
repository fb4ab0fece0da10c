"""Buildings: what stands for one, which places lie in it, and what is known of it."""

from __future__ import annotations

from gcrm.enrich.building.build import write_buildings, write_sites

__all__ = ["write_buildings", "write_sites"]
