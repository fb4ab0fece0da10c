"""Where other people's JavaScript and CSS come from: installed packages, never the network, never this repository."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from gcrm.errors import DependencyError


@cache
def leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style sheet as text that can stand inside one HTML file.

    Returns
    -------
    tuple of str
        Script and style sheet; images of the style sheet stand in it as data URIs.

    Raises
    ------
    DependencyError
        If the package that carries Leaflet is not installed.
    """
    folder = _package("xstatic.pkg.leaflet", "xstatic-leaflet", "maps") / "data"
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", script).replace("</", "<\\/")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    return script, re.sub(r"url\((images/[\w.-]+)\)", lambda found: _inline(folder / found[1]), style)


def maplibre() -> tuple[Path, Path]:
    """Return the files of MapLibre GL JS that the dashboard serves.

    Returns
    -------
    tuple of Path
        Script and style sheet.

    Raises
    ------
    DependencyError
        If the package that carries MapLibre GL JS is not installed.
    """
    folder = _package("maplibre", "maplibre", "app") / "srcjs"
    return folder / "maplibre-gl.js", folder / "maplibre-gl.css"


def _package(module: str, wheel: str, extra: str) -> Path:
    """Find a package's folder without running its code."""
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        msg = f"The package {wheel} is not installed; maps need it: pip install 'gcrm[{extra}]'"
        raise DependencyError(msg)
    return Path(next(iter(spec.submodule_search_locations)))


def _inline(image: Path) -> str:
    return f"url(data:image/png;base64,{base64.b64encode(image.read_bytes()).decode()})"
