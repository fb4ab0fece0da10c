"""The addresses beside the pages: what they answer, and to whom."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from shapely.geometry import shape
from starlette.applications import Starlette

from app import assets, data, guard, routes
from app.base import base
from gcrm.maps.assets import maplibre
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path


def ask(address: str) -> tuple[int, dict[str, str], bytes]:
    """Ask the routes, behind their guard, without a network: status, headers and body."""
    parts = urlsplit(address)
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)  # the client waits and says nothing more
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    door = guard.Guard(Starlette(routes=routes.routes()))
    with ThreadPoolExecutor(1) as own:  # the browser tests leave an event loop running in this thread
        own.submit(lambda: asyncio.run(door(scope, receive, send))).result()
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def snapshot(shop_project: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Identifier of the published snapshot of the project that the server opens."""
    monkeypatch.setenv(data.PROJECT, str(shop_project))
    return data.workspace().manifest.id


def test_regions_come_as_geojson(snapshot: str) -> None:
    status, headers, body = ask(routes.areas_url(snapshot, "zone", {"district": "n"}))
    assert (status, headers["content-type"].split(";")[0]) == (200, "application/geo+json")
    assert "immutable" in headers["cache-control"]
    found = {f["properties"]["id"]: f for f in json.loads(body)["features"]}
    assert set(found) == {"z1", "z2"}
    assert found["z2"]["properties"]["name"] == shop.HOSTILE_ZONE
    assert shape(found["z1"]["geometry"]).symmetric_difference(shape(shop.square(0, 1))).area < 1e-7


def test_tiles_come_where_there_are_addresses(snapshot: str) -> None:
    address = routes.addresses(snapshot)["tiles"]
    status, headers, body = ask(address.format(z=12, x=654, y=1583))
    assert (status, headers["content-type"]) == (200, "application/vnd.mapbox-vector-tile")
    assert b"addresses" in body
    assert ask(address.format(z=12, x=0, y=0))[0] == 204
    assert ask(address.format(z=3, x=99, y=0))[0] == 204


def test_a_project_that_knows_nothing_of_its_ground_has_no_base_map(snapshot: str) -> None:
    assert base(lambda make: data.answer(snapshot, make), snapshot) is None
    address = routes.ground_url(snapshot)
    assert ask(address.format(z=12, x=654, y=1583))[0] == 204
    assert ask(address.format(z=12, x=654, y=1583).partition("?")[0])[0] == 404


def test_nobody_without_the_key_gets_anything(snapshot: str) -> None:
    for address in (
        routes.areas_url(snapshot, "zone", {}),
        routes.addresses(snapshot)["tiles"].format(z=12, x=654, y=1583),
    ):
        assert ask(address)[0] == 200
        bare, _, query = address.partition("?")
        for wrong in ("", "?key=", "?key=x", f"?{query[:-1]}", "?key=%C3%A9"):
            assert ask(bare + wrong)[0] == 404


@pytest.mark.parametrize("level", ["planet", "zone'; DROP", "..%2Fzone"])
def test_what_is_not_there_is_not_found(snapshot: str, level: str) -> None:
    assert ask(routes.areas_url(snapshot, level, {}))[0] == 404
    assert ask(routes.areas_url("another", "zone", {}))[0] == 404


def test_regions_inside_no_region_are_none(snapshot: str) -> None:
    status, _, body = ask(routes.areas_url(snapshot, "zone", {"district": "&within=district:s#"}))
    assert (status, json.loads(body)["features"]) == (200, [])


def test_only_the_map_library_is_served_from_its_folder(snapshot: str) -> None:
    for name, file in zip(("library", "style"), maplibre(), strict=True):
        status, _, body = ask(routes.addresses(snapshot)[name])
        assert (status, body) == (200, file.read_bytes())
    for name in ("map.js", "..%2Fmap.js", "%2e%2e/map.js", "/etc/passwd"):
        assert ask(f"/gcrm/vendor/{name}")[0] == 404


def test_every_answer_keeps_the_browser_at_home(snapshot: str) -> None:
    for address in (routes.areas_url(snapshot, "zone", {}), "/gcrm/vendor/none", "/nowhere"):
        policy = ask(address)[1]["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_the_library_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    assert assets.copy() == tmp_path / "vendor"
    script = tmp_path / "vendor" / "maplibre-gl.js"
    before = script.stat().st_mtime_ns
    assets.copy()
    assert script.stat().st_mtime_ns == before
    script.write_text("torn")
    assets.copy()
    assert script.read_bytes() == maplibre()[0].read_bytes()


def test_where_nothing_can_be_written_the_package_itself_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "file" / "vendor")
    assert assets.copy() == maplibre()[0].parent
