"""What the words of registers mean."""

from __future__ import annotations

import pytest

from gcrm.enrich.residence.vocabulary import meaning, shares_wall


@pytest.mark.parametrize(
    ("word", "kind", "least", "most"),
    [
        ("SNGL-FAM-RES", "house", 1, 1),
        ("TWO-FAM-RES", "home", 2, 2),
        ("THREE-FM-RES", "home", 3, 3),
        ("4-8-UNIT-APT", "home", 4, 8),
        (">8-UNIT-APT", "home", 9, None),
        ("CONDOMINIUM", "home", 1, 1),
        ("CNDO LUX", "home", 1, 1),
        ("CONDO-BLDG", "accessory", None, None),
        ("CNDO-RES-PKG", "accessory", None, None),
        ("RES-DEV-LAND", "accessory", None, None),
        ("RES-&-DEV-FC", "industrial", None, None),
        ("MXD TWO-FAM-RES", "mixed", None, None),
        ("OFFICE-CONDO", "commercial", None, None),
        ("Private College, University", "institutional", None, None),
        ("DORM-RS-HALL", "institutional", None, None),
        ("Housing Authority", "home", 2, None),
        ("MULT-RES-2FAM", "home", 2, 2),
        ("Single Family", "house", 1, 1),
        ("detached", "detached", 1, 1),
        ("semidetached_house", "semi_row", 1, 1),
        ("terrace", "semi_row", 1, 1),
        ("house", "house", 1, 1),
        ("apartments", "home", 2, None),
        ("residential", "home", None, None),
        ("dormitory", "institutional", None, None),
        ("garages", "accessory", None, None),
        ("retail", "commercial", None, None),
        ("train_station", "other", None, None),
        ("Einfamilienhaus", "detached", 1, 1),
        ("Mehrfamilienhaus", "home", 2, None),
        ("단독주택", "detached", 1, 1),
        ("다세대주택", "home", 1, 1),
        ("아파트", "home", 5, None),
        ("오피스텔", "mixed", None, None),
    ],
)
def test_a_word_says_what_a_record_is(word, kind, least, most):
    said = meaning(word)
    assert said is not None
    assert (said.kind, said.least, said.most) == (kind, least, most)


@pytest.mark.parametrize("word", ["yes", "", "121 Corporation", "xyz"])
def test_a_word_that_nobody_knows_says_nothing(word):
    assert meaning(word) is None


def test_forms_that_share_a_wall():
    assert [shares_wall(w) for w in ("ROW-END", "SEMIDETACHED", "TOWNHSE-END")] == [True] * 3
    assert [shares_wall(w) for w in ("COLONIAL", "BROWNSTONE", "CAPE-COD")] == [False] * 3


def test_the_use_codes_of_a_state_are_known(testdata):
    lines = (testdata / "cambridge" / "State_Use_Codes.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    homes = {
        line.partition(",")[2] for line in lines if line.startswith(("101,", "102,", "104,", "105,", "111,", "112,"))
    }
    assert {w: meaning(w) is not None for w in homes} == dict.fromkeys(homes, True)
