"""Movement: the places that flows and floating populations name, and what is counted there."""

from __future__ import annotations

from gcrm.enrich.movement.build import build_movement

__all__ = ["build_movement"]
