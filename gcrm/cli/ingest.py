"""Commands that bring what others publish into a project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gcrm import console
from gcrm.city.intake import City, import_city

app = typer.Typer()
group = typer.Typer(help="Bring what others publish into a project.", no_args_is_help=True)
app.add_typer(group, name="ingest")

_MEANING = {
    "address_references": "address points",
    "roads": "stretches of road between junctions",
    "buildings": "footprints of buildings",
    "points_of_interest": "shops and other places that people go to",
    "land_uses": "areas of water, green and other land use",
    "barriers": "lines that are hard to cross",
}


@group.callback()
def _group() -> None:
    """Keep `osm` a command of its own."""


@group.command()
def osm(
    extract: Annotated[Path, typer.Argument(help="Extract of OpenStreetMap (.osm.pbf, .osm).")],
    project: Annotated[Path | None, typer.Option(help="The project's folder; made where absent.")] = None,
    name: Annotated[str | None, typer.Option(help="Title of a new project.")] = None,
    currency: Annotated[str, typer.Option(help="Currency of a new project, ISO 4217.")] = "USD",
) -> None:
    """Import a city from an extract of OpenStreetMap."""
    folder = project or Path(extract.name.split(".")[0])
    _show(import_city(extract, folder, name=name, currency=currency))


def _show(city: City) -> None:
    label = city.label
    rows = [(name, f"{n:,}", _MEANING.get(name, "administrative regions")) for name, n in label.rows.items()]
    console.show_rows("file", "rows", "", rows=rows)
    say = console.console.print
    say(f"{label.attribution}, {label.licence}" + (f"; data of {label.date}" if label.date else ""))
    for reason, count in label.left_out.items():
        say(f"left out: {count:,} ({reason} that cannot be put together)")
    if not city.changed:
        say("The same extract was imported before; its files are left as they are.")
    if city.written:
        say(f"Wrote {city.folder / 'gcrm.toml'}. Build it: gcrm build {city.folder}")
    elif city.addition:
        say(f"{city.folder / 'gcrm.toml'} is left as it is. Add to it what it does not name yet:")
        say(city.addition, markup=False, highlight=False, soft_wrap=True)
    else:
        say(f"{city.folder / 'gcrm.toml'} names all of these files. Build it: gcrm build {city.folder}")
