"""Invented people: names that look invented, and addresses written the way that people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from chance import stream

from gcrm.generate.words import BACK, FIRST, FRONT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_SHORT = {
    "Street": "St",
    "Avenue": "Ave",
    "Boulevard": "Blvd",
    "Drive": "Dr",
    "Court": "Ct",
    "Terrace": "Ter",
    "Place": "Pl",
    "Lane": "Ln",
    "Road": "Rd",
    "Highway": "Hwy",
    "Circle": "Cir",
}

CITY = "San Francisco"

#: How an address is given, and the share of the records that give it so.
FORMS = {
    "parts": 0.33,  # house number, street, unit and postcode, as in the register
    "parts_short": 0.10,  # the same in capitals and with abbreviations, no unit
    "text": 0.20,  # one line: 1160 Buchanan St #4, San Francisco, CA 94115
    "text_upper": 0.08,  # 1160 BUCHANAN STREET APT 4 SAN FRANCISCO CA 94115
    "text_no_postcode": 0.06,  # 1160 Buchanan St, San Francisco
    "typo": 0.04,  # one letter of the street wrong
    "wrong_postcode": 0.03,  # postcode of another part of the city
    "new_number": 0.02,  # a house number of the street that the register does not have
    "no_number": 0.02,  # street and postcode only
    "unknown_street": 0.015,  # a street that does not exist
    "postcode_only": 0.015,
    "po_box": 0.015,  # a post-office box: no place to visit
    "given": 0.06,  # the point, without an address
    "given_parts": 0.01,  # the point and the address
    "none": 0.005,  # neither
}


def names(count: int, purpose: str) -> list[str]:
    """Return invented names such as 'Maple Kettlebrook'; each combination at most once."""
    rng = stream(purpose)
    total = len(FIRST) * len(FRONT) * len(BACK)
    picked = rng.choice(total, size=count, replace=False)
    first, rest = np.divmod(picked, len(FRONT) * len(BACK))
    front, back = np.divmod(rest, len(BACK))
    return [f"{FIRST[a]} {FRONT[b]}{BACK[c]}" for a, b, c in zip(first, front, back, strict=True)]


def choose_forms(count: int, purpose: str) -> np.ndarray:
    """Draw how every record gives its address."""
    return stream(purpose).choice(list(FORMS), size=count, p=list(FORMS.values()))


def written(places: pd.DataFrame, forms: Iterable[str], points: pd.DataFrame, purpose: str) -> pd.DataFrame:
    """Write addresses in the given forms.

    Parameters
    ----------
    places
        The true address points, one row per record.
    forms
        Name of the form, one per record.
    points
        All address points: a new number must be none of them.
    purpose
        Names the stream of random numbers.

    Returns
    -------
    pd.DataFrame
        address, house_number, street, unit, postcode, city, lon, lat: what the company knows, null where it does not.
    """
    rng = stream(purpose)
    writer = _Writer(rng, points)
    rows = [writer.write(place, form) for place, form in zip(places.to_dict("records"), forms, strict=True)]
    columns = ["address", "house_number", "street", "unit", "postcode", "city", "lon", "lat"]
    return pd.DataFrame(rows, columns=columns, index=places.index).astype({"lon": float, "lat": float})


class _Writer:
    """Writes one address at a time; holds the random numbers and what the register knows."""

    def __init__(self, rng: np.random.Generator, points: pd.DataFrame) -> None:
        self._rng = rng
        self._known = set(zip(points["street"], points["house_number"], strict=True))
        self._streets = {_plain(s).lower() for s in points["street"].unique()}
        self._postcodes = sorted(points["postcode"].unique())
        self._forms: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "parts": _parts,
            "parts_short": lambda p: _parts(p, street=_brief(p["street"]).upper(), unit=None),
            "text": lambda p: {"address": f"{_first_line(p)}, {CITY}, CA {p['postcode']}"},
            "text_upper": lambda p: {"address": self._upper(p)},
            "text_no_postcode": lambda p: {"address": f"{_first_line(p)}, {CITY}"},
            "typo": self._typo,
            "wrong_postcode": lambda p: _parts(p, postcode=self._other_postcode(p["postcode"])),
            "new_number": lambda p: _parts(p, house_number=self._new_number(p), unit=None),
            "no_number": lambda p: _parts(p, house_number=None, unit=None, street=_plain(p["street"])),
            "unknown_street": lambda p: _parts(p, street=self._invented_street(), unit=None),
            "postcode_only": lambda p: {"postcode": p["postcode"], "city": CITY},
            "po_box": lambda p: {"address": f"PO Box {rng.integers(100, 9999)}, {CITY}, CA {p['postcode']}"},
            "given": lambda p: {"lon": p["lon"], "lat": p["lat"]},
            "given_parts": lambda p: _parts(p) | {"lon": p["lon"], "lat": p["lat"]},
            "none": lambda _: {},
        }

    def write(self, place: dict[str, Any], form: str) -> dict[str, Any]:
        """Write one address; missing keys are null."""
        clean = {k: None if v is None or v != v else v for k, v in place.items()}  # noqa: PLR0124
        return self._forms[form](clean)

    def _upper(self, place: dict[str, Any]) -> str:
        unit = f" APT {place['unit']}" if place["unit"] else ""
        return f"{place['house_number']} {_plain(place['street'])}{unit} {CITY} CA {place['postcode']}".upper()

    def _typo(self, place: dict[str, Any]) -> dict[str, Any]:
        """Drop, double, swap or replace one letter inside the street's name."""
        street = _plain(place["street"])
        at = [m.start() for m in re.finditer(r"(?<=[A-Za-z])[a-z](?=[a-z])", street.rsplit(" ", 1)[0] + " ")]
        if not at:
            return {"address": f"{place['house_number']} {_brief(street)}, San Fransisco, CA {place['postcode']}"}
        i = int(self._rng.choice(at))
        other = "abcdefghijklmnopqrstuvwxyz"[self._rng.integers(26)]
        change = [
            street[:i] + street[i + 1 :],
            street[:i] + street[i] + street[i:],
            street[:i] + street[i + 1] + street[i] + street[i + 2 :],
            street[:i] + other + street[i + 1 :],
        ][self._rng.integers(4)]
        return {"address": f"{place['house_number']} {_brief(change)}, {CITY}, CA {place['postcode']}"}

    def _other_postcode(self, postcode: str) -> str:
        return str(self._rng.choice([p for p in self._postcodes if p != postcode]))

    def _new_number(self, place: dict[str, Any]) -> str:
        number = int(re.match(r"\d+", place["house_number"])[0])  # type: ignore[index]
        steps = (number + s for s in range(2, 400, 2))
        return next(str(n) for n in steps if (place["street"], str(n)) not in self._known)

    def _invented_street(self) -> str:
        while True:
            name = f"{self._rng.choice(FRONT)}{self._rng.choice(BACK)} {self._rng.choice(['Street', 'Lane', 'Way'])}"
            if name.lower() not in self._streets:
                return name


def _plain(street: str) -> str:
    """Return a street as people write it: the register's '04th Street' is '4th Street'."""
    return re.sub(r"^0+", "", street)


def _brief(street: str) -> str:
    """Shorten the type of a street."""
    head, _, last = _plain(street).rpartition(" ")
    return f"{head} {_SHORT.get(last, last)}".strip()


def _first_line(place: dict[str, Any]) -> str:
    unit = f" #{place['unit']}" if place["unit"] else ""
    return f"{place['house_number']} {_brief(place['street'])}{unit}"


def _parts(place: dict[str, Any], **changed: str | None) -> dict[str, Any]:
    keys = ("house_number", "street", "unit", "postcode")
    return {k: place[k] for k in keys} | {"city": CITY} | changed
