"""The ground: water, green, buildings, roads and railways, made ready to be drawn under every map."""

from gcrm.enrich.ground.build import build_ground

__all__ = ["build_ground"]
