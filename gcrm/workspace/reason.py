"""Why an address waits for a person, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.maps.labels import chance_text

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Reason -> what it says, of reasons that say the same of every address.
_PLAIN = {"tie": "several places answer", "review": "something speaks against it", "unmatched": "not found"}
#: Match level -> what is known of an address where that is all that is known.
_ONLY = {"street": "street only", "postcode": "postcode only", "place": "city only"}


def words(row: Mapping[str, Any]) -> str:
    """Say why an address waits.

    Parameters
    ----------
    row
        A row of the queue: `reasons`, `match_level`, `confidence` and `pile_up` of it are read.

    Returns
    -------
    str
        Such as `street only; 84.0 % sure`; never empty for a row that waits.
    """
    return "; ".join(_said(reason, row) for reason in row["reasons"])


def _said(reason: str, row: Mapping[str, Any]) -> str:
    if reason == "area":
        return _ONLY.get(row["match_level"], "known to an area only")
    if reason == "unsure":
        return f"{chance_text(row['confidence'])} sure"
    if reason == "pile_up":
        return f"{row['pile_up']:,} addresses at one point"
    return _PLAIN[reason]
