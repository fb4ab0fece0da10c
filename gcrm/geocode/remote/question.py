"""What is asked: the parts of an address that were understood, and nothing else of a record.

A name, a unit inside the building and the company's numbers never leave. An address that may hold something of that
kind among its parts is held back and counted.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import duckdb

    from gcrm.geocode.remote.provider import Service

#: Countries where the number stands before the street.
_NUMBER_FIRST = {"US", "CA", "GB", "IE", "AU", "NZ", "FR", "IN", "ZA"}
#: What a place may lack in the reference and still be worth a question. Post boxes, addresses that nobody understood
#: and those of which a person said that they are nowhere are not asked.
NEVER = ("post_box", "no_address", "not_understood", "decided")
_UNIT = re.compile(
    r"[\s,]*(?:(?:\b(?:apt|apartment|apto|apartamento|unit|suite|ste|flat|room|rm|floor|whg|wohnung|zimmer|sala|bloco)\b"
    r"\.?\s*#?\s*|#\s*)[\w-]*\d[\w-]*|\b(?:apt|unit|suite|flat|whg)\b\.?\s*[a-z]\b|\s[0-9a-z]+(?:층|호)(?=\s|$))",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"@|\d{7}|\bc/o\b|\battn\b|\battention\b|\bz\.? ?h(?:d|ä?nden)\b|\bfao\b", re.IGNORECASE)
_LONGEST = 120


@dataclass(frozen=True)
class Question:
    """An address as it would be sent.

    Attributes
    ----------
    number, street, postcode, city
        Its parts; empty where it has none.
    country
        Two letters of ISO 3166; empty where the project names none.
    """

    number: str
    street: str
    postcode: str
    city: str
    country: str

    @property
    def text(self) -> str:
        """The one line that is sent, apart from the country."""
        line = (self.number, self.street) if self.country in {*_NUMBER_FIRST, ""} else (self.street, self.number)
        parts = " ".join(filter(None, line)), " ".join(filter(None, (self.postcode, self.city)))
        return ", ".join(filter(None, parts))

    def hash(self, key: bytes, service: Service) -> bytes:
        """Return the keyed hash under which the answer of a service is kept (HMAC-SHA-256, RFC 2104)."""
        return self.hash_for(key, service.identity)

    def hash_for(self, key: bytes, identity: str) -> bytes:
        """Return the keyed hash for a service by its identity, whether the project still names it or not."""
        parts = (identity, self.country, self.number, self.street, self.postcode, self.city)
        return hmac.digest(key, "\x1f".join(map(_folded, parts)).encode(), "sha256")


@dataclass(frozen=True)
class Asked:
    """What could be asked, and what is held back.

    Attributes
    ----------
    places
        Question -> location_id of the places that it is about, in a fixed order.
    held_back
        Why -> how many places are not asked about: `not_understood`, `name` (the address holds the name of whoever is
        there), `personal` (it holds what looks like a recipient, a telephone number or an e-mail address).
    """

    places: dict[Question, tuple[int, ...]]
    held_back: dict[str, int]


def questions(con: duckdb.DuckDBPyConnection, country: str | None, statuses: Collection[str]) -> Asked:
    """Return what could be asked about the places of a project.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached.
    country
        Country of the addresses; null where the project names none.
    statuses
        Status of the places to ask about.

    Returns
    -------
    Asked
        Questions with their places, and what is held back.
    """
    rows = con.execute(sql.read(__package__, "question")).fetchall()
    names: dict[int, list[str]] = {}
    texts: dict[int, str] = {}
    parts: dict[int, tuple[str | None, ...]] = {}
    for location_id, status, rule, number, street, postcode, city, written, name in rows:
        if rule.startswith("remote_") or (status in statuses and not rule.startswith(NEVER)):
            parts[location_id] = (number, street, postcode, city)
            texts[location_id] = written or ""
            names.setdefault(location_id, []).extend([name] if name else [])
    places: dict[Question, list[int]] = {}
    held_back: dict[str, int] = {}
    for location_id, part in parts.items():
        question = compose(part, country)
        why = _why_not(question, texts[location_id], names[location_id])
        if why:
            held_back[why] = held_back.get(why, 0) + 1
        else:
            places.setdefault(question, []).append(location_id)
    ordered = sorted(places.items(), key=lambda item: item[0].text)
    return Asked({question: tuple(found) for question, found in ordered}, held_back)


def compose(parts: Sequence[str | None], country: str | None) -> Question:
    """Make a question of an address; a unit that stands among its parts is left out.

    Parameters
    ----------
    parts
        Number, street, postcode and city; null where there is none.
    country
        Country of the address; null where the project names none.

    Returns
    -------
    Question
        What would be sent.
    """
    number, street, postcode, city = map(_clean, parts)
    return Question(number, street, postcode, city, country or "")


def _clean(part: str | None) -> str:
    """Leave out a unit, control characters and doubled blanks."""
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in part or "")
    return " ".join(_UNIT.sub(" ", plain).split()).strip(" ,;")


def _why_not(question: Question, written: str, names: Iterable[str]) -> str:
    """Say why an address is held back; empty where it may be sent."""
    everything = question.text
    if _PERSONAL.search(written) or _PERSONAL.search(everything):
        return "personal"
    lost = len(everything) > _LONGEST or any(mark in question.street for mark in ",;\n")
    if lost or not (question.street or question.postcode):
        return "not_understood"
    said = _words(everything)
    if any(own and own <= said for own in map(_words, names)):
        return "name"
    return ""


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", _folded(text)) if len(word) > 1}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
