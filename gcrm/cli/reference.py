"""Commands that make reference packs and look at them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gcrm import console
from gcrm.cli.options import Columns, Crs, Delimiter, Encoding, Layer, Sheet, mapping
from gcrm.geocode.pack import read_pack
from gcrm.geocode.pack.build import Origins, build_pack

if TYPE_CHECKING:
    from gcrm.geocode.pack import Pack

Sources = Annotated[
    list[Path],
    typer.Argument(
        help="Addresses (CSV, Parquet, spreadsheets, GeoJSON and other geodata), street centrelines with house-number "
        "ranges, OpenStreetMap extracts (.osm.pbf)."
    ),
]
app = typer.Typer()
group = typer.Typer(help="Make and look at reference packs, in which addresses are found.", no_args_is_help=True)
app.add_typer(group, name="reference")

_MEANING = {
    "point": "address points",
    "range": "street sides with house numbers",
    "street": "streets without addresses of their own",
    "place": "places",
    "postcode": "postcodes",
    "vocabulary": "words of street and city names",
}
#: Why records of a source are not in a pack.
_REASONS = {
    "duplicate": "the same address at the same point",
    "no_point": "no point",
    "outside": "a point outside the world",
    "no_street": "neither a street nor a city",
    "no_address": "no address at all",
    "no_numbers": "a street side without house numbers",
    "bad_line": "no line, or one of several parts",
    "unreadable": "a record that cannot be taken apart into columns",
}


@group.command()
def build(  # noqa: PLR0913, PLR0917 - each is an option of the command
    sources: Sources,
    out: Annotated[Path, typer.Option(help="The pack to make; its name ends in .pack.")],
    name: Annotated[str | None, typer.Option(help="What to call the pack; its file name where absent.")] = None,
    country: Annotated[str | None, typer.Option(help="Two letters of ISO 3166, such as US.")] = None,
    licence: Annotated[str, typer.Option(help="Licence of the data.")] = "not stated",
    date: Annotated[str | None, typer.Option(help="Day of the data, such as 2026-01-31.")] = None,
    column: Columns = [],  # noqa: B006 - typer copies it
    crs: Crs = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    layer: Layer = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the pack where it is there.")] = False,  # noqa: FBT002
) -> None:
    """Make a reference pack."""
    hints = {"crs": crs, "encoding": encoding, "delimiter": delimiter, "sheet": sheet, "layer": layer}
    origins = Origins(name, country, licence, date, mapping(column), hints)
    _show(build_pack(sources, out, origins, overwrite=overwrite))


@group.command()
def info(pack: Annotated[Path, typer.Argument(help="The pack.")]) -> None:
    """Say what a reference pack holds, and check that it is whole."""
    _show(read_pack(pack))


def _show(pack: Pack) -> None:
    said = {
        "name": pack.name,
        "country": pack.country or "not stated",
        "source": ", ".join(pack.source),
        "licence": pack.licence,
        "date": pack.date or "not stated",
        "hash": pack.hash,
    }
    console.show_rows("", str(pack.folder), rows=list(said.items()))
    console.show_rows("table", "rows", "", rows=[(table, f"{n:,}", _MEANING[table]) for table, n in pack.rows.items()])
    if pack.left_out:
        rows = [(f"{n:,}", _REASONS.get(reason, reason)) for reason, n in pack.left_out.items()]
        console.show_rows("left out", "", rows=rows)
