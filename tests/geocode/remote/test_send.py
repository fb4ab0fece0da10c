"""A run against providers on loopback: what leaves, what is kept, and what happens when nobody answers."""

from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest

from gcrm.errors import RemoteError
from gcrm.geocode.remote.run import Pace
from gcrm.geocode.verdict.suggestion import fingerprint
from gcrm.settings import Settings
from tests.geocode.ground import SETTINGS, located
from tests.geocode.remote.desk import Desk, people, person, stage
from tests.geocode.remote.station import Reply, house, houses, serve


def test_a_plan_counts_and_sends_and_writes_nothing(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url, consent=False)
        found = desk.plan()
        assert (len(found.questions), len(found.open), found.now, float(found.cost)) == (3, 3, 3, 0.015)
        assert found.examples == tuple(f"{n} invented street, 94199 Fog Town" for n in (10, 11, 12))
        assert station.seen == []
    assert not desk.folder.exists()


def test_without_consent_nothing_is_sent(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url, consent=False)
        with pytest.raises(RemoteError, match="Nobody agreed"):
            desk.send()
        assert station.seen == []


def test_only_the_address_leaves(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        desk.send()
        assert sorted(station.texts) == [f"{n} invented street, 94199 Fog Town" for n in (10, 11, 12)]
        for seen in station.seen:
            assert seen.path == "/search"
            assert seen.query.keys() == {"q", "format", "limit", "addressdetails", "countrycodes"}
            assert seen.query["countrycodes"] == "us"
            assert seen.headers.keys() <= {"Host", "User-Agent", "Accept-Encoding", "Connection"}
            assert seen.headers["User-Agent"].startswith("gcrm/")


def test_what_may_say_who_lives_there_is_held_back(tmp_path):
    con = stage(
        person("20 Smith Invented Street", "Invented Smith"),
        person("c/o Jones 21 Invented Street"),
        person("22 Invented Street 4155550100"),
        person("24 a@b.example Street"),
        person("23 Invented Street Apt 9"),
    )
    with serve(houses) as station:
        found = Desk(tmp_path, station.url, con=con).plan()
    assert found.examples == ("23 invented street, 94199 Fog Town",)
    assert found.held_back == {"name": 1, "personal": 3}


def test_answers_are_used_by_the_next_build_below_the_own_reference(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        own, *others = desk.located()
        assert others == [(None, "unmatched", "not_in_reference", 0.0)] * 3
        sent = desk.send()
        assert (sent.requests, sent.states, sent.left, sent.stopped) == (3, {"found": 3}, 0, "")
    assert desk.located() == [own, *[("exact", "matched", "remote_exact", 0.7)] * 3]
    assert own[:2] == ("exact", "matched")
    assert not own[2].startswith("remote")


def test_answers_are_part_of_what_a_build_is_made_from(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        assert fingerprint(desk.settings) == []
        desk.send(limit=1)
        first = fingerprint(desk.settings)
        desk.send()
        assert len({*first, *fingerprint(desk.settings)}) == 2
        assert fingerprint(desk.settings) == fingerprint(Desk(tmp_path, station.url, per_second=1).settings)
        assert fingerprint(Desk(tmp_path, "http://localhost:9").settings) == []
    assert fingerprint(SETTINGS) == []


def test_a_project_that_names_no_provider_uses_no_answers(tmp_path):
    with serve(houses) as station:
        Desk(tmp_path, station.url).send()
    body = {"project": {"name": "T", "metric_crs": "EPSG:32610"}, "geocode": {"country": "US"}}
    with stage(*people(1), settings=Settings.model_validate(body, context={"folder": tmp_path})) as con:
        assert [place["rule"] for place in located(con)][1] == "not_in_reference"


def test_nothing_is_asked_twice_and_nothing_of_the_address_is_stored(tmp_path):
    def some(number, seen):
        return Reply() if number == 1 else houses(number, seen)

    with serve(some) as station:
        desk = Desk(tmp_path, station.url)
        assert desk.send().states == {"found": 2, "nothing": 1}
        again = desk.send()
        assert (again.requests, len(station.seen)) == (0, 3)
    kept = b"".join(path.read_bytes() for path in desk.folder.iterdir())
    assert b"nvented" not in kept
    assert b"94199" not in kept
    for path in desk.folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_each_batch_leaves_a_line(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        desk.send(limit=2)
        desk.send()
    first, second = desk.batches()
    assert (first.actor, first.agreed_by, first.agreed_on) == ("tester", "A. Person", "2026-01-31")
    assert first.service == f"nominatim {station.url}"
    assert [(b.planned, b.requests, b.answers, b.found) for b in (first, second)] == [(2, 2, 2, 2), (1, 1, 1, 1)]
    assert first.began_at <= first.ended_at <= second.began_at
    assert len({first.hash, second.hash}) == 2
    assert all(len(b.hash) == 64 for b in (first, second))


def test_the_day_has_an_end(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url, max_per_day=2)
        assert desk.plan().now == 2
        sent = desk.send()
        assert (sent.requests, sent.left) == (2, 1)
        assert "used up" in sent.stopped
        assert desk.send().requests == 0
        assert len(station.seen) == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["seconds", "date"])
def test_who_is_busy_is_asked_again_when_it_says(tmp_path, status, said):
    wait_s = 2 if said == "date" else 1  # a date has whole seconds

    def busy(number, seen):
        after = formatdate(time.time() + wait_s, usegmt=True) if said == "date" else str(wait_s)
        return Reply(status, "slow down", {"Retry-After": after}) if number == 0 else houses(number, seen)

    with serve(busy) as station:
        desk = Desk(tmp_path, station.url, unknown=2)
        sent = desk.send()
        assert (sent.requests, sent.states) == (3, {"found": 2})
        assert station.seen[1].at - station.seen[0].at >= 0.95
        assert station.texts[0] == station.texts[1]


def test_a_long_pause_ends_the_run_and_holds_for_the_next(tmp_path):
    with serve(lambda _number, _seen: Reply(429, "", {"Retry-After": "3600"})) as station:
        desk = Desk(tmp_path, station.url)
        assert "come back at" in desk.send().stopped
        assert "come back at" in desk.send().stopped
        assert len(station.seen) == 1


def test_back_off_doubles(tmp_path):
    with serve(lambda _number, _seen: Reply(500)) as station:
        desk = Desk(tmp_path, station.url, unknown=1)
        sent = desk.send(Pace(tries=4, first_s=0.1, failures=2))
        assert (sent.requests, sent.failed, sent.states) == (4, 1, {})
    gaps = [b.at - a.at for a, b in zip(station.seen, station.seen[1:], strict=False)]
    assert all(gap >= least for gap, least in zip(gaps, (0.1, 0.2, 0.4), strict=True))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(502, "<html>"),
        Reply(body="<html>no json</html>"),
        Reply(body='"text"'),
        Reply(body='[{"lat": "x", "lon": "y"}]'),
        Reply(body="[1, 2"),
        Reply(body="[" * 100_000),
        Reply(body=json.dumps(["x" * 2_000_000])),
        Reply(body='[{"lat": {}, "lon": []}]'),
    ],
    ids=lambda reply: f"{reply.status}-{reply.body[:8]}",
)
def test_nonsense_is_no_answer_and_ends_the_run(tmp_path, reply):
    with serve(lambda _number, _seen: reply) as station:
        desk = Desk(tmp_path, station.url)
        sent = desk.send()
        assert (sent.failed, sent.states, len(station.seen)) == (2, {}, 6)
        assert "no usable answer to 2 questions in a row" in sent.stopped
    assert fingerprint(desk.settings) == []


def test_who_answers_too_slowly_is_given_up(tmp_path):
    with serve(lambda _number, _seen: Reply(wait_s=0.6)) as station:
        desk = Desk(tmp_path, station.url, unknown=1, timeout_s=0.1)
        sent = desk.send()
        assert (sent.failed, len(station.seen)) == (1, 3)


def test_a_server_that_is_not_there(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url, unknown=1)
    assert desk.send().failed == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_other_host_is_asked(tmp_path, status):
    with serve(houses) as other:

        def away(_number, _seen):
            return Reply(status, "", {"Location": f"{other.url}/search?q=x"})

        with serve(away) as station:
            desk = Desk(tmp_path, station.url)
            sent = desk.send()
            assert "no other is asked" in sent.stopped
            assert len(station.seen) == 1
        assert other.seen == []


def test_proxies_of_the_environment_are_not_used(tmp_path, monkeypatch):
    with serve(houses) as proxy, serve(houses) as station:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        desk = Desk(tmp_path, station.url)
        assert desk.send().states == {"found": 3}
        assert proxy.seen == []


@pytest.mark.parametrize("status", [401, 402, 403])
def test_who_refuses_is_not_asked_again(tmp_path, status):
    with serve(lambda _number, _seen: Reply(status, "bad key")) as station:
        desk = Desk(tmp_path, station.url)
        assert "check the key" in desk.send().stopped
        assert len(station.seen) == 1


def test_a_refused_question_is_kept_and_the_others_go_on(tmp_path):
    def picky(number, seen):
        return Reply(400, "{}") if number == 0 else houses(number, seen)

    with serve(picky) as station:
        desk = Desk(tmp_path, station.url)
        assert desk.send().states == {"refused": 1, "found": 2}
        assert desk.send().requests == 0
        assert len(station.seen) == 3


def test_the_nearest_number_is_not_the_number(tmp_path):
    def next_door(_number, seen):
        return house(seen.query["q"], address={"house_number": "99", "country_code": "us"})

    with serve(next_door) as station:
        desk = Desk(tmp_path, station.url, unknown=1)
        desk.send()
    assert desk.located()[1] == ("street", "matched", "remote_street", 0.4)


def test_an_answer_elsewhere_is_not_used(tmp_path):
    def abroad(_number, seen):
        number = seen.query["q"].split()[0]
        return house(seen.query["q"], address={"house_number": number, "country_code": "de"})

    with serve(abroad) as station:
        desk = Desk(tmp_path, station.url, unknown=1)
        assert desk.send().states == {"doubtful": 1}
    assert desk.located()[1][2] == "not_in_reference"


def test_a_lost_key_is_said(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        desk.send()
        (desk.folder / "hash.key").unlink()
        with pytest.raises(RemoteError, match="missing or damaged"):
            desk.plan()
        with pytest.raises(RemoteError, match="missing or damaged"):
            desk.located()
