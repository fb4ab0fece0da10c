"""Profiling: what a file is, and how it could be a source."""
