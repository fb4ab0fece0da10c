"""How many hours of work visits make."""

from __future__ import annotations

import numpy as np
import pytest

from gcrm.analysis.territory.workload import workload


def test_work_is_visits_times_service_and_way():
    minutes = np.array([[0.0, 10.0, np.nan], [10.0, 0.0, np.nan], [np.nan, np.nan, 0.0]])
    hours = workload(np.array([3.0, 1.0, 2.0]), minutes, 30.0)
    # The first: three visits in four come from its own place, one from 10 minutes away.
    assert hours.tolist() == pytest.approx([3 * (30 + 10 / 4) / 60, (30 + 3 * 10 / 4) / 60, 2 * 30 / 60])
    assert workload(np.zeros(3), minutes, 30.0).tolist() == [0, 0, 0]
