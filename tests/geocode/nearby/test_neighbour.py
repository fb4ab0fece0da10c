"""Points between neighbours of a street, and between the numbers below one number."""

from __future__ import annotations

import pytest

from tests.geocode.ground import find, pick


def test_numbers_below_a_number_lie_between_their_own_neighbours() -> None:
    reference = [
        {"house_number": number, "street": "Lindenlo", "city": "Fernstadt", "lon": lon, "lat": lat}
        for number, lon, lat in (
            *(("243", 10.000, 50.0), ("247", 10.001, 50.0)),
            *(("245-3", 10.0004, 50.0003), ("245-4", 10.0008, 50.0003), ("245-9", 10.0004, 50.0009)),
        )
    ]
    asked = [{"house_number": n, "street": "Lindenlo", "city": "Fernstadt"} for n in ("245-5", "245-7", "245-6", "245")]
    found = pick(find(reference, *asked), "match_level", "lon", "lat", "matched_address")
    # A third and two thirds of the way from 245-3 to 245-9; 245-4 stands on the other side of the lane.
    assert found[0][1:3] == pytest.approx((10.0004, 50.0005))
    assert found[1][1:3] == pytest.approx((10.0004, 50.0007))
    assert found[0][3] == "lindenlo between 245-3 and 245-9"
    # Beyond the known numbers of its side, and the number itself: in the middle of all that have the number.
    assert [row[0] for row in found] == ["interpolated"] * 3 + ["suffix"]
    assert found[2][1:3] == pytest.approx((10.0005333, 50.0005))
