"""Geocode: an address becomes a point, with how sure and how far off it may be."""
