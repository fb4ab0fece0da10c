"""Databases: what a source asks for is fetched into files first."""
