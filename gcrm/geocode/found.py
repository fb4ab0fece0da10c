"""What a single address is answered with: the place that was found, and what else it may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alternative:
    """What an unsure address may be.

    Attributes
    ----------
    rank
        1 is the likeliest.
    address
        The address as the reference writes it.
    lon, lat
        Its point, WGS84.
    score
        100 less the prices of the faults.
    faults
        What speaks against it, parted by commas; null where nothing does.
    apart_m
        Distance in metres from the likeliest.
    """

    rank: int
    address: str
    lon: float
    lat: float
    score: float
    faults: str | None
    apart_m: float


@dataclass(frozen=True)
class Found:
    """What was found of an address; the columns of `geocode.location` by their names.

    Attributes
    ----------
    status
        matched, tie, review, unmatched or rejected.
    match_level
        What the point stands for; null where there is none.
    lon, lat
        The point, WGS84; null where there is none.
    error_m
        Distance in metres within which the true place lies in 95 of 100 cases.
    confidence
        How often such a match is right, 0-1.
    score
        100 less the prices of the faults; null where nothing was found.
    faults
        What speaks against it, parted by commas; null where nothing does.
    matched_address
        The reference's own words for what was found.
    rule
        One word for why it was decided so.
    reference_version
        Hash of the reference.
    alternatives
        What else it may be, the likeliest first; empty where the answer is clear.
    """

    status: str
    match_level: str | None
    lon: float | None
    lat: float | None
    error_m: float | None
    confidence: float
    score: float | None
    faults: str | None
    matched_address: str | None
    rule: str
    reference_version: str | None
    alternatives: tuple[Alternative, ...]
