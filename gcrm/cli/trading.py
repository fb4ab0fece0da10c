"""Commands about trading areas: those of stores, which method foretells best, and what a new store would take."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import HERE, Format, In, PeriodOption, Printed, WhereOption, filters, period_of, point
from gcrm.errors import QueryError, near
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    import pandas as pd

    from gcrm.workspace import Workspace
    from gcrm.workspace.preference import StoreChoice

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="trade-areas", help="Trading areas of stores, and what a new store would take.")


Km = Annotated[float | None, typer.Option(help="Kilometres, where the method has them.")]
Minutes = Annotated[float | None, typer.Option(help="Minutes, where the method has them.")]
Share = Annotated[float | None, typer.Option(help="Share of the customers, 0 to 1, where the method has one.")]
Mode = Annotated[str | None, typer.Option(help="drive, cycle or walk.")]
Method = Annotated[str, typer.Argument(help="How areas are drawn: ring, isochrone or thiessen.")]
Size = Annotated[float | None, typer.Option(help="Its floor area.")]
Attractions = Annotated[
    list[str], typer.Option(help="Another figure of it, as gcrm.toml names it: parking=80; several times.")
]
DecayOption = Annotated[str, typer.Option(help="How pull falls with time: power, exponential or logistic.")]
Level = Annotated[str | None, typer.Option(help="Level that customers are put together by; squares of 500 m.")]
Market = Annotated[str, typer.Option(help="Measure of everybody in a region of the level, such as households.")]


class Way(StrEnum):
    """How the parameters of a choice are found."""

    likelihood = "likelihood"
    regression = "regression"
    totals = "totals"


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
        _show(found, format)
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
    method: Method = "isochrone",
    folder: In = HERE,
    size: Size = None,
    attraction: Attractions = [],  # noqa: B006
    km: Km = None,
    minutes: Minutes = None,
    mode: Mode = None,
    decay: DecayOption = "power",
    level: Level = None,
    market: Market = "",
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Say what a new store would take from whom: ground, customers, sales, demand, and by Huff's model."""
    lon, lat = point(at)
    ws = open_workspace(folder)
    choice = _choice(ws, mode, decay, level, market, where, period)
    words = _numbers(km=km, minutes=minutes, mode=mode)
    new = _attractions(size, attraction)
    _show(ws.what_if.open(method, lon=lon, lat=lat, attractions=new, choice=choice, **words), format)


@group.command()
def close(  # noqa: PLR0913, PLR0917 - each is an option of the command
    store: Annotated[str, typer.Argument(help="The store.")],
    method: Method = "isochrone",
    folder: In = HERE,
    km: Km = None,
    minutes: Minutes = None,
    mode: Mode = None,
    decay: DecayOption = "power",
    level: Level = None,
    market: Market = "",
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Say who would take over the customers of a store that closes."""
    ws = open_workspace(folder)
    choice = _choice(ws, mode, decay, level, market, where, period)
    _show(ws.what_if.close(store, method, choice=choice, **_numbers(km=km, minutes=minutes, mode=mode)), format)


@group.command()
def resize(  # noqa: PLR0913, PLR0917 - each is an option of the command
    store: Annotated[str, typer.Argument(help="The store.")],
    method: Method = "isochrone",
    folder: In = HERE,
    size: Size = None,
    attraction: Attractions = [],  # noqa: B006
    km: Km = None,
    minutes: Minutes = None,
    mode: Mode = None,
    decay: DecayOption = "power",
    level: Level = None,
    market: Market = "",
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Say what a store would take from whom, or give to whom, with another size or other attractions."""
    new = _attractions(size, attraction)
    if not new:
        msg = "Name the store's new figures: --size 2400, or --attraction parking=80."
        raise QueryError(msg)
    ws = open_workspace(folder)
    choice = _choice(ws, mode, decay, level, market, where, period)
    words = _numbers(km=km, minutes=minutes, mode=mode)
    _show(ws.what_if.resize(store, new, method, choice=choice, **words), format)


@group.command()
def choice(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: In = HERE,
    attraction: Annotated[
        list[str], typer.Option(help="size, or one that gcrm.toml declares; several times. All of them.")
    ] = [],  # noqa: B006
    decay: DecayOption = "power",
    competing: Annotated[bool, typer.Option("--competing", help="Stores near each other compete.")] = False,  # noqa: FBT002
    way: Annotated[Way, typer.Option(help="How parameters are found.")] = Way.likelihood,
    add: Annotated[float, typer.Option(help="Customers added where there are none, for the regression.")] = 0.5,
    mode: Mode = None,
    level: Level = None,
    market: Market = "",
    period: PeriodOption = None,
    where: WhereOption = [],  # noqa: B006
    format: Printed = Format.table,  # noqa: A002
) -> None:
    """Fit Huff's model to where customers bought: parameters, standard errors, and how well it foretells."""
    ws = open_workspace(folder)
    words = {"attractions": attraction or None, "competing": competing}
    found = _choice(ws, mode, decay, level, market, where, period, **words)
    if way is not Way.likelihood:
        found = found.by_totals() if way is Way.totals else found.by_regression(add)
    _show(found.parameters, format)
    if format is Format.table:
        kept = found.held_out().mean()
        console.console.print(
            f"{found.fit.count:,.0f} choices; {found.fit.gain:.1%} of their likelihood is explained, and"
            f" {found.misplaced:.1%} are expected at another store. In places kept back, a choice scores"
            f" {kept['score']:.3f}; {kept['even']:.3f} with all stores alike (log-likelihood)."
        )
        console.console.print(found.note)


def _choice(
    ws: Workspace,
    mode: str | None,
    decay: str,
    level: str | None,
    market: str,
    where: list[str],
    period: str | None,
    **words: Any,
) -> StoreChoice:
    return ws.choice(
        level or 500.0,
        decay=decay,
        market=market,
        mode=mode or "drive",
        where=filters(where),
        period=period_of(period),
        **words,
    )


def _attractions(size: float | None, words: list[str]) -> dict[str, float]:
    """Read the figures of a store."""
    found = {} if size is None else {"size": size}
    for text in words:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            msg = f"--attraction {text}: write a name and a figure, such as parking=80."
            raise QueryError(msg) from None
    return found


def _numbers(**words: Any) -> dict[str, Any]:
    return {name: value for name, value in words.items() if value is not None}


def _show(found: pd.DataFrame, kind: Format) -> None:
    found = found.drop(columns="geometry", errors="ignore")
    table = pa.Table.from_pandas(found, preserve_index=False)
    if kind is Format.csv:
        sys.stdout.buffer.write(exports.to_bytes(table, "csv", mark=False))
        return
    console.show_found(pa.Table.from_pandas(found.round(3), preserve_index=False))
