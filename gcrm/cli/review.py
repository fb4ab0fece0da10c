"""Commands that review unsure addresses: list them, show what else they may be, decide where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from gcrm import console
from gcrm.cli.options import HERE, Folder, point
from gcrm.errors import QueryError
from gcrm.geocode.result.wording import against
from gcrm.workspace import open_workspace, reason

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="review", help="Addresses that geocoding is not sure of.")

Place = Annotated[int, typer.Argument(help="Number of the place: location_id of the list.", show_default=False)]
In = Annotated[Path, typer.Option("--folder", help="The project's folder.", show_default="here")]
_LISTED = ["location_id", "address", "why", "alternatives", "customers", "prospects", "revenue"]


@group.command("list")
def list_places(
    folder: Folder = HERE,
    below: Annotated[float, typer.Option(help="List what was found with less confidence, too.", min=0, max=1)] = 0.9,
    limit: Annotated[int, typer.Option(help="Most places, those with the largest orders first.", min=1)] = 50,
) -> None:
    """List the addresses that wait for a person."""
    found = open_workspace(folder).review.queue(below=below, limit=limit)
    why = pa.array([reason.words(row) for row in found.table.to_pylist()], pa.string())
    console.show_found(found.table.append_column("why", why).select(_LISTED))
    console.console.print(f"{found.total:,} places wait. What else they may be: gcrm review show PLACE", soft_wrap=True)


@group.command()
def show(place: Place, folder: In = HERE) -> None:
    """Show what else an address may be, the likeliest first."""
    found = open_workspace(folder).review.alternatives(place)
    if not found.num_rows:
        console.console.print("Nothing else is likely. Say where it lies: gcrm review decide PLACE --at LON,LAT")
        return
    faults = pa.array(["; ".join(against(text)) for text in found["faults"].to_pylist()], pa.string())
    console.show_found(found.drop_columns(["faults"]).append_column("against it", faults))


@group.command("decide")
def decide_place(
    place: Place,
    folder: In = HERE,
    accept: Annotated[int | None, typer.Option(help="The alternative that is right; 0 is the point found.")] = None,
    at: Annotated[str | None, typer.Option(help="Where it lies: LON,LAT in degrees.")] = None,
    not_found: Annotated[bool, typer.Option("--not-found", help="It lies nowhere.")] = False,  # noqa: FBT002
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
) -> None:
    """Decide where an address lies, for all records of it; it counts from the next build on."""
    if (accept is not None) + (at is not None) + not_found != 1:
        msg = "Say one of --accept RANK, --at LON,LAT and --not-found."
        raise QueryError(msg)
    ws = open_workspace(folder)
    if accept is not None:
        ws.review.decide(place, "accept", rank=accept or None, note=note)
    elif at is not None:
        ws.review.decide(place, "move", point=point(at), note=note)
    else:
        ws.review.decide(place, "not_found", note=note)
    console.console.print("Decided. Next: gcrm build", soft_wrap=True)


@group.command()
def undo(place: Place, folder: In = HERE) -> None:
    """Take back what was decided about an address."""
    count = open_workspace(folder).review.undo(place)
    console.console.print(f"Took back {count:,} decisions. Next: gcrm build", soft_wrap=True)
