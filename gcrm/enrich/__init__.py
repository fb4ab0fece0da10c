"""Enrich: what surrounds a place."""
