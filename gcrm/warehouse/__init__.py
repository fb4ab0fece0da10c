"""Warehouse: the star schema and the snapshots it is published in."""
