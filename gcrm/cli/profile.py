"""The command that looks at a file before it becomes a source."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from gcrm import console
from gcrm.ingest.profiling.profile import Hints, profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.ingest.profiling.profile import Profile

app = typer.Typer()
_WIDEST = 10_000


@app.command("profile")
def show(
    file: Annotated[Path, typer.Argument(help="CSV, spreadsheet, Parquet or geodata.")],
    kind: Annotated[str | None, typer.Option(help="What the rows are, such as customers.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the source.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a text file, such as cp949.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a text file.")] = None,
    layer: Annotated[str | None, typer.Option(help="Of a geodata file; of a spreadsheet, the sheet.")] = None,
    crs: Annotated[str | None, typer.Option(help="Of the coordinates, such as EPSG:32610.")] = None,
    examples: Annotated[int, typer.Option(help="Values of each column to show.", min=0, max=20)] = 0,
) -> None:
    """Look at a file: what it holds, a source for gcrm.toml, and what would be loaded and rejected."""
    hints = Hints(kind, encoding, delimiter, layer, crs)
    found = profile(file, name=name, hints=hints, examples=examples)
    facts = {"format": found.format, "encoding": found.encoding, "separator": _visible(found.delimiter)}
    facts |= {"CRS": found.crs, "rows": f"{found.rows:,}", "kind": found.kind or "not known"}
    _line(", ".join(f"{name} {value}" for name, value in facts.items() if value))
    _columns(found)
    for remark in found.remarks:
        _line(f"! {remark}")
    if found.toml:
        _line(f"\nFor gcrm.toml:\n\n{found.toml}")
        _outcome(found)


def _columns(found: Profile) -> None:
    shown = any(column.examples for column in found.columns)
    titles = ("column", "type", "empty", "different", "smallest", "largest", *(("examples",) if shown else ()))
    rows = (
        (
            c.name,
            f"{c.type} as {' or '.join(c.formats)}" if c.formats else c.type,
            f"{c.empty_share:.0%}",
            f"{c.distinct:,}",
            c.smallest or "",
            c.largest or "",
            *((" | ".join(c.examples),) if shown else ()),
        )
        for c in found.columns
    )
    _table(titles, rows)


def _outcome(found: Profile) -> None:
    """Print what would come of the rows."""
    if found.refused:
        _line(f"It would be refused: {found.refused}")
        return
    total = sum(r.count for r in found.rejected)
    _line(f"It would load {found.loaded:,} rows and reject {total:,}.")
    if found.rejected:
        rows = (
            (r.reason, r.column or "", r.detail, f"{r.count:,}", ", ".join(map(str, r.lines))) for r in found.rejected
        )
        _table(("reason", "column", "what is wrong", "rows", "first lines"), rows)


def _table(titles: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(*titles, box=None)
    for row in rows:
        table.add_row(*map(Text, row))
    wanted = Measurement.get(console.console, console.console.options.update(max_width=_WIDEST), table).maximum
    Console(width=max(console.console.width, wanted)).print(table)


def _line(text: str) -> None:
    """Print text as it is: what is copied into a file must not be broken into lines."""
    console.console.print(Text(text), soft_wrap=True)


def _visible(delimiter: str | None) -> str | None:
    return {"\t": "tab"}.get(delimiter, delimiter) if delimiter else None
