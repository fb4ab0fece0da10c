"""Commands that answer: figures as a table, figures on a map."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gcrm import console, exports
from gcrm.cli.options import (
    HERE,
    AreaOption,
    By,
    CubeOption,
    Folder,
    GeographyOption,
    Having,
    Measures,
    Others,
    PeriodOption,
    TopOption,
    TotalsOption,
    WhereOption,
    areas,
    filters,
    listed,
    period_of,
    top_of,
)
from gcrm.errors import UserError
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.result import Result

app = typer.Typer()


class Kind(StrEnum):
    """Who `gcrm uncertainty` counts."""

    customers = "customers"
    prospects = "prospects"


class Format(StrEnum):
    """How `gcrm query` prints figures."""

    table = "table"
    csv = "csv"
    parquet = "parquet"
    geojson = "geojson"


@app.command()
def query(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Folder = HERE,
    measure: Measures = ["customers"],  # noqa: B006 - typer copies it
    by: By = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    totals: TotalsOption = False,  # noqa: FBT002
    cube: CubeOption = False,  # noqa: FBT002
    having: Having = [],  # noqa: B006
    top: TopOption = None,
    others: Others = True,  # noqa: FBT002
    geography: GeographyOption = "as is",
    area: AreaOption = [],  # noqa: B006
    explain: Annotated[bool, typer.Option(help="Say where each figure is taken from, and why.")] = False,  # noqa: FBT002
    keep: Annotated[bool, typer.Option("--keep", help="Keep the receipt, for 'gcrm replay'.")] = False,  # noqa: FBT002
    format: Annotated[  # noqa: A002
        Format, typer.Option(help="A table for eyes; the others for programs: what is printed is the file.")
    ] = Format.table,
) -> None:
    """Ask for figures."""
    result = open_workspace(folder).query(
        listed(measure),
        by=listed(by),
        where=filters(where),
        period=period_of(period),
        totals="cube" if cube else totals,
        having=having,
        top=top_of(top, others=others),
        geography=geography,
        area=areas(area),
    )
    for note in result.notes:
        console.errors.print(note, soft_wrap=True, markup=False, highlight=False)
    if explain:
        rows = [tuple(row.values()) for row in result.explain().to_pylist()]
        console.show_rows("measure", "by", "of", "source", "why", rows=rows)
    elif format is Format.table:
        console.show_table(result.table, {m.name: m.unit for m in result.answer.query.measures})
    else:
        sys.stdout.buffer.write(_content(result, format))
    if keep:
        console.errors.print(f"Receipt {result.save_receipt()}: 'gcrm replay' asks again.", soft_wrap=True)


@app.command("map")
def draw(
    folder: Folder = HERE,
    measure: Measures = ["customers"],  # noqa: B006
    by: By = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    geography: GeographyOption = "as is",
    area: AreaOption = [],  # noqa: B006
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path("map.html"),
) -> None:
    """Write a map as one HTML file that opens without a network."""
    try:
        found = open_workspace(folder).query(
            listed(measure),
            by=listed(by),
            where=filters(where),
            period=period_of(period),
            geography=geography,
            area=areas(area),
        )
        found.map().save(str(output))
    except OSError as error:
        msg = f"{output} cannot be written: {error.strerror}."
        raise UserError(msg) from error
    console.console.print(f"Wrote {output}.")


@app.command()
def replay(
    number: Annotated[str, typer.Argument(metavar="ID", help="Id of a receipt, or its first eight letters.")],
    folder: Folder = HERE,
) -> None:
    """Ask again for figures that were given, and name what changed; ends with code 1 where they are others."""
    found = open_workspace(folder).replay(number)
    console.show_replay(found)
    if not found.same:
        raise typer.Exit(1)


@app.command()
def uncertainty(
    by: Annotated[str, typer.Option("--by", "-b", help="Level of regions, such as district.", show_default=False)],
    folder: Folder = HERE,
    kind: Annotated[Kind, typer.Option(help="Who is counted.")] = Kind.customers,
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
) -> None:
    """Say how many of each region's customers might belong next door: their places are known up to an error."""
    ws = open_workspace(folder)
    found = ws.uncertainty(by, kind=kind.value, where=filters(where), period=period_of(period))
    rows = [
        (row["region_id"], row["name"], f"{row['records']:,}", f"{row['up_to']:,}", f"{row['expected']:,.1f}")
        for row in found.to_pylist()
    ]
    console.show_rows(by, "name", kind.value, "up to", "expected", rows=rows)
    console.console.print(
        f"up to: {kind.value} of the region whose error reaches over its border; expected: how many of them lie beyond "
        "it, if every place within the error is equally likely.",
        soft_wrap=True,
    )


def _content(result: Result, kind: Format) -> bytes:
    """Return figures as the content of a file."""
    if kind is Format.geojson:
        return exports.places_to_bytes(result.geo, ".geojson")
    return exports.to_bytes(result.table, "csv" if kind is Format.csv else "parquet", mark=False)
