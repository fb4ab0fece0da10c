"""Commands that answer: figures as a table, figures on a map."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gcrm import console, exports
from gcrm.cli.options import (
    HERE,
    AreaOption,
    By,
    Folder,
    GeographyOption,
    Measures,
    PeriodOption,
    WhereOption,
    areas,
    filters,
    period_of,
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


@app.command()
def query(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Folder = HERE,
    measure: Measures = ["customers"],  # noqa: B006 - typer copies it
    by: By = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    totals: Annotated[bool, typer.Option(help="Add totals.")] = False,  # noqa: FBT002
    geography: GeographyOption = "as is",
    area: AreaOption = [],  # noqa: B006
    format: Annotated[Format, typer.Option(help="Table for eyes, CSV for programs.")] = Format.table,  # noqa: A002
) -> None:
    """Ask for figures."""
    told = {"geography": geography, "area": areas(area)}
    result = _ask(folder, measure, by, where, period, totals=totals, **told)
    if format is Format.csv:
        sys.stdout.buffer.write(exports.to_bytes(result.table, "csv", mark=False))
    else:
        console.show_table(result.table, {m.name: m.unit for m in result.answer.query.measures})


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
        told = {"geography": geography, "area": areas(area)}
        _ask(folder, measure, by, where, period, **told).map().save(str(output))
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


def _ask(folder: Path, measure: list[str], by: list[str], where: list[str], period: str | None, **told: Any) -> Result:
    """Turn the words of the command line into a question."""
    return open_workspace(folder).query(list(measure), by=by, where=filters(where), period=period_of(period), **told)
