"""The command line: `gcrm init | build | doctor | query | map | app | demo | generate`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import duckdb
import pyarrow.csv
import typer

from gcrm import __version__, console, demo, launch, pipeline, template
from gcrm.doctor import examine
from gcrm.errors import GcrmError, QueryError, UserError
from gcrm.generate import generate as generate_project
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.result import Result

app = typer.Typer(
    name="gcrm",
    help="A geographic CRM: customers, orders and what surrounds each address, on a map and in a regional cube.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Folder = Annotated[Path, typer.Argument(help="The project's folder.", show_default="here")]
Port = Annotated[int, typer.Option(help="TCP port on this machine.", min=1, max=65535)]
Measures = Annotated[list[str], typer.Option("--measure", "-m", help="A measure; may be given several times.")]
By = Annotated[list[str], typer.Option("--by", "-b", help="A dimension to group by; may be given several times.")]
WhereOption = Annotated[list[str], typer.Option("--where", "-w", help="A filter such as district=1 or segment=a,b.")]
PeriodOption = Annotated[str | None, typer.Option(help="2017, 2017-Q1, 2017-03 or 2017-01-01..2017-03-31.")]
HERE = Path()


class Format(StrEnum):
    """How `gcrm query` prints figures."""

    table = "table"
    csv = "csv"


@app.command()
def init(
    folder: Folder,
    name: Annotated[str | None, typer.Option(help="Title of the project; the folder's name where absent.")] = None,
    metric_crs: Annotated[str, typer.Option(help="Projected CRS in metres for where you are.")] = "EPSG:3857",
) -> None:
    """Make a new project with a gcrm.toml that explains itself."""
    path = template.create(folder, name or folder.resolve().name, metric_crs)
    console.console.print(f"Wrote {path}. Name your files there, then run: gcrm build {folder}")


@app.command()
def build(
    folder: Folder = HERE,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold before it spills to disk.")] = pipeline.MEMORY_LIMIT,
) -> None:
    """Read the project's files and publish a new snapshot."""
    _build(folder, memory)


@app.command()
def doctor(folder: Annotated[Path | None, typer.Argument(help="A project to look at too.")] = None) -> None:
    """Check the installation, and a project, and say how to mend them."""
    checks = examine(folder)
    console.show_checks(checks)
    if any(c.state == "broken" for c in checks):
        raise typer.Exit(1)


@app.command()
def query(
    folder: Folder = HERE,
    measure: Measures = ["customers"],  # noqa: B006 - typer copies it
    by: By = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    totals: Annotated[bool, typer.Option(help="Add totals.")] = False,  # noqa: FBT002
    format: Annotated[Format, typer.Option(help="Table for eyes, CSV for programs.")] = Format.table,  # noqa: A002
) -> None:
    """Ask for figures."""
    result = _ask(folder, measure, by, where, period, totals=totals)
    if format is Format.csv:
        pyarrow.csv.write_csv(result.table, sys.stdout.buffer)
    else:
        console.show_table(result.table)


@app.command("map")
def draw(
    folder: Folder = HERE,
    measure: Measures = ["customers"],  # noqa: B006
    by: By = [],  # noqa: B006
    where: WhereOption = [],  # noqa: B006
    period: PeriodOption = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path("map.html"),
) -> None:
    """Write a map as one HTML file that opens without a network."""
    try:
        _ask(folder, measure, by, where, period).map().save(str(output))
    except OSError as error:
        msg = f"{output} cannot be written: {error.strerror}."
        raise UserError(msg) from error
    console.console.print(f"Wrote {output}.")


@app.command("app")
def dashboard(
    folder: Folder = HERE,
    port: Port = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,  # noqa: FBT002
) -> None:
    """Open the dashboard of a project."""
    _serve(folder, port, browser=browser)


@app.command("demo")
def run_demo(
    folder: Annotated[Path, typer.Argument(help="Where to make the demo project.")] = Path("demo"),
    port: Port = 8501,
    serve: Annotated[bool, typer.Option("--app/--no-app", help="Open the dashboard when it is built.")] = True,  # noqa: FBT002
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,  # noqa: FBT002
) -> None:
    """Make the demo project of San Francisco, build it, and open the dashboard."""
    demo.create(folder)
    _build(folder, pipeline.MEMORY_LIMIT)
    if serve:
        _serve(folder, port, browser=browser)


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to make the project.")],
    customers: Annotated[int, typer.Option(help="How many customers.", min=1)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same project.")] = 0,
) -> None:
    """Make an invented project of any size, with the truth beside it."""
    generate_project(folder, customers=customers, seed=seed)
    console.console.print(f"Made {folder} with {customers:,} customers. Next: gcrm build {folder}")


def _version(value: bool) -> None:  # noqa: FBT001
    if value:
        console.console.print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,  # noqa: FBT002
) -> None:
    del version


def _build(folder: Path, memory: str) -> None:
    with console.build_progress() as on_stage:
        report = pipeline.build(folder, memory_limit=memory, on_stage=on_stage)
    console.show_build(report)


def _serve(folder: Path, port: int, *, browser: bool) -> None:
    console.console.print(f"The dashboard: http://localhost:{port} (Ctrl+C ends it)")
    raise typer.Exit(launch.serve(folder, port, browser=browser))


def _ask(
    folder: Path, measure: list[str], by: list[str], where: list[str], period: str | None, *, totals: bool = False
) -> Result:
    """Turn the words of the command line into a question."""
    filters: dict[str, list[str]] = {}
    for text in where:
        name, equals, members = text.partition("=")
        if not equals:
            msg = f"--where {text}: write a dimension, '=' and its members, such as district=1 or segment=a,b."
            raise QueryError(msg)
        filters.setdefault(name.strip(), []).extend(m.strip() for m in members.split(","))
    first, dots, last = (period or "").partition("..")
    return open_workspace(folder).query(
        list(measure), by=by, where=filters, period=(first, last) if dots else period, totals=totals
    )


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


if __name__ == "__main__":
    main()
