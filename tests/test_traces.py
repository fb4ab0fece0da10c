"""Traces become counts of at least k devices, held against a plain count in Python; no device is in any file."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import h3
import numpy as np
import pytest
from typer.testing import CliRunner

from gcrm.cli import app
from gcrm.errors import SourceError
from gcrm.traces import Rules, count

HOME, WORK = (-122.41, 37.76), (-122.40, 37.79)
CELLS = [h3.latlng_to_cell(lat, lon, 9) for lon, lat in (HOME, WORK)]
MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - local time, as in the files


def pings(people):
    """Each person is at home from 6:00 to 8:00 and at work from 9:00 to 12:00 of a Monday, a ping each 20 minutes."""
    for n in range(people):
        for minute in range(360, 481, 20):
            yield f"phone-{n:03}", MONDAY + timedelta(minutes=minute), HOME
        for minute in range(540, 721, 20):
            yield f"phone-{n:03}", MONDAY + timedelta(minutes=minute), WORK


def write(path, rows):
    lines = [f"{device},{at:%Y-%m-%d %H:%M:%S},{lon},{lat}\n" for device, at, (lon, lat) in rows]
    path.write_text("device_id,timestamp,lon,lat\n" + "".join(lines))
    return path


def read(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_ten_people_who_go_to_work(tmp_path):
    found = count(write(tmp_path / "pings.csv", pings(10)), tmp_path / "out")
    assert (found.devices, found.days, found.unread) == (10, 1, 0)
    home, work = CELLS
    assert read(tmp_path / "out/movements.csv") == [
        {"origin_id": home, "destination_id": work, "day_type": "weekday", "hour": "8", "trips": "10"}
    ]
    hours = {
        (r["place_id"], int(r["hour"])): float(r["persons"]) for r in read(tmp_path / "out/floating_populations.csv")
    }
    assert hours == {(home, h): 10 for h in (6, 7, 8)} | {(work, h): 10 for h in (9, 10, 11, 12)}


def test_nine_people_leave_no_count_and_no_device_is_ever_written(tmp_path):
    found = count(write(tmp_path / "pings.csv", pings(9)), tmp_path / "out")
    assert (found.flows, found.flows_withheld, found.presence) == (0, 1, 0)
    assert read(tmp_path / "out/movements.csv") == []
    for people in (9, 30):
        count(write(tmp_path / "pings.csv", pings(people)), tmp_path / "out")
        written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
        assert "phone" not in written
        assert "device" not in written


def test_presence_is_the_longest_dwell_not_the_number_of_pings(tmp_path):
    rows = []
    for n in range(6):
        # Three quick pings at work, then a single one at home that lasts for the rest of the hour.
        rows += [(f"p{n}", MONDAY + timedelta(minutes=600 + m), WORK) for m in (0, 1, 2)]
        rows += [(f"p{n}", MONDAY + timedelta(minutes=m), HOME) for m in (604, 659)]
    count(write(tmp_path / "pings.csv", rows), tmp_path / "out", Rules(k=5))
    assert [(r["place_id"], r["hour"]) for r in read(tmp_path / "out/floating_populations.csv")] == [(CELLS[0], "10")]


def test_random_walks_agree_with_a_plain_count(tmp_path):
    draw = np.random.default_rng(5)
    spots = [(-122.42 + 0.01 * i, 37.76 + 0.01 * i) for i in range(3)]
    rows = []
    for n in range(40):
        at = MONDAY + timedelta(hours=int(draw.integers(24)))
        for _ in range(30):
            rows.append((f"d{n}", at, spots[draw.integers(3)]))
            at += timedelta(minutes=int(draw.choice([3, 11, 40, 300])))
    draw.shuffle(rows)
    count(write(tmp_path / "pings.csv", rows), tmp_path / "out", Rules(k=5))
    trips, devices = Counter(), defaultdict(set)
    for name in {device for device, *_ in rows}:
        own = sorted((at, h3.latlng_to_cell(*reversed(spot), 9)) for device, at, spot in rows if device == name)
        stays = []
        for at, cell in own:
            if stays and stays[-1][0] == cell and at - stays[-1][2] <= timedelta(minutes=60):
                stays[-1][2] = at
            else:
                stays.append([cell, at, at])
        stays = [s for s in stays if s[2] - s[1] >= timedelta(minutes=10)]
        for before, after in pairwise(stays):
            if before[0] != after[0]:
                day = {5: "saturday", 6: "sunday"}.get(before[2].weekday(), "weekday")
                key = (before[0], after[0], day, str(before[2].hour))
                trips[key] += 1
                devices[key].add(name)
    wanted = {key: n for key, n in trips.items() if len(devices[key]) >= 5}
    found = {
        (r["origin_id"], r["destination_id"], r["day_type"], r["hour"]): int(r["trips"])
        for r in read(tmp_path / "out/movements.csv")
    }
    assert found == wanted


def test_what_cannot_be_counted_is_refused(tmp_path):
    path = write(tmp_path / "pings.csv", pings(1))
    with pytest.raises(SourceError, match="k = 2"):
        count(path, tmp_path / "out", Rules(k=2))
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="--column device"):
        count(tmp_path / "other.csv", tmp_path / "out")
    with pytest.raises(SourceError, match="timestmp"):
        count(path, tmp_path / "out", columns={"time": "timestmp"})
    with pytest.raises(SourceError, match="cannot be read"):
        count(tmp_path / "missing.csv", tmp_path / "out")


def test_the_command_says_what_it_wrote_and_withheld(tmp_path):
    path = write(tmp_path / "pings.csv", [*pings(10), ("x", MONDAY, (500, 0))])
    result = CliRunner().invoke(app, ["traces", str(path), "--out", str(tmp_path / "out"), "--k", "10"])
    assert result.exit_code == 0
    assert "10 devices" in result.output
    assert "1 rows unread" in result.output
