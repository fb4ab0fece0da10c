"""An answer as it is kept: what it is worth, its point, and how far off that may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: `found` has a point; `doubtful` is one in another postcode or country; `nothing` was found; `refused` is what the
#: provider would not look for. Only the first is used.
State = Literal["found", "doubtful", "nothing", "refused"]
Level = Literal["exact", "interpolated", "street", "postcode", "place"]
#: How sure an answer is by its level. Nobody has measured it: cautious numbers, below every measured one for a point.
CONFIDENCE: dict[Level, float] = {"exact": 0.7, "interpolated": 0.6, "street": 0.4, "postcode": 0.4, "place": 0.3}
#: Within which distance the truth is taken to lie where the answer has no bounding box, and at least: in metres.
WITHOUT_BOX_M: dict[Level, float] = {
    "exact": 150.0, "interpolated": 300.0, "street": 1_500.0, "postcode": 5_000.0, "place": 20_000.0,
}  # fmt: skip
LEAST_M: dict[Level, float] = {
    "exact": 50.0, "interpolated": 150.0, "street": 300.0, "postcode": 1_000.0, "place": 2_000.0,
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a provider said about one address; never the address.

    Attributes
    ----------
    state
        What it is worth.
    level
        What the point stands for; null where there is none.
    lon, lat
        The point, WGS84; null where there is none.
    error_m
        The distance within which the address is taken to lie, in metres; null where there is no point.
    """

    state: State
    level: Level | None = None
    lon: float | None = None
    lat: float | None = None
    error_m: float | None = None
