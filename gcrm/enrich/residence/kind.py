"""The classes of residence, and the kinds of record that words tell apart."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "home",
    "house",
    "detached",
    "semi_row",
    "mixed",
    "institutional",
    "commercial",
    "industrial",
    "other",
    "accessory",
]
#: The open classification: one household by itself, one household that shares walls, two to four dwellings, five and
#: more, dwellings beside other uses, and homes or premises of an institution.
CLASSES = ("detached", "semi_row", "small_multi", "large_multi", "mixed", "institutional")
#: What a building without residences is called among the classes that a model tells apart; it is null in tables.
NO_RESIDENCE = "none"
