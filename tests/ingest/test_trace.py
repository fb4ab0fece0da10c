"""Which headings look like traces of devices."""

from __future__ import annotations

import pytest

from gcrm.ingest.trace import names


@pytest.mark.parametrize(
    "columns",
    [
        ["device_id", "timestamp", "lat", "lon"],
        ["IMEI", "Time", "cell"],
        ["uid", "datetime"],
        ["user-id", "started_at", "ended_at"],
        ["bike_id", "starttime"],
        ["MAID", "utc_timestamp"],
    ],
)
def test_an_identifier_beside_a_moment_is_a_trace(columns):
    assert names(columns) is not None


@pytest.mark.parametrize(
    "columns",
    [
        ["origin_id", "destination_id", "day_type", "hour", "trips"],
        ["place_id", "date", "hour", "persons"],
        ["station_id", "time", "count"],
        ["device_id", "count"],  # without a moment it names no trace
        ["timestamp", "zone", "persons"],
    ],
)
def test_counts_are_no_traces(columns):
    assert names(columns) is None
