"""Public data with known duplicates: who is found, with parameters that were estimated without the truth."""

from __future__ import annotations

import pytest

from gcrm.settings.linkage import Linkage
from tests.linkage.febrl import f1, folder

WEIGH = Linkage(contradictions="weigh")


@pytest.fixture(scope="module")
def path():
    found = folder()
    if found is None:
        pytest.skip("no febrl data: run benchmarks/linkage_febrl4.py once, or name their folder in GCRM_FEBRL")
    return found


def test_febrl4(path):
    assert f1(path, ("4a", "4b"), WEIGH) >= 0.998


def test_febrl1(path):
    assert f1(path, ("1",), WEIGH) >= 0.995


def test_being_careful_leaves_contradictions_to_people(path):
    assert 0.98 <= f1(path, ("1",), Linkage()) < f1(path, ("1",), WEIGH)
