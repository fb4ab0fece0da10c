"""Types of residence: told by registers and units where they say enough, else inferred from known buildings."""

from __future__ import annotations

from gcrm.enrich.residence.build import write_location_residences, write_residences

__all__ = ["write_location_residences", "write_residences"]
