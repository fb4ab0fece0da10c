"""The Earth as a sphere: good enough for the distances within a city."""

from __future__ import annotations

#: Metres of one degree of latitude on the sphere of the Earth's mean radius.
DEGREE_M = 111_195.08
