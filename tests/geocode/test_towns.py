"""Noised addresses of made-up towns: streets that are called as in other countries are found as surely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.geocode.calibration import CITIES, answered
from tests.geocode.test_noise import SHARES
from tests.geocode.towns import TOWNS, write_town

if TYPE_CHECKING:
    from pathlib import Path

#: Shares of 300 questions, a little below what 3,000 give.
LEAST = {
    "clean": 0.995,
    "abbreviated": 0.99,
    "swapped": 0.99,
    "without_postcode": 0.98,
    "one_typo": 0.98,
    "two_typos": 0.94,
}


@pytest.mark.parametrize("town", TOWNS)
def test_noised_addresses_of_other_countries_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, town: str
) -> None:
    write_town(town, tmp_path)
    monkeypatch.setitem(CITIES, town, TOWNS[town][0])
    with answered(tmp_path, town, half=1, rows=300, seed=11) as con:
        shares = {kind: values for kind, *values in con.execute(SHARES).fetchall()}
    assert {kind: shares[kind][1] for kind, least in LEAST.items() if shares[kind][1] < least} == {}
    assert sum(values[3] for values in shares.values()) <= 0.003 * sum(values[2] for values in shares.values())
