"""Commands about trips between places."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated, Any

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import HERE, In
from gcrm.errors import QueryError
from gcrm.workspace import open_workspace

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="movement", help="Trips between places, where a source counts them.")


@group.command()
def top(
    level: Annotated[str, typer.Argument(help="A level of regions, cells such as h3_r8, or 'station'.")],
    folder: In = HERE,
    day: Annotated[str | None, typer.Option("--day", help="weekday, saturday, sunday or weekend; all.")] = None,
    hours: Annotated[str | None, typer.Option(help="An hour, such as 8, or from one to another, such as 7-9.")] = None,
    count: Annotated[int, typer.Option("--top", help="How many flows.", min=1)] = 20,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Lines to write: .geojson or .gpkg.")] = None,
) -> None:
    """Print the largest flows between regions, or write them as lines to a file."""
    ws = open_workspace(folder)
    words: tuple[Any, ...] = (level, day, _hours(hours))
    if output is not None:
        exports.write_places(ws.movement.lines(*words, top=count), output)
        console.console.print(f"Wrote {output}.")
        return
    found = ws.movement.flows(*words, top=count)
    columns = ["origin", "origin_name", "destination", "destination_name", "trips", "unknown"]
    console.show_found(pa.table({name: found[name] for name in columns}))


def _hours(word: str | None) -> int | tuple[int, int] | None:
    if word is None:
        return None
    first, dash, last = word.partition("-")
    try:
        return (int(first), int(last)) if dash else int(first)
    except ValueError:
        msg = f"--hours {word}: write an hour from 0 to 23, such as 8, or two, such as 7-9."
        raise QueryError(msg) from None
