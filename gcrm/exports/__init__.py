"""What leaves the building: tables without live formulas, people with consent, assignments; all of it logged."""

from __future__ import annotations

from gcrm.exports.area import Areas, areas
from gcrm.exports.assignment import USUAL, Assignments, assignments, holders, owners
from gcrm.exports.audience import Audience, Reach, audience, reach
from gcrm.exports.fold import fold
from gcrm.exports.geodata import places_to_bytes, to_geopackage, write_places
from gcrm.exports.journal import download, find_receipt, forgotten, journal, keep, save
from gcrm.exports.people import REASONS
from gcrm.exports.table import read_table, to_bytes, write_table

__all__ = [
    "REASONS",
    "USUAL",
    "Areas",
    "Assignments",
    "Audience",
    "Reach",
    "areas",
    "assignments",
    "audience",
    "download",
    "find_receipt",
    "fold",
    "forgotten",
    "holders",
    "journal",
    "keep",
    "owners",
    "places_to_bytes",
    "reach",
    "read_table",
    "save",
    "to_bytes",
    "to_geopackage",
    "write_places",
    "write_table",
]
