"""Materialising: which aggregates of a project's facts are worth their space, what is proven of them, their tables."""
