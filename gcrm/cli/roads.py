"""Commands that ask the roads: travel times, nearest stores, areas within reach, routes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import HERE, Format, Printed
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="roads", help="Travel on the project's roads; an estimate where it has none.")


class Mode(StrEnum):
    """How people travel."""

    drive = "drive"
    cycle = "cycle"
    walk = "walk"


class Day(StrEnum):
    """Kind of day."""

    weekday = "weekday"
    saturday = "saturday"
    sunday = "sunday"


In = Annotated[Path, typer.Option("--folder", help="The project's folder.", show_default="here")]
From = Annotated[
    list[str], typer.Option("--from", help="LON,LAT, or a store, or 'stores'; may be given several times.")
]
To = Annotated[list[str], typer.Option("--to", help="LON,LAT, or a store, or 'stores'; may be given several times.")]
ModeOption = Annotated[Mode, typer.Option(help="How people travel.")]
DayOption = Annotated[Day | None, typer.Option("--day", help="Kind of day; a weekday where only the hour is given.")]
HourOption = Annotated[int | None, typer.Option(help="Hour of the day; free flow where absent.", min=0, max=23)]
File = Annotated[Path | None, typer.Option("--output", "-o", help="File to write: .geojson or .gpkg.")]


@group.command()
def info(folder: In = HERE) -> None:
    """Say what there is of roads, and what travel times rest on."""
    roads = open_workspace(folder).roads
    console.show_rows("roads", "", rows=[(name.replace("_", " "), str(v)) for name, v in roads.info().items()])
    console.console.print(roads.note(), soft_wrap=True)


@group.command()
def matrix(
    origins: From = ["stores"],  # noqa: B006 - typer copies it
    destinations: To = ["stores"],  # noqa: B006
    folder: In = HERE,
    mode: ModeOption = Mode.drive,
    day: DayOption = None,
    hour: HourOption = None,
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Print the minutes from every point to every other."""
    roads = open_workspace(folder).roads
    found = roads.matrix(_points(origins), _points(destinations), mode.value, **_when(day, hour))
    _show(found, format, {"origin": origins, "destination": destinations})


@group.command()
def nearest(
    points: From,
    targets: To = ["stores"],  # noqa: B006
    folder: In = HERE,
    mode: ModeOption = Mode.drive,
    day: DayOption = None,
    hour: HourOption = None,
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Print the store, or other point, that is nearest in time."""
    roads = open_workspace(folder).roads
    found = roads.nearest(_points(points), _points(targets), mode.value, **_when(day, hour))
    _show(found, format, {"point": points, "target": targets})


@group.command()
def isochrone(
    points: From = ["stores"],  # noqa: B006
    minutes: Annotated[list[float], typer.Option(help="Within how many minutes; several times.")] = [5, 10, 15],  # noqa: B006
    folder: In = HERE,
    mode: ModeOption = Mode.drive,
    day: DayOption = None,
    hour: HourOption = None,
    towards: Annotated[bool, typer.Option("--towards", help="From where the point is reached, instead.")] = False,  # noqa: FBT002
    output: File = None,
) -> None:
    """Print how large the areas within reach are, or write them to a file."""
    ws = open_workspace(folder)
    found = ws.roads.isochrones(_points(points), minutes, mode.value, **_when(day, hour), towards=towards)
    size = found.to_crs(ws.settings.project.metric_crs).area / 1e6
    _drawn(found.assign(km2=size.round(3)), output)


@group.command()
def route(
    origin: Annotated[str, typer.Option("--from", help="LON,LAT, or a store.")],
    destination: Annotated[str, typer.Option("--to", help="LON,LAT, or a store.")],
    folder: In = HERE,
    mode: ModeOption = Mode.drive,
    day: DayOption = None,
    hour: HourOption = None,
    output: File = None,
) -> None:
    """Print the shortest way from one point to another, or write it to a file."""
    roads = open_workspace(folder).roads
    found = roads.route(_points([origin]), _points([destination]), mode.value, **_when(day, hour))
    _drawn(found.assign(minutes=found["minutes"].round(2), metres=found["metres"].round()), output)


def _points(words: list[str]) -> Any:
    """Read points as the command line writes them: two numbers, or the name of a store."""
    return words[0] if words == ["stores"] else [_point(word) for word in words]


def _point(word: str) -> Any:
    lon, comma, lat = word.partition(",")
    try:
        return (float(lon), float(lat)) if comma else {"store": word}
    except ValueError:
        return {"store": word}


def _when(day: Day | None, hour: int | None) -> dict[str, Any]:
    return {"day_type": day.value if day else None, "hour": hour}


def _show(found: pd.DataFrame, kind: Format, given: dict[str, list[str]]) -> None:
    """Print rows; points are called what the command line calls them."""
    said = found.assign(
        **{
            name: [words[which] if isinstance(which, int) else which for which in found[name]]
            for name, words in given.items()
        },
        minutes=found["minutes"].round(2),
    )
    table = pa.Table.from_pandas(said, preserve_index=False)
    if kind is Format.csv:
        sys.stdout.buffer.write(exports.to_bytes(table, "csv", mark=False))
    else:
        console.show_found(table)


def _drawn(found: gpd.GeoDataFrame, output: Path | None) -> None:
    """Print rows without their shapes, or write them with those."""
    if output is None:
        console.show_found(pa.Table.from_pandas(found.drop(columns="geometry"), preserve_index=False))
        return
    exports.write_places(found, output)
    console.console.print(f"Wrote {output}.")
