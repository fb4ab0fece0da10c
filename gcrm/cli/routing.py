"""The command that says who gets a new lead."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console
from gcrm.cli.options import HERE, In, point
from gcrm.workspace import open_workspace

app = typer.Typer()


@app.command("route-lead")
def route_lead(
    address: Annotated[str | None, typer.Argument(help="The address, as one text.", show_default=False)] = None,
    folder: In = HERE,
    at: Annotated[str | None, typer.Option(help="Where it lies instead: LON,LAT in degrees.")] = None,
    product: Annotated[str | None, typer.Option(help="What the lead is interested in.")] = None,
    channel: Annotated[str | None, typer.Option(help="How the lead is reached.")] = None,
    rest: Annotated[str | None, typer.Option(help="Who takes leads that nobody else does.")] = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today.")] = None,
) -> None:
    """Say who gets a new lead, and why."""
    lon = lat = None
    if at is not None:
        lon, lat = point(at)
    words = {"product": product, "channel": channel, "rest": rest, "day": day.date() if day else None}
    lead = open_workspace(folder).routing.lead(address, lon=lon, lat=lat, **words)
    console.console.print(lead.owner_name or lead.owner_id or "nobody", soft_wrap=True, markup=False, highlight=False)
    for reason in lead.reasons:
        console.console.print(f"  {reason}", soft_wrap=True, markup=False, highlight=False)
