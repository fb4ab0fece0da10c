"""The command for SQL over a snapshot."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console, exports
from gcrm.cli.figures import Format
from gcrm.cli.options import HERE, Folder
from gcrm.errors import QueryError
from gcrm.warehouse.statement import Bounds
from gcrm.workspace import open_workspace

app = typer.Typer()
_USUAL = Bounds()


@app.command()
def sql(  # noqa: PLR0913, PLR0917 - each is an option of the command
    folder: Folder = HERE,
    text: Annotated[str | None, typer.Argument(help="One SELECT statement.", show_default="--file")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the statement from a file.")] = None,
    format: Annotated[Format, typer.Option(help="Table for eyes, CSV for programs.")] = Format.table,  # noqa: A002
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write: .csv, .xlsx, .parquet, .gpkg or .geojson.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file where it is there.")] = False,  # noqa: FBT002
    memory: Annotated[int, typer.Option(help="Most megabytes of memory.", min=200)] = _USUAL.memory_mb,
    seconds: Annotated[float, typer.Option(help="Longest time.", min=1)] = _USUAL.seconds,
    rows: Annotated[int, typer.Option(help="Most rows of the result.", min=1)] = _USUAL.rows,
) -> None:
    """Run an SQL statement over the snapshot; the data dictionary lists its tables."""
    ws = open_workspace(folder)
    found = ws.sql(_statement(text, file), bounds=Bounds(memory, seconds, rows, max(_USUAL.result_mb, memory // 4)))
    if output is not None:
        entry = exports.save(ws, "sql", found, output, overwrite=overwrite)
        console.console.print(f"Wrote {output}: {entry.rows:,} rows, noted as export {entry.id}.", soft_wrap=True)
    elif format is Format.csv:
        sys.stdout.buffer.write(exports.to_bytes(found.table, "csv", mark=False))
    else:
        console.show_found(found.table)


def _statement(text: str | None, file: Path | None) -> str:
    """Return the statement, wherever it stands."""
    if (text is None) == (file is None):
        msg = (
            "Write the statement behind the folder, such as gcrm sql . 'FROM warehouse.dim_segment', or name a --file."
        )
        raise QueryError(msg)
    if file is None:
        return text or ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file} cannot be read as text in UTF-8: {error}."
        raise QueryError(msg) from error
