"""Consents: no by default, the latest word counts, and words are written alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm import crm
from gcrm.errors import QueryError
from tests.crm.place import ANA, BEN, Place

if TYPE_CHECKING:
    from pathlib import Path

FIRST = date(2024, 1, 1)


def test_without_a_word_there_is_no_consent(store: crm.Store) -> None:
    assert store.consent(ANA, "email", "campaign") is False
    assert store.consents("email", "campaign") == {}


def test_the_latest_day_counts_then_the_order_of_entry(store: crm.Store) -> None:
    def say(granted: bool, day: int) -> None:  # noqa: FBT001
        with store.write(actor="ana") as unit:
            unit.add(crm.Consent(ANA, "email", "campaign", granted, FIRST + timedelta(day)))

    say(granted=True, day=1)
    assert store.consent(ANA, "email", "campaign") is True
    say(granted=False, day=2)
    assert store.consent(ANA, "email", "campaign") is False
    say(granted=True, day=0)  # entered late
    assert store.consent(ANA, "email", "campaign") is False
    say(granted=True, day=2)
    assert store.consent(ANA, "email", "campaign") is True
    assert store.consent(ANA, "phone", "campaign") is False
    assert store.consent(ANA, "email", "newsletter") is False
    assert store.consent(BEN, "email", "campaign") is False
    assert store.consent(crm.Subject("prospect", "C1"), "email", "campaign") is False
    with store.write(actor="ana") as unit:
        unit.remove(store.consents("email", "campaign")[ANA])
    assert store.consent(ANA, "email", "campaign") is False


@pytest.mark.parametrize("channel", ["email", "E-Mail", " EMAIL ", "e_mail"])
def test_words_are_written_alike(store: crm.Store, channel: str) -> None:
    with store.write(actor="ana") as unit:
        stored = unit.add(crm.Consent(ANA, channel, " Spring  Sale", granted=True, given_on=FIRST))
    assert (stored.channel, stored.purpose) == ("email", "spring_sale")
    for asked in ("email", "E-mail", "EMAIL"):
        assert store.consent(ANA, asked, "SPRING SALE") is True
    assert store.consents(channel, "spring_sale") == {ANA: stored}
    with pytest.raises(QueryError, match="Channel or purpose is empty"):
        store.consent(ANA, "", "x")


WORDS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["email", "phone"]), st.booleans(), st.integers(0, 3)), max_size=12
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS)
def test_any_order_of_words_gives_the_latest(tmp_path_factory: pytest.TempPathFactory, words: list) -> None:
    folder: Path = tmp_path_factory.mktemp("store")
    with Place(folder).open() as store:
        with store.write(actor="ana") as unit:
            for who, channel, granted, day in words:
                unit.add(crm.Consent(crm.Subject("customer", who), channel, "x", granted, FIRST + timedelta(day)))
        for channel in ("email", "phone"):
            latest = {}
            for _, (who, by, granted, _) in sorted(enumerate(words), key=lambda e: (e[1][3], e[0])):
                if by == channel:
                    latest[who] = granted
            found = {s.id: c.granted for s, c in store.consents(channel, "x").items()}
            assert found == latest
