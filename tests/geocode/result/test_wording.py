"""The words for faults."""

from __future__ import annotations

from gcrm.geocode.result.wording import against


def test_faults_are_said_in_words() -> None:
    assert against("street_typo, postcode_missing") == ("one letter of the street differs", "one side has no postcode")
    assert against("street_typo,number_between")[1] == "a point between the neighbours of the same side"
    assert against("of_an_older_build") == ("of_an_older_build",)
    assert against(None) == against("") == ()
