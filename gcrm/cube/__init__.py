"""Cube: questions over the star."""
