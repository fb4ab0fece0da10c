"""Which servers may be asked, and what a project may say about them."""

from __future__ import annotations

import tomllib

import pytest

from gcrm.errors import RemoteError, SettingsError
from gcrm.geocode.remote import PROVIDERS
from gcrm.geocode.remote.endpoint import endpoint
from gcrm.geocode.remote.provider import geocoder, key, service
from gcrm.settings import load
from gcrm.settings.remote import PROVIDERS as NAMED
from gcrm.settings.remote import REFUSED, Remote
from tests.geocode.remote.desk import REMOTE, Desk


def settings(tmp_path, *lines, without=()):
    kept = [line for line in REMOTE.splitlines() if not line.startswith(tuple(without))]
    (tmp_path / "gcrm.toml").write_text("\n".join([*kept, *lines]) + "\n")
    return load(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "https://nominatim.openstreetmap.org",
        "https://NOMINATIM.OpenStreetMap.org/search",
        "https://nominatim.openstreetmap.org.:443/",
        "http://nominatim.openstreetmap.org",
        "https://openstreetmap.org",
        "https://nominatim.openstreetmap.fr",
        "https://photon.komoot.io",
        "https://photon.komoot.de/api",
    ],
)
def test_public_servers_are_refused_with_the_reason(tmp_path, url):
    with pytest.raises(RemoteError, match=r"is not asked: it is .*server of your own"):
        endpoint(url)
    with pytest.raises(RemoteError, match="is not asked"):
        Desk(tmp_path, url).plan()
    with pytest.raises(RemoteError, match="is not asked"):
        Desk(tmp_path, url).send()


def test_the_public_nominatim_is_refused_for_its_usage_policy():
    with pytest.raises(RemoteError, match=r"usage policy.*bulk geocoding"):
        endpoint("https://nominatim.openstreetmap.org")
    with pytest.raises(RemoteError, match=r"names no server.*usage policy rules out bulk"):
        service(Remote(provider="nominatim"))


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://nominatim.example.org", "nominatim.example.org"),
        ("https://geo.example.org:8443/nominatim/", "geo.example.org:8443/nominatim"),
        ("http://localhost:8080", "localhost:8080"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("http://10.1.2.3:7070/p", "10.1.2.3:7070/p"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://nominatim", "nominatim"),
        ("http://maps.internal", "maps.internal"),
        ("https://openstreetmap.org.example.org", "openstreetmap.org.example.org"),
    ],
)
def test_a_server_of_your_own_is_taken(url, domain):
    assert endpoint(url).domain == domain


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "no URL of a server"),
        ("nominatim.example.org", "no URL of a server"),
        ("ftp://nominatim.example.org", "no URL of a server"),
        ("file:///etc/passwd", "no URL of a server"),
        ("https://", "no URL of a server"),
        ("https://a b", "no URL of a server"),
        ("https://host:99999", "no URL of a server"),
        ("https://-x.example.org", "no URL of a server"),
        ("https://me:secret@nominatim.example.org", "name, password or query"),
        ("https://nominatim.example.org?key=secret", "name, password or query"),
        ("http://nominatim.example.org", "unencrypted"),
        ("http://8.8.8.8", "unencrypted"),
    ],
)
def test_other_servers_are_refused_without_telling_secrets(url, why):
    with pytest.raises(RemoteError, match=why) as told:
        endpoint(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("https://geo.example.org/search?q=x", True),
        ("https://geo.example.org:443/search", True),
        ("https://GEO.example.org/search", True),
        ("http://geo.example.org/search", False),
        ("https://geo.example.org:444/search", False),
        ("https://geo.example.org.evil.example/search", False),
        ("https://geo.example.org@evil.example/search", False),
        ("https://evil.example/geo.example.org", False),
        ("https://geo.example.org:x/", False),
    ],
)
def test_only_the_named_server_is_held(url, held):
    assert endpoint("https://geo.example.org").holds(url) is held


def test_the_list_is_the_same_everywhere():
    assert tuple(PROVIDERS) == NAMED
    assert all(provider.terms and "may be kept" in provider.terms for provider in PROVIDERS.values())
    assert not set(REFUSED) & set(PROVIDERS)


@pytest.mark.parametrize("name", NAMED)
def test_geopy_knows_each_of_them_at_the_named_server(name):
    found = service(Remote(provider=name, endpoint="https://geo.example.org/base"))
    made = geocoder(found, "secret" if found.provider.needs_key else None, __import__("geopy").adapters.URLLibAdapter)
    urls = [value for value in vars(made).values() if isinstance(value, str) and "//" in value]
    assert made.domain == "geo.example.org/base"
    assert all(url.startswith("https://geo.example.org/base/") for url in urls)
    assert made.proxies == {}


@pytest.mark.parametrize("name", [name for name, provider in PROVIDERS.items() if provider.url])
def test_what_is_sold_has_its_own_server_and_needs_a_key(name, monkeypatch):
    assert service(Remote(provider=name)).server.scheme == "https"
    with pytest.raises(RemoteError, match="needs a key"):
        key(Remote(provider=name))
    monkeypatch.delenv("GCRM_TEST_KEY", raising=False)
    with pytest.raises(RemoteError, match="GCRM_TEST_KEY holds no key"):
        key(Remote(provider=name, key_env="GCRM_TEST_KEY"))
    monkeypatch.setenv("GCRM_TEST_KEY", " invented ")
    assert key(Remote(provider=name, key_env="GCRM_TEST_KEY")) == "invented"


@pytest.mark.parametrize(
    ("lines", "without", "message"),
    [
        (['provider = "google"'], ["provider"], "'google' is not asked: its terms do not let points be kept"),
        (['provider = "nominatin"'], ["provider"], "Did you mean 'nominatim'"),
        ([], ["agreed_by"], "say who agreed and when"),
        ([], ["agreed_on"], "say who agreed and when"),
        (['key_env = "a1b2c3secret"'], [], "name the environment variable"),
        (["max_per_day = 0"], [], "max_per_day"),
        (["per_second = 0"], ["per_second"], "per_second"),
        (['send = ["matched"]'], [], "send"),
        (['api_key = "a1b2c3secret"'], [], "there is no such key"),
    ],
)
def test_mistakes_are_said_with_their_key(tmp_path, lines, without, message):
    with pytest.raises(SettingsError) as told:
        settings(tmp_path, *lines, without=without)
    assert message in str(told.value)
    assert "geocode.remote" in str(told.value)
    assert "secret" not in str(told.value)


def test_without_the_table_nothing_is_asked(tmp_path):
    body = REMOTE[: REMOTE.index("[geocode.remote]")]
    assert tomllib.loads(body)["geocode"] == {"country": "US"}
    (tmp_path / "gcrm.toml").write_text(body)
    assert load(tmp_path).geocode.remote is None
    assert load(tmp_path).geocode.remote_folder == tmp_path / "remote"
