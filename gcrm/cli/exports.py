"""Commands that write files: figures, the audience of a campaign, assignments; and the log of who took what."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - typer reads it
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
from gcrm.errors import QueryError
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.crm import Export
    from gcrm.workspace import Workspace

app = typer.Typer()
group = typer.Typer(help="Write figures, lists and assignments to files, and see who did.", no_args_is_help=True)
app.add_typer(group, name="export")

Output = Annotated[
    Path, typer.Option("--output", "-o", help="File to write: .csv, .xlsx, .parquet, .gpkg or .geojson.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there.")]


@group.command()
def query(  # noqa: PLR0913, PLR0917 - each is an option of the command
    output: Output,
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
    overwrite: Overwrite = False,  # noqa: FBT002
) -> None:
    """Write figures."""
    ws = open_workspace(folder)
    found = ws.query(
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
    _wrote(output, exports.save(ws, "query", found, output, overwrite=overwrite))


@group.command()
def audience(  # noqa: PLR0913, PLR0917 - each is an option of the command
    output: Output,
    channel: Annotated[str, typer.Option(help="How people are reached: email, phone, mail, visit, ...")],
    purpose: Annotated[str, typer.Option(help="What for: campaign, newsletter, ...")],
    folder: Folder = HERE,
    where: WhereOption = [],  # noqa: B006
    level: Annotated[str | None, typer.Option(help="Choose areas of this level, or cells, by a measure.")] = None,
    measure: Annotated[
        str, typer.Option("--measure", "-m", help="The measure that areas are chosen by.")
    ] = "customers",
    minimum: Annotated[float | None, typer.Option(help="Areas with at least this figure.")] = None,
    maximum: Annotated[float | None, typer.Option(help="Areas with at most this figure.")] = None,
    top: Annotated[int | None, typer.Option(help="So many areas, those with the largest figure.")] = None,
    kind: Annotated[list[str], typer.Option(help="customers or prospects; both where absent.")] = [],  # noqa: B006
    period: PeriodOption = None,
    overwrite: Overwrite = False,  # noqa: FBT002
) -> None:
    """Write the customers and prospects of chosen areas who agreed to be reached, and count the others by reason."""
    ws = open_workspace(folder)
    chosen = filters(where) | _areas(ws, level, measure, (minimum, maximum, top), where, period)
    found = exports.audience(
        ws,
        where=chosen,
        period=period_of(period),
        kinds=kind or ("customers", "prospects"),
        channel=channel,
        purpose=purpose,
    )
    entry = exports.save(ws, "audience", found, output, overwrite=overwrite)
    rows = [(reason, n, exports.REASONS[reason]) for reason, n in found.counts.items() if n or reason == "included"]
    console.show_rows("reason", "people", "", rows=[*rows, ("total", found.total, "everybody in the areas")])
    _wrote(output, entry)


@group.command()
def assignments(
    output: Output,
    level: Annotated[str, typer.Option(help="Level of the regions.")],
    folder: Folder = HERE,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which they hold; today.")] = None,
    measure: Measures = list(exports.USUAL),  # noqa: B006
    period: PeriodOption = None,
    overwrite: Overwrite = False,  # noqa: FBT002
) -> None:
    """Write who looks after which region, with figures; a workbook holds the totals per person too."""
    ws = open_workspace(folder)
    on = day.date() if day else None
    found = exports.assignments(ws, level, day=on, measures=measure, period=period_of(period))
    entry = exports.save(ws, "assignments", found, output, overwrite=overwrite)
    console.show_table(found.people, {name: m.unit for name, m in ws.measures.items()})
    _wrote(output, entry)


@group.command()
def log(
    folder: Folder = HERE,
    limit: Annotated[int, typer.Option(help="Most entries.", min=1)] = 40,
) -> None:
    """Say who exported what, the latest first."""
    found = exports.journal(open_workspace(folder), limit)
    names = ("number", "at", "actor", "what", "rows", "file", "snapshot")
    rows = [tuple("" if row[n] is None else row[n] for n in names) for row in found.to_pylist()]
    console.show_rows(*names, rows=rows)


def _areas(
    ws: Workspace,
    level: str | None,
    measure: str,
    bounds: tuple[float | None, float | None, int | None],
    where: list[str],
    period: str | None,
) -> dict[str, list[str]]:
    """Return the filter of the areas that a measure chooses; empty where no level is named."""
    minimum, maximum, top = bounds
    if level is None:
        if bounds != (None, None, None):
            msg = "--minimum, --maximum and --top choose areas: name their level with --level."
            raise QueryError(msg)
        return {}
    found = exports.areas(
        ws,
        level,
        measure,
        minimum=minimum,
        maximum=maximum,
        top=top,
        where=filters(where),
        period=period_of(period),
    )
    passed = f"; {found.unknown} unknown, {found.suppressed} withheld" if found.unknown or found.suppressed else ""
    console.console.print(f"{len(found.members)} areas of level {level} by {measure}{passed}.")
    return {name: list(members) for name, members in found.where.items()}


def _wrote(path: Path, entry: Export) -> None:
    console.console.print(f"Wrote {path}: {entry.rows:,} rows, noted as export {entry.id}.", soft_wrap=True)
