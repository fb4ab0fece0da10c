"""The command that finds the addresses of any table, without a project."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from gcrm import console, exports
from gcrm.cli.options import Columns, Delimiter, Encoding, Layer, Sheet, mapping
from gcrm.exports.draft import check_target
from gcrm.exports.table import format_of
from gcrm.geocode.table import PREFIX, Request, geocode_table

app = typer.Typer()

Input = Annotated[Path, typer.Argument(help="Table with addresses: CSV, Parquet, a spreadsheet or geodata.")]
References = Annotated[
    list[Path], typer.Option(help="Reference pack, or a file with addresses; several times, the first goes before.")
]
Out = Annotated[Path, typer.Option(help="File to write: .csv, .xlsx or .parquet.")]


@app.command()
def geocode(  # noqa: PLR0913, PLR0917 - each is an option of the command
    input: Input,  # noqa: A002
    reference: References,
    out: Out,
    column: Columns = [],  # noqa: B006 - typer copies it
    country: Annotated[
        str | None, typer.Option(help="Two letters of ISO 3166; those of the reference where absent.")
    ] = None,
    prefix: Annotated[str, typer.Option(help="What the names of the result's columns begin with.")] = PREFIX,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    layer: Layer = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there.")] = False,  # noqa: FBT002
) -> None:
    """Find the addresses of a table offline: every row comes back, with its point and how sure that is."""
    started = time.perf_counter()
    format_of(out)
    check_target(out, overwrite=overwrite)
    hints = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet, "layer": layer}
    request = Request(mapping(column), hints, country, prefix)
    answer = geocode_table(input, reference, request)
    exports.write_table(_writable(answer.table, out), out, overwrite=overwrite)
    used = ", ".join(f"{role} = {name}" for role, name in answer.used.items())
    console.console.print(f"Addresses from {used}.", soft_wrap=True, markup=False)
    for pack in answer.references:
        said = f"{pack.name}, licence {pack.licence}, of {pack.date or 'an unknown day'}, {pack.hash[:12]}"
        console.console.print(f"Looked for in {said}.", soft_wrap=True, markup=False, highlight=False)
    rows = [(status, level or "", f"{n:,}") for status, level, n in answer.counts]
    console.show_rows("status", "match level", "rows", rows=rows)
    seconds = time.perf_counter() - started
    console.console.print(f"Wrote {out}: {answer.table.num_rows:,} rows in {seconds:.1f} s.", soft_wrap=True)


def _writable(table: pa.Table, out: Path) -> pa.Table:
    """Leave geometry out where the file could not hold it."""
    if format_of(out) == "parquet":
        return table
    return table.select([f.name for f in table.schema if not pa.types.is_binary(f.type)])
