"""What a provider's answer says: how good it is in our words, and how far off it may be.

A provider's word is not taken for more than it says: a number that is not the one asked for is no address but a place
on its street, and an answer in another country is none.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from gcrm.geocode.remote.answer import LEAST_M, WITHOUT_BOX_M, Answer
from gcrm.geocode.remote.reply import READERS, Raw
from gcrm.geocode.sphere import DEGREE_M

if TYPE_CHECKING:
    from gcrm.geocode.remote.answer import Level, State
    from gcrm.geocode.remote.question import Question
    from gcrm.geocode.remote.reply import Box, Said

#: An answer whose box reaches farther than this says nothing about an address.
_WIDEST_M = 50_000.0


def read(provider: str, question: Question, lon: float, lat: float, raw: Any) -> Answer:
    """Judge an answer.

    Parameters
    ----------
    provider
        Who gave it.
    question
        What was asked.
    lon, lat
        Its point.
    raw
        Everything it said.

    Returns
    -------
    Answer
        What it is worth.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90) or (lon == lat == 0):
        return Answer("nothing")
    said = READERS[provider](Raw(raw))
    level = _level(said, question)
    if level is None:
        return Answer("nothing")
    error_m = _error_m(said.box, level, lon, lat)
    if error_m > _WIDEST_M:
        return Answer("nothing")
    state: State = "doubtful" if _elsewhere(said, question) else "found"
    return Answer(state, level, round(lon, 7), round(lat, 7), round(error_m, 1))


def _level(said: Said, question: Question) -> Level | None:
    """Return the level, and no better one than the number allows."""
    at_number = said.level in {"exact", "interpolated"}
    if at_number and (not question.number or _plain(said.number) != _plain(question.number)):
        return "street"
    return said.level


def _elsewhere(said: Said, question: Question) -> bool:
    """Say whether country or postcode are others than those asked for."""
    other_country = said.country and question.country and said.country.upper() != question.country.upper()
    ours, theirs = _postcode(question.postcode), _postcode(said.postcode)
    return bool(other_country or (ours and theirs and not (ours.startswith(theirs) or theirs.startswith(ours))))


def _plain(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", text or "").lower().lstrip("0")


def _postcode(text: str | None) -> str:
    """Return a postcode without blanks, ZIP+4 and the zeros that spreadsheets lose."""
    found = _plain(text)
    return found[:5] if re.fullmatch(r"[0-9]{9}", found) else found


def _error_m(box: Box | None, level: Level, lon: float, lat: float) -> float:
    """Return the distance to the farthest corner of the box, within bounds; without a box, what stands for it."""
    if box is None:
        return WITHOUT_BOX_M[level]
    west, south, east, north = box
    wide = max(abs(lon - west), abs(east - lon)) * math.cos(math.radians(lat)) * DEGREE_M
    high = max(abs(lat - south), abs(north - lat)) * DEGREE_M
    return max(LEAST_M[level], math.hypot(wide, high))
