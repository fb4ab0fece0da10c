"""Commands about territories: design them."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import HERE, Folder, PeriodOption, WhereOption, filters, listed, period_of
from gcrm.cli.territories.group import group
from gcrm.errors import QueryError
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd

_PLACES = {".geojson", ".gpkg"}
_SUFFIXES = _PLACES | {".csv", ".parquet", ".xlsx"}


@group.command()
def design(  # noqa: PLR0913, PLR0917 - each is an option of the command
    level: Annotated[str, typer.Argument(help="Regions or cells to make them of, such as zone or h3_r8.")],
    count: Annotated[int, typer.Argument(help="How many territories.", min=1)],
    folder: Folder = HERE,
    balance: Annotated[
        list[str],
        typer.Option("--balance", "-a", help="What to balance, such as customers or revenue=0.2; several times."),
    ] = ["customers"],  # noqa: B006 - typer copies it
    tolerance: Annotated[float, typer.Option(help="Share by which territories may differ from the mean.")] = 0.1,
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    travel: Annotated[str | None, typer.Option(help="drive, cycle or walk: judge by minutes, not by metres.")] = None,
    centre: Annotated[list[str], typer.Option(help="A territory and its centre, such as North=12; all or none.")] = [],  # noqa: B006
    compact: Annotated[  # noqa: FBT002
        bool, typer.Option("--compact", help="Judge by how few borders are cut, not by ways to the centre.")
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option(help="TOML file with rules: together, apart, locked, barriers, capacities, keep, ..."),
    ] = None,
    scenario: Annotated[str | None, typer.Option(help="Keep the plan as a new scenario of this name.")] = None,
    seconds: Annotated[float, typer.Option(help="How long to look at most.", min=0.1)] = 60.0,
    gap: Annotated[float, typer.Option(help="Stop when no plan can be cheaper by more than this share.")] = 0.02,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File: .csv, .xlsx, .parquet, .geojson or .gpkg.")
    ] = None,
) -> None:
    """Design territories; Ctrl+C stops and keeps the best so far."""
    from gcrm.analysis.territory import Rules  # noqa: PLC0415 - scipy takes long to import
    from gcrm.cli.territories.rules import Told, read  # noqa: PLC0415
    from gcrm.workspace.territories import Figures  # noqa: PLC0415

    if output is not None and output.suffix not in _SUFFIXES:
        msg = f"{output}: name a file that ends in {', '.join(sorted(_SUFFIXES))}."
        raise QueryError(msg)
    told = read(rules) if rules is not None else Told()
    bands = {name: float(share or tolerance) for name, _, share in (a.partition("=") for a in listed(balance))}
    centres = dict(_pair(word) for word in centre)
    ws = open_workspace(folder)
    figures = Figures(where=filters(where) or None, period=period_of(period), travel=travel)
    asked, figures = told.on(ws, level, Rules(count, bands, centres=centres), figures)
    with _interrupts() as stopped:
        found = ws.territories.design(
            level,
            count,
            bands,
            rules=asked,
            objective="borders" if compact else "ways",
            figures=figures,
            seconds=seconds,
            gap=gap,
            on_progress=lambda _: not stopped,
        )
    rows = [
        (
            name,
            found.centre[name],
            sum(t == name for t in found.territory.values()),
            *(f"{v:,.6g}" for v in own.values()),
        )
        for name, own in found.loads.items()
    ]
    console.show_rows("territory", "centre", "units", *next(iter(found.loads.values())), rows=rows)
    console.console.print(found.words, soft_wrap=True)
    if scenario is not None:
        made = ws.scenarios.create(scenario, level, units=found.territory)
        console.console.print(f"Began '{made.name}', told by {made.level}.", soft_wrap=True)
    if output is not None:
        _save(ws.territories.table(level, found), output)


def _save(table: gpd.GeoDataFrame, output: Path) -> None:
    """Write units and territories."""
    if output.suffix in _PLACES:
        exports.write_places(table, output)
    else:
        exports.write_table(pa.Table.from_pandas(table.drop(columns="geometry"), preserve_index=False), output)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Note Ctrl+C in a list instead of ending the program."""
    told: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: told.append(number))
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)


def _pair(word: str) -> tuple[str, str]:
    name, equals, unit = word.partition("=")
    if not equals:
        msg = f"--centre {word}: write a territory, '=' and a unit, such as North=12."
        raise QueryError(msg)
    return name.strip(), unit.strip()
