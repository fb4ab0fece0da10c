"""The command that counts traces of devices, so that none of them enters a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gcrm import console, traces

app = typer.Typer()
Source = Annotated[Path, typer.Argument(help="CSV or Parquet file, one row per ping.", show_default=False)]
Out = Annotated[Path, typer.Option(help="Folder for the counts.", show_default=False)]


@app.command("traces")
def count(
    source: Source,
    out: Out,
    k: Annotated[int, typer.Option(help="Fewest devices behind a count.", min=traces.LEAST)] = 10,
    resolution: Annotated[int, typer.Option(help="H3 resolution of the places.", min=0, max=12)] = 9,
    gap_min: Annotated[float, typer.Option(help="Most minutes for which a ping counts.", min=1)] = 60.0,
    stay_min: Annotated[float, typer.Option(help="Fewest minutes of a stay.", min=0)] = 10.0,
    column: Annotated[
        list[str] | None, typer.Option(help="device, time, lon or lat=NAME", show_default="found")
    ] = None,
) -> None:
    """Count traces of devices on this machine: flows and people present, each of at least k devices.

    No device, and no count of fewer than k of them, is written. Times are taken as the file says them.
    """
    named = dict(word.split("=", 1) for word in column or () if "=" in word)
    found = traces.count(source, out, traces.Rules(k, resolution, gap_min, stay_min), named)
    say = console.console.print
    say(f"{found.pings:,} pings of {found.devices:,} devices on {found.days:,} days; {found.unread:,} rows unread.")
    say(f"{out / 'movements.csv'}: {found.flows:,} flows, {found.flows_withheld:,} withheld.", soft_wrap=True)
    file = out / "floating_populations.csv"
    say(f"{file}: {found.presence:,} counts, {found.presence_withheld:,} withheld.", soft_wrap=True)
