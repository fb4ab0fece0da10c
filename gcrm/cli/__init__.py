"""The command line: each command is a function of one of these modules; here they get their names."""

from __future__ import annotations

import sys
from typing import Annotated

import duckdb
import typer

from gcrm import __version__, console
from gcrm.cli import (
    duplicates,
    exports,
    figures,
    geocode,
    privacy,
    profile,
    project,
    reference,
    remote,
    review,
    snapshots,
    statement,
)
from gcrm.errors import GcrmError

app = typer.Typer(
    name="gcrm",
    help="A geographic CRM: customers, orders and what surrounds each address, on a map and in a regional cube.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_GROUPS = (
    *(project, figures, statement, exports, snapshots, profile, privacy),
    *(reference, geocode, remote, duplicates, review),
)
for group in _GROUPS:
    app.add_typer(group.app)


def _version(value: bool) -> None:  # noqa: FBT001
    if value:
        console.console.print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,  # noqa: FBT002
) -> None:
    del version


def main() -> None:
    """Run the command line: a user's mistake prints its message and ends with code 1, without a traceback."""
    try:
        app()
    except GcrmError as error:
        console.show_error(str(error))
        sys.exit(1)
    except duckdb.Error as error:
        console.show_error(f"DuckDB stopped: {str(error).splitlines()[0]}")
        sys.exit(1)
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        console.show_error(f"The system stopped it{where}: {error.strerror or type(error).__name__}.")
        sys.exit(1)
