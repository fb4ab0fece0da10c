"""The settings that name the files of a city: a whole gcrm.toml, or what is to be added to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.city.label import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcrm.city.label import Label
    from gcrm.settings import Settings

#: Folder of the files within a project.
FOLDER = "osm"
_HEAD = """\
# A project made of an extract of OpenStreetMap ({source}{day}).
# {attribution}, {licence}: name them wherever the map is shown.

[project]
name = {name}
metric_crs = "{crs}" # lengths and areas are measured in its metres
currency = "{currency}"
"""
_HIERARCHY = """
[hierarchies.{name}]
title = "Administrative regions"
levels = [{levels}]
"""
_SOURCE = """
[sources.{name}]
kind = "{kind}"
path = "{folder}/{file}.parquet"
attribution = "{attribution}"
"""


def whole(label: Label, name: str, currency: str) -> str:
    """Write a gcrm.toml.

    Parameters
    ----------
    label
        What the files are.
    name
        Title of the project.
    currency
        ISO 4217 code of amounts.

    Returns
    -------
    str
        TOML that `gcrm.settings.load` accepts.
    """
    head = _HEAD.format(
        source=label.source,
        day=f", data of {label.date}" if label.date else "",
        attribution=label.attribution,
        licence=label.licence,
        name=quoted(name),
        crs=metric_crs(label.extent),
        currency=currency,
    )
    return head + addition(label, None)


def addition(label: Label, present: Settings | None) -> str:
    """Write what is to be added to a gcrm.toml.

    Parameters
    ----------
    label
        What the files are.
    present
        What stands there; null where nothing does.

    Returns
    -------
    str
        Hierarchy and sources; empty where all of the files are named already.
    """
    named = {source.path for source in present.sources.values()} if present else set()
    files = [file for file, rows in label.rows.items() if rows and f"{FOLDER}/{file}.parquet" not in named]
    taken = {level for h in present.hierarchies.values() for level in h.levels} if present else set()
    words = {level: _free(level, taken) for level in label.levels if f"regions_{level}" in files}
    parts = []
    if words:
        title = _free("administrative", present.hierarchies if present else ())
        levels = ", ".join(f'"{word}"' for word in words.values())
        parts.append(_HIERARCHY.format(name=title, levels=levels))
    for file in sorted(files, key=lambda file: (file.startswith("regions_"), file)):
        level = file.removeprefix("regions_") if file.startswith("regions_") else None
        kind = "regions" if level else file
        source = f"osm_{file}"
        text = _SOURCE.format(name=source, kind=kind, folder=FOLDER, file=file, attribution=ATTRIBUTION)
        parts.append(text + (f'level = "{words[level]}"\n' if level else ""))
    return "".join(parts)


def metric_crs(extent: tuple[float, float, float, float]) -> str:
    """Return the CRS of the UTM zone of a place.

    Parameters
    ----------
    extent
        West, south, east, north in degrees.

    Returns
    -------
    str
        Its EPSG code; near the poles, where UTM ends, that of the polar projection.
    """
    lon, lat = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    if lat > 84 or lat < -80:
        return "EPSG:3413" if lat > 0 else "EPSG:3031"
    zone = min(60, int((lon + 180) // 6) + 1)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    plain = "".join(c for c in text if c.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _free(word: str, taken: Iterable[str] | Mapping[str, object]) -> str:
    return f"osm_{word}" if word in taken else word
