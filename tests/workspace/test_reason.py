"""Why an address waits, in words."""

from __future__ import annotations

import pytest

from gcrm.workspace import reason


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"reasons": ["tie"]}, "several places answer"),
        ({"reasons": ["review"]}, "something speaks against it"),
        ({"reasons": ["unmatched"]}, "not found"),
        ({"reasons": ["area"], "match_level": "street"}, "street only"),
        (
            {"reasons": ["area", "unsure"], "match_level": "postcode", "confidence": 0.8449},
            "postcode only; 84.5 % sure",
        ),
        ({"reasons": ["area"], "match_level": "interpolated"}, "known to an area only"),
        ({"reasons": ["unsure"], "confidence": 0.9999912}, "> 99.9 % sure"),
        ({"reasons": ["pile_up"], "pile_up": 1_043}, "1,043 addresses at one point"),
    ],
)
def test_every_reason_is_said(row: dict[str, object], said: str) -> None:
    assert reason.words({"match_level": "exact", "confidence": None, "pile_up": None, **row}) == said
