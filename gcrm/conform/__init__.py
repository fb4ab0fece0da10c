"""Conform: a point becomes its region in every hierarchy, and its H3 cells."""
