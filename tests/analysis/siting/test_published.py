"""Published sites: OR-Library's medians, and stores for San Francisco's census tracts."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.sparse.csgraph import floyd_warshall

from gcrm.analysis.siting import Sites, capacitated_median, centre, cover_all, cover_most, median

#: Proved by others (Beasley's OR-Library).
MEDIANS = {"pmed1": 5819, "pmed3": 4250, "pmed5": 1355, "pmed11": 7696, "pmed13": 4374}
CAPACITATED = {"pmedcap01": 713, "pmedcap02": 740, "pmedcap03": 751, "pmedcap04": 651, "pmedcap05": 664}


def network(path):
    """Read a network: lengths between all nodes, and how many sites; of an edge given twice the last one counts."""
    rows = [[int(v) for v in line.split()] for line in path.read_text().splitlines() if line.strip()]
    size, _, count = rows[0]
    length = np.full((size, size), np.inf)
    for a, b, far in rows[1:]:
        length[a - 1, b - 1] = length[b - 1, a - 1] = far
    return floyd_warshall(length), count


@pytest.mark.parametrize("name", MEDIANS)
def test_medians_of_the_library(name, testdata):
    length, count = network(testdata / "locate" / f"{name}.txt")
    found = median(Sites(length, np.ones(len(length))), count)
    assert (found.value, found.state, len(found.sites)) == (MEDIANS[name], "optimal", count)


@pytest.mark.parametrize("name", CAPACITATED)
def test_capacitated_medians_of_the_library(name, testdata):
    rows = [line.split() for line in (testdata / "locate" / f"{name}.txt").read_text().splitlines() if line.strip()]
    size, count, capacity = (int(v) for v in rows[1][:3])
    table = np.array([[float(v) for v in row[1:4]] for row in rows[2 : 2 + size]])
    length = np.floor(np.hypot(table[:, None, 0] - table[:, 0], table[:, None, 1] - table[:, 1]))
    sites = Sites(length, np.ones(size))
    found = capacitated_median(sites, count, np.full(size, float(capacity)), demand=table[:, 2], seconds=240)
    assert (found.value, found.state) == (CAPACITATED[name], "optimal")
    held = np.bincount(found.served, weights=table[:, 2], minlength=size)
    assert (held <= capacity).all()


@pytest.fixture(scope="module")
def tracts(testdata):
    """Census tracts of San Francisco, people in each, and metres to 16 possible stores."""
    folder = testdata / "locate"
    with (folder / "SF_demand_205_centroid_uniform_weight.csv").open() as file:
        people = {row["NAME"]: float(row["POP2000"]) for row in csv.DictReader(file)}
    with (folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open() as file:
        rows = list(csv.DictReader(file))
    stores = list(dict.fromkeys(row["name"] for row in rows))
    places = list(dict.fromkeys(row["DestinationName"] for row in rows))
    cost = np.full((len(places), len(stores)), np.nan)
    for row in rows:
        cost[places.index(row["DestinationName"]), stores.index(row["name"])] = float(row["distance"])
    return Sites(cost, np.array([people[place] for place in places]))


def test_so_many_stores_reach_all_of_the_city(tracts):
    found = cover_all(tracts, 5000)
    assert (found.value, found.state) == (8, "optimal")
    assert (tracts.cost[np.arange(205), found.served] <= 5000).all()


def test_four_stores_for_the_city(tracts):
    found = median(tracts, 4)
    assert found.value == pytest.approx(2_848_268_129.71, abs=0.01)
    assert found.value / tracts.weight.sum() == pytest.approx(2982.1269, abs=1e-4)
    assert found.state == "optimal"
    most = cover_most(tracts, 5000, 4)
    assert (most.value, most.state) == (875_247, "optimal")
    assert tracts.weight.sum() == 955_113
    longest = centre(tracts, 4)
    assert longest.value == pytest.approx(7403.0638, abs=1e-4)
    assert longest.state == "optimal"
