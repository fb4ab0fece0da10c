"""Commands about trading areas: those of stores, which method foretells best, and what a new store would take."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import HERE, Format, In, PeriodOption, Printed, WhereOption, filters, period_of
from gcrm.errors import QueryError, near
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="trade-areas", help="Trading areas of stores, and what a new store would take.")


Km = Annotated[float | None, typer.Option(help="Kilometres, where the method has them.")]
Minutes = Annotated[float | None, typer.Option(help="Minutes, where the method has them.")]
Share = Annotated[float | None, typer.Option(help="Share of the customers, 0 to 1, where the method has one.")]
Mode = Annotated[str | None, typer.Option(help="drive, cycle or walk.")]


@group.command()
def draw(  # noqa: PLR0913, PLR0917 - each is an option of the command
    method: Annotated[str, typer.Argument(help="ring, isochrone, density ..., or a trading area of gcrm.toml.")],
    folder: In = HERE,
    store: Annotated[list[str], typer.Option(help="Only these stores; may be given several times.")] = [],  # noqa: B006
    km: Km = None,
    minutes: Minutes = None,
    share: Share = None,
    mode: Mode = None,
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    people: Annotated[bool, typer.Option("--people", help="Tell who lives there, too.")] = False,  # noqa: FBT002
    format: Printed = Format.table,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File: .geojson or .gpkg.")] = None,
) -> None:
    """Draw the trading areas of stores: print what they hold, or write them to a file."""
    ws = open_workspace(folder)
    words = _numbers(km=km, minutes=minutes, share=share, mode=mode)
    found = ws.trade_areas(method, where=filters(where), period=period_of(period), **words)
    known = found["store_id"].tolist()
    for name in store:
        if name not in known:
            msg = f"There is no store '{name}' that was open in the period.{near(name, known)}"
            raise QueryError(msg)
    if store:
        found = found[found["store_id"].isin(store)].reset_index(drop=True)
    if people:
        found = found.merge(ws.trade_areas.people(found), on="store_id")
    if output is None:
        _show(found.drop(columns="geometry"), format)
        return
    exports.write_places(found, output)
    console.console.print(f"Wrote {output}.")


@group.command()
def backtest(
    before: Annotated[str, typer.Argument(help="Period that methods learn from, such as 2018.")],
    after: Annotated[str, typer.Argument(help="Period that they foretell.")],
    folder: In = HERE,
    level: Annotated[
        list[str], typer.Option(help="A level whose regions are named by stores, to compare too; several times.")
    ] = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Say which method foretells best at which store customers buy."""
    areas = open_workspace(folder).trade_areas
    methods = areas.usual() | {name: {"method": "regions", "level": name} for name in level}
    found = areas.backtest(period_of(before), period_of(after), methods, where=filters(where))
    _show(found, format)


@group.command("new-store")
def new_store(  # noqa: PLR0913, PLR0917 - each is an option of the command
    at: Annotated[str, typer.Option(help="Where: LON,LAT in degrees.")],
    method: Annotated[str, typer.Argument(help="How its area is drawn: ring, isochrone or thiessen.")] = "isochrone",
    folder: In = HERE,
    size: Annotated[float | None, typer.Option(help="Its floor area; the middle one of the stores.")] = None,
    km: Km = None,
    minutes: Minutes = None,
    mode: Mode = None,
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Say what a new store would take from whom: ground, customers, sales, and by Huff's model."""
    try:
        lon, lat = (float(part) for part in at.split(","))
    except ValueError:
        msg = f"--at {at}: write longitude and latitude in degrees with a comma between, such as 8.55,47.37."
        raise QueryError(msg) from None
    words = _numbers(km=km, minutes=minutes, mode=mode)
    if method == "isochrone":
        words = {"minutes": 10.0} | words
    areas = open_workspace(folder).trade_areas
    found = areas.cannibalised(
        method, lon=lon, lat=lat, size=size, where=filters(where), period=period_of(period), **words
    )
    _show(found, format)


def _numbers(**words: Any) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}


def _show(found: pd.DataFrame, kind: Format) -> None:
    table = pa.Table.from_pandas(found, preserve_index=False)
    if kind is Format.csv:
        sys.stdout.buffer.write(exports.to_bytes(table, "csv", mark=False))
        return
    console.show_found(pa.Table.from_pandas(found.round(3), preserve_index=False))
