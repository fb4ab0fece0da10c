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


@pytest.mark.soak
@pytest.mark.parametrize(("file", "least"), [("1", 0.995), ("2", 0.998), ("3", 0.998)])
def test_the_others(path, file, least):
    assert f1(path, (file,), WEIGH) >= least


@pytest.mark.soak
def test_being_careful_leaves_contradictions_to_people_and_is_never_wrong(path):
    assert f1(path, ("4a", "4b"), Linkage()) >= 0.994
