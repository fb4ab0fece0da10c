"""Limits: the distances and prices that decide what is one address, a tie, an alternative or no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: How far a point that came with a record or a reference may be from the building's entrance (95 %), in metres.
POINT_ERROR_M = 10.0
#: Points of one address farther apart than this are different places (a tie), in metres.
APART_M = 100.0
#: Points of the same number, street and postcode are one address up to this distance, in metres; farther, a tie,
SPREAD_M = 500.0
#: unless they stand side by side like the houses of a campus: no gap wider than this, in metres,
GAP_M = 300.0
#: and none of them farther from the one that stands for all than this, in metres.
CAMPUS_M = 2_000.0
#: A street or postcode that reaches farther from its centre than this (95 %) is several of one name, in metres.
WIDE_M = 20_000.0

#: So many different addresses within a metre are a pile-up.
PILE_UP = 10

#: Candidates whose faults differ by less than this are equally good.
TIE_PRICE = 2.0
#: Candidates whose faults differ by no more than this from the best are told as alternatives.
TELL_PRICE = 12.0
#: An address with more faults than this is not taken without a person.
REVIEW_PRICE = 30.0
#: A number new to its street is a tie where a street alike has it, with no more faults than this.
ALIKE_PRICE = 48.0
#: A street with more faults than this is not taken for the one that was written, where its number is not known.
STREET_PRICE = 12.0
#: Neighbours farther apart than this say nothing about a number between them, in metres.
BETWEEN_M = 250.0

#: The limits by the names under which the SQL files of the stage know them.
VALUES: Mapping[str, float] = {
    "point_error_m": POINT_ERROR_M,
    "apart_m": APART_M,
    "spread_m": SPREAD_M,
    "gap_m": GAP_M,
    "campus_m": CAMPUS_M,
    "wide_m": WIDE_M,
    "tie_price": TIE_PRICE,
    "tell_price": TELL_PRICE,
    "review_price": REVIEW_PRICE,
    "alike_price": ALIKE_PRICE,
    "street_price": STREET_PRICE,
    "between_m": BETWEEN_M,
    "pile_up": PILE_UP,
}
