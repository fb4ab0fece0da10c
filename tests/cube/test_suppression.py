"""What is withheld cannot be worked out from what is shown: checked by brute force on random tables."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gcrm.cube.model import MEASURES, Dimension, model_of
from gcrm.cube.query import Period, Query
from gcrm.cube.suppression import suppress
from tests import star

_K = 10
_MODEL = model_of(star.SETTINGS)
_QUERY = Query((MEASURES["customers"],), (Dimension("zone", "region", "city", 2),), {}, Period(None, None), "none")


def table(counts: list[int]) -> pa.Table:
    return pa.table(
        {
            "zone": [str(i) for i in range(len(counts))],
            "customers": pa.array(counts, pa.int64()),
            "customers_state": ["known"] * len(counts),
        }
    )


@given(counts=st.lists(st.integers(0, 40), min_size=1, max_size=12), districts=st.integers(1, 3))
def test_no_total_gives_a_withheld_count_away(counts, districts):
    parents = {str(i): f"d{i % districts}" for i in range(len(counts))}
    shown = suppress(table(counts), _QUERY, _MODEL, _K, parents)["customers"].to_pylist()
    assert all(value is None for value, n in zip(shown, counts, strict=True) if 0 < n < _K)
    assert all(value == n for value, n in zip(shown, counts, strict=True) if value is not None)
    assert all(value == 0 for value, n in zip(shown, counts, strict=True) if n == 0)
    groups = [range(len(counts)), *([i for i in range(len(counts)) if i % districts == d] for d in range(districts))]
    for group in groups:
        hidden = [i for i in group if shown[i] is None]
        others = [i for i in group if shown[i] is not None and counts[i]]
        assert not hidden or not others or (len(hidden) > 1 and sum(counts[i] for i in hidden) >= _K)


def test_zero_is_shown_and_unknown_stays_unknown():
    source = table([0, 3, 50, 60]).set_column(2, "customers_state", pa.array(["known", "known", "known", "known"]))
    found = suppress(source, _QUERY, _MODEL, _K, {}).to_pylist()
    assert [r["customers_state"] for r in found] == ["known", "suppressed", "suppressed", "known"]
    assert [r["customers"] for r in found] == [0, None, None, 60]
