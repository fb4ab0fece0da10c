"""How places are attached to buildings, and how types of residence are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gcrm.settings.words import Strict

Metres = Annotated[float, Field(ge=0, le=1000)]


class Buildings(Strict):
    """`[buildings]`: how places are attached to buildings.

    Attributes
    ----------
    reach_m
        A place in no building belongs to the nearest one within this many metres.
    same_parcel_m
        The same, where the building stands on the parcel that the place lies in.
    """

    reach_m: Metres = 15
    same_parcel_m: Metres = 100


class Residence(Strict):
    """`[residence]`: how types of residence are told where no register says them.

    Attributes
    ----------
    learn_from
        Least number of buildings with a known type from which the others are inferred; with fewer, plain rules are
        used.
    least_confidence
        An inferred type that is less likely than this is left unknown.
    unit_m2
        Floor area that a dwelling takes in a building of many, with its share of stairs and walls, in square metres;
        used where no building tells both its floor area and its dwellings.
    """

    learn_from: Annotated[int, Field(ge=50)] = 200
    least_confidence: Annotated[float, Field(ge=0, lt=1)] = 0.4
    unit_m2: Annotated[float, Field(ge=10, le=1000)] = 100
