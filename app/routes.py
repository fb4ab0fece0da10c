"""What the browser fetches from the dashboard's own server besides the pages: the map library, regions and tiles.

`st.login` does not guard these addresses, so each carries a key that only the pages hand out, and every answer stays
within the local reader's scope.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app import assets, data, questions
from gcrm.errors import UserError
from gcrm.maps import tiles
from gcrm.maps.description import Place
from gcrm.maps.render_browser import features

if TYPE_CHECKING:
    from starlette.requests import Request

    from gcrm.workspace import Workspace

#: New with every start of the server.
_KEY = secrets.token_urlsafe(16)
#: An address names its snapshot, so what it answers never changes.
_FOREVER = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
_LIBRARY = ("maplibre-gl.js", "maplibre-gl.css")


def areas_url(snapshot: str, level: str, within: dict[str, str]) -> str:
    """Return the address of the regions of a level.

    Parameters
    ----------
    snapshot
        Identifier of the snapshot.
    level
        Name of the level.
    within
        Level -> region that they must lie below; empty for all.

    Returns
    -------
    str
        Address on the dashboard's server.
    """
    inside = "".join(f"&within={quote(k, safe='')}:{quote(v, safe='')}" for k, v in within.items())
    return f"/gcrm/areas/{snapshot}/{level}.json?key={_KEY}{inside}"


def addresses(snapshot: str) -> dict[str, str]:
    """Return the addresses of the map library (`library`, `style`) and of the address tiles (`tiles`)."""
    return {
        "library": f"/gcrm/vendor/{_LIBRARY[0]}",
        "style": f"/gcrm/vendor/{_LIBRARY[1]}",
        "tiles": f"/gcrm/tiles/{snapshot}/addresses/{{z}}/{{x}}/{{y}}.pbf?key={_KEY}",
    }


def ground_url(snapshot: str) -> str:
    """Return the address of the tiles of the base map."""
    return f"/gcrm/tiles/{snapshot}/ground/{{z}}/{{x}}/{{y}}.pbf?key={_KEY}"


def routes() -> list[Route]:
    """Return the routes that the Streamlit server takes besides its own."""
    return [
        Route("/gcrm/vendor/{name}", _vendor),
        Route("/gcrm/areas/{snapshot}/{level}.json", _areas),
        Route("/gcrm/tiles/{snapshot}/addresses/{z:int}/{x:int}/{y:int}.pbf", _tile),
        Route("/gcrm/tiles/{snapshot}/ground/{z:int}/{x:int}/{y:int}.pbf", _ground),
    ]


def _vendor(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _LIBRARY:
        return Response(status_code=404)
    return FileResponse(assets.copy() / name, headers={"Cache-Control": "private, max-age=86400"})


def _areas(request: Request) -> Response:
    ws = _allowed(request)
    if ws is None:
        return Response(status_code=404)
    steps = [w.partition(":") for w in request.query_params.getlist("within")]
    within = {level: region for level, _, region in steps}
    try:
        text = data.answer(ws.manifest.id, _geojson, level=request.path_params["level"], within=within)
    except (UserError, data.Moved):
        return Response(status_code=404)
    return Response(text, media_type="application/geo+json", headers=_FOREVER)


def _tile(request: Request) -> Response:
    ws = _allowed(request)
    if ws is None:
        return Response(status_code=404)
    place = (request.path_params[name] for name in "zxy")
    return _drawn(tiles.address_tile(ws.cursor(), *place))


def _ground(request: Request) -> Response:
    ws = _allowed(request)
    if ws is None:
        return Response(status_code=404)
    try:
        body = data.answer(ws.manifest.id, _ground_tile, **{name: request.path_params[name] for name in "zxy"})
    except data.Moved:
        return Response(status_code=404)
    return _drawn(body)


def _drawn(body: bytes) -> Response:
    return Response(body, 200 if body else 204, headers=_FOREVER, media_type="application/vnd.mapbox-vector-tile")


def _ground_tile(ws: Workspace, question: dict[str, Any]) -> bytes:
    """Return a tile of the base map."""
    return tiles.ground_tile(ws.cursor(), question["z"], question["x"], question["y"])


def _allowed(request: Request) -> Workspace | None:
    """Return the workspace where the key is right and the snapshot asked for is the current one."""
    if not hmac.compare_digest(request.query_params.get("key", "").encode(), _KEY.encode()):
        return None
    ws = data.workspace()
    return ws if ws.manifest.id == request.path_params["snapshot"] else None


def _geojson(ws: Workspace, question: dict[str, Any]) -> str:
    """Return regions as GeoJSON text."""
    frame = ws.regions(question["level"], within=question["within"] or None, tolerance_m=questions.TOLERANCE_M)
    places = (Place(i, n, g) for i, n, g in zip(frame["region_id"], frame["name"], frame.geometry, strict=True))
    return json.dumps(features(places), separators=(",", ":"), ensure_ascii=False)
