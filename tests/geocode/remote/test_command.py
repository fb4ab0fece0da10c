"""The command line over a project of three customers: dry run, run, build, audit, and giving the answers up."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from gcrm.cli import app
from gcrm.errors import RemoteError
from gcrm.pipeline import build
from gcrm.warehouse.reader import open_newest
from tests.geocode.remote.desk import REMOTE
from tests.geocode.remote.station import Reply, houses, serve

SOURCES = """
[sources.customers]
kind = "customers"
path = "customers.csv"
[sources.reference]
kind = "address_references"
path = "reference.csv"
"""


def run(*words):
    return CliRunner().invoke(app, ["remote", *map(str, words)], catch_exceptions=False, env={"COLUMNS": "200"})


@pytest.fixture
def project(tmp_path):
    (tmp_path / "customers.csv").write_text(
        "customer_id,name,street,unit,postcode,city\n"
        "c1,One Body,1 Real Street,,94110,San Francisco\n"
        "c2,Two Body,10 Invented Street,Apt 7,94199,Fog Town\n"
        "c3,Three Body,11 Invented Street,,94199,Fog Town\n"
    )
    (tmp_path / "reference.csv").write_text(
        "house_number,street,postcode,city,lon,lat\n1,Real Street,94110,San Francisco,-122.41,37.76\n"
    )

    def write(url, *lines):
        (tmp_path / "gcrm.toml").write_text(f'{REMOTE}endpoint = "{url}"\n' + "\n".join(lines) + SOURCES)
        return tmp_path

    return write


def rules(folder):
    reader = open_newest(folder)  # kept: its snapshot is open as long as it is there
    found = reader.cursor().execute(
        "SELECT l.rule FROM ingest.customer AS c JOIN geocode.record_location AS r USING (source, row_no) "
        "JOIN geocode.location AS l USING (location_id) WHERE r.kind = 'customer' ORDER BY c.customer_id"
    )
    return [rule for (rule,) in found.fetchall()]


def test_from_the_dry_run_to_the_next_build(project):
    with serve(houses) as station:
        folder = project(station.url)
        build(folder)
        dry = run("send", folder, "--dry-run").output
        assert "to be sent" in dry
        assert "0.010 USD" in dry
        assert "10 invented street, 94199 Fog Town" in dry
        assert "Nothing was sent." in dry
        assert station.seen == []
        assert "Sent 2 requests: 2 found." in run("send", folder, "--yes").output
        assert not [word for text in station.texts for word in ("Body", "Apt", "c2") if word in text]
        assert build(folder).changed
        assert rules(folder)[1:] == ["remote_exact", "remote_exact"]
        assert not build(folder).changed
        assert "Nothing was sent." in run("send", folder, "--yes").output
        said = run("audit", folder).output
        assert f"nominatim {station.url}" in said
        assert "A. Person, 2026-01-31" in said
        assert "Deleted 2 answers." in run("forget", folder, "--yes").output
        build(folder)
        assert rules(folder)[1:] == ["not_in_reference", "not_in_reference"]
        assert len(station.seen) == 2


def test_a_run_that_ends_before_its_time_says_why_and_ends_with_1(project):
    with serve(lambda _number, _seen: Reply(403)) as station:
        folder = project(station.url)
        build(folder)
        ended = run("send", folder, "--yes")
        assert ended.exit_code == 1
        assert "check the key" in ended.output
        assert "Invented" not in ended.output.partition("Sent")[2]


def test_without_a_yes_nothing_is_sent(project):
    with serve(houses) as station:
        folder = project(station.url)
        build(folder)
        asked = CliRunner().invoke(app, ["remote", "send", str(folder)], input="n\n")
        assert asked.exit_code == 1
        assert station.seen == []


def test_a_project_without_the_table_is_told_how(project):
    folder = project("http://localhost:9")
    text = (folder / "gcrm.toml").read_text()
    (folder / "gcrm.toml").write_text(text[: text.index("[geocode.remote]")] + SOURCES)
    build(folder)
    with pytest.raises(RemoteError, match=r"\[geocode.remote\] of gcrm.toml names one"):
        run("send", folder)
    assert "Nothing was ever sent." in run("audit", folder).output


def test_providers_are_listed_with_their_terms():
    said = run("providers").output
    assert "nominatim" in said
    assert "may be kept" in said
