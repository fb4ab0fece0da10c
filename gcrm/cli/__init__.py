"""The command line: each command is a function of a module here, which is imported when the command is asked for.

A question needs neither the builder nor the geocoder; to import everything would take longer than to answer it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import duckdb
import typer
from typer.core import TyperGroup

from gcrm import __version__, console
from gcrm.errors import GcrmError

#: Module -> its commands, in the order in which they are listed.
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "project": ("init", "build", "doctor", "app", "demo"),
    "generate": ("generate",),
    "ingest": ("ingest",),
    "traces": ("traces",),
    "figures": ("query", "map", "replay", "uncertainty"),
    "hot_spots": ("hot-spots",),
    "statement": ("sql",),
    "exports": ("export",),
    "snapshots": ("snapshot",),
    "profile": ("profile",),
    "privacy": ("forget",),
    "reference": ("reference",),
    "geocode": ("geocode",),
    "remote": ("remote",),
    "duplicates": ("duplicates",),
    "review": ("review",),
    "roads": ("roads",),
    "movement": ("movement",),
    "trading": ("trade-areas",),
    "territories": ("territories",),
    "routing": ("route-lead",),
}


class _Modules(Mapping[str, Any]):
    """Every command by its name."""

    def __init__(self) -> None:
        self._module = {name: module for module, names in COMMANDS.items() for name in names}

    def __getitem__(self, name: str) -> Any:
        return typer.main.get_group(import_module(f"gcrm.cli.{self._module[name]}").app).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._module)

    def __len__(self) -> int:
        return len(self._module)


class _Group(TyperGroup):
    """A group whose commands are imported when they are asked for."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.commands = _Modules()  # type: ignore[assignment]  # none is added to it


app = typer.Typer(
    name="gcrm",
    cls=_Group,
    help="A geographic CRM: customers, orders and what surrounds each address, on a map and in a regional cube.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


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
