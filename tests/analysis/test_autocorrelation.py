"""Moran's I and Gi*: published figures, figures of esda and PySAL, and chance drawn many times.

Crime, income and housing values of 49 quarters of Columbus, Ohio, 1980 (Anselin 1988), and which of them touch, are
those of libpysal's example of that name.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gcrm.analysis import autocorrelation
from gcrm.analysis.autocorrelation import discoveries, local_g, moran

#: Of each quarter the later ones that it touches.
NEIGHBOURS = """
1,2 2,3 3,4 4,7 5,7,8,10,14,15 8 7,11,12,13 10,11,12 9,14,19,21,24,25 16,19,21 11,14,15 12,13,15 13 15,17,18
15,24,25 17,23,24 19,22 18,23 23 21,22,26,31,32,34,39 23,29,33 25,26,27 31 24,28,29 25,27,28,29 27,28 27,32
28,32,34,36,37 29,36,37 36 33,35,38 39,40 34 35,41 37,39,42,43 38,41,45 37,42,44 42,43 45 40,46 46 - 43,44,47
47,48 47,48 - - 48 -
"""
CRIME = """
15.72598 18.801754 30.626781 32.38776 50.73151 26.066658 0.178269 38.425858 30.515917 34.000835 62.275448
56.705669 46.716129 57.066132 48.585487 54.838711 36.868774 43.962486 54.521965 0.223797 40.074074 33.705048
20.048504 38.297871 61.299175 40.969742 52.79443 56.919785 60.750446 68.892044 17.677214 19.145592 41.968163
23.974028 39.175053 14.305556 42.445076 53.710938 19.100863 16.241299 18.905146 16.49189 36.663612 25.962263
29.028488 16.530533 27.822861 26.645266 22.541491
"""
INC = """
19.531 21.232 15.956 4.477 11.252 16.028999 8.438 11.337 17.586 13.598 7.467 10.048 9.549 9.963 9.873 7.625
9.798 13.185 11.618 31.07 10.655 11.709 21.155001 14.236 8.461 8.085 10.822 7.856 8.681 13.906 16.940001
18.941999 9.918 14.948 12.814 18.739 17.017 11.107 18.476999 29.833 22.207001 25.872999 13.38 16.961 14.135
18.323999 18.950001 11.813 18.796
"""
HOVAL = """
80.467003 44.567001 26.35 33.200001 23.225 28.75 75.0 37.125 52.599998 96.400002 19.700001 19.9 41.700001
42.900002 18.0 18.799999 41.75 60.0 30.6 81.266998 19.975 30.450001 47.733002 53.200001 17.9 20.299999 34.099998
22.85 32.5 22.5 31.799999 40.299999 23.6 28.450001 27.0 36.299999 43.299999 22.700001 39.599998 61.950001
42.099998 44.333 25.700001 33.5 27.733 76.099998 42.5 26.799999 35.799999
"""
#: esda 2.9's G_Local(CRIME, Queen, transform="B", star=True).Zs.
GI_CRIME = """
-1.432780 -1.340008 -0.771999 -0.131733 1.285363 0.068648 0.661365 1.013024 0.219143 -1.137528 2.625151 1.715367
0.661365 1.661277 2.520776 3.475051 -1.539588 2.060228 1.663064 -1.263146 0.958013 0.078755 -2.002812 3.271094
3.195172 2.118913 0.281129 2.805861 3.286070 2.630256 -2.041136 -2.851023 0.435414 -1.780380 -0.234827 -2.674719
2.501120 1.701238 -2.273243 -2.324828 -1.821073 -1.802551 0.188579 -0.158211 -0.516733 -1.974722 -1.510601
-0.981642 -1.133105
"""


def numbers(text):
    return np.array(text.split(), float)


@pytest.fixture(scope="module")
def columbus():
    later = [[] if word == "-" else [int(n) for n in word.split(",")] for word in NEIGHBOURS.split()]
    return np.array([(i, j) for i, row in enumerate(later) for j in row])


@pytest.mark.parametrize(
    ("values", "wanted", "z"),
    # Moran's I as acceptance figures of PySAL give it; z under randomisation as esda 2.9 does.
    [(CRIME, 0.500189, 5.589383), (INC, 0.415629, 4.764482), (HOVAL, 0.180093, 2.207079)],
)
def test_morans_i_of_columbus(columbus, values, wanted, z):
    found = moran(numbers(values), columbus)
    assert (found.value, found.z) == (pytest.approx(wanted, abs=5e-7), pytest.approx(z, abs=5e-7))
    assert (found.places, found.expected) == (49, pytest.approx(-1 / 48))
    assert found.p == pytest.approx(2 * stats.norm.sf(z), rel=1e-5)


def test_gi_star_of_columbus_and_of_six_points(columbus):
    assert local_g(numbers(CRIME), columbus).z == pytest.approx(numbers(GI_CRIME), abs=1e-6)
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], float)
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    toy = local_g(np.array([2, 3, 3.2, 5, 8, 7]), np.argwhere(np.triu(far <= 15, 1)))
    wanted = [-1.397276, -0.289178, 0.650650, -0.289178, 1.234521, 2.024243]  # of esda's tests
    assert toy.z == pytest.approx(wanted, abs=5e-7)
    assert toy.neighbours.tolist() == [2, 3, 1, 3, 4, 1]
    values = np.array([2, 3, 3.2, 5, 8, 7])
    assert toy.around == pytest.approx([values[row].mean() for row in far <= 15])


def test_chances_are_those_of_values_dealt_anew():
    rng = np.random.default_rng(7)
    values = rng.lognormal(0, 1.2, 300) * (rng.random(300) < 0.7)  # as revenue is: many small, few large, some nothing
    order = np.arange(300)
    pairs = np.array([(i, (i + step) % 300) for i in order.tolist() for step in (1, 2, 3)])
    found = local_g(values, np.sort(pairs, axis=1))
    assert set(found.neighbours.tolist()) == {6}
    dealt = np.sort(np.array([rng.choice(values, 7, replace=False).sum() for _ in range(40_000)]))
    below = np.searchsorted(dealt, found.around * 7 + 1e-9) / len(dealt)
    above = 1 - np.searchsorted(dealt, found.around * 7 - 1e-9) / len(dealt)
    dealt_p = np.minimum(1, 2 * np.minimum(below, above))
    assert found.p == pytest.approx(dealt_p, abs=0.008)  # either side is counted
    normal_p = 2 * stats.norm.sf(abs(found.z))
    assert np.abs(normal_p - dealt_p).max() > 0.03, "sales are not normal"


def test_where_values_lie_anywhere_at_most_one_map_in_ten_has_a_spot():
    rng, pairs = np.random.default_rng(3), np.array([(i, i + s) for s in (1, 20) for i in range(400 - s)])
    # One large customer makes no hot spot of everybody around.
    maps = [discoveries(local_g(rng.lognormal(0, 1, 400), pairs).p, 0.1).any() for _ in range(60)]
    assert np.mean(maps) < 0.2


def test_findings_stand_as_benjamini_and_hochberg_say():
    p = np.random.default_rng(5).beta(0.4, 4, 200)
    for share in (0.01, 0.05, 0.1):
        assert (discoveries(p, share) == (stats.false_discovery_control(p) <= share)).all()
    assert discoveries(np.array([0.001, np.nan, 0.9]), 0.05).tolist() == [True, False, False]
    assert discoveries(np.array([]), 0.05).tolist() == []


def test_where_chance_leaves_nothing_open_nothing_is_told():
    ring = np.array([(i, (i + 1) % 9) for i in range(9)])
    same = local_g(np.full(9, 4.0), ring)
    assert same.z.tolist() == [0] * 9
    assert same.p.tolist() == [1] * 9
    assert np.isnan(moran(np.full(9, 4.0), ring).value)
    every = local_g(np.arange(4.0), np.argwhere(np.triu(np.ones((4, 4)), 1)))
    assert (every.z.tolist(), every.p.tolist()) == ([0] * 4, [1] * 4)
    assert moran(np.arange(4.0), np.empty((0, 2), np.int64)).places == 0
    crowd = np.random.default_rng(1).lognormal(0, 1, 190)
    found = moran(crowd, np.argwhere(np.triu(np.ones((190, 190)), 1)))
    assert np.isnan([found.value, found.z, found.p]).all()
    almost = moran(crowd, np.argwhere(np.triu(np.ones((190, 190)), 2)))
    assert 0 < almost.p <= 1


def test_chances_need_no_more_memory_where_there_are_many_places(monkeypatch):
    values, ring = np.random.default_rng(2).lognormal(0, 1, 3000), np.array([(i, i + 1) for i in range(2999)])
    whole = local_g(values, ring)
    monkeypatch.setattr(autocorrelation, "_CARDS", 3000 * 70)  # 70 decks, so that the last of 2,000 deals are fewer
    parted = local_g(values, ring)
    assert parted.p == pytest.approx(whole.p, abs=0.015)
    assert (parted.p != whole.p).any(), "other decks"
