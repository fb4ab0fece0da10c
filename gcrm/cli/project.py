"""Commands that make a project, build it and look after it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gcrm import console, demo, launch, pipeline, settings, template
from gcrm.cli.options import HERE, Folder, Port
from gcrm.doctor import examine
from gcrm.fingerprint import flow

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer()


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
    accept: Annotated[
        list[str], typer.Option(help="A broken load contract, or a source, to publish in spite of; several times.")
    ] = [],  # noqa: B006 - typer copies it
) -> None:
    """Read the project's files and publish a new snapshot."""
    _build(folder, memory, accept)


@app.command()
def doctor(folder: Annotated[Path | None, typer.Argument(help="A project to look at too.")] = None) -> None:
    """Check the installation, and a project, and say how to mend them."""
    checks = examine(folder)
    console.show_checks(checks)
    if any(c.state == "broken" for c in checks):
        raise typer.Exit(1)


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
    city: Annotated[str, typer.Option(help=f"One of: {', '.join(demo.CITIES)}.")] = demo.CITIES[0],
    port: Port = 8501,
    serve: Annotated[bool, typer.Option("--app/--no-app", help="Open the dashboard when it is built.")] = True,  # noqa: FBT002
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,  # noqa: FBT002
) -> None:
    """Make the demo project of a city, build it, and open the dashboard."""
    demo.create(folder, city)
    _build(folder, pipeline.MEMORY_LIMIT)
    if serve:
        _serve(folder, port, browser=browser)


def _build(folder: Path, memory: str, accept: Sequence[str] = ()) -> None:
    stages = len(flow(settings.load(folder)))
    with console.build_progress(stages) as on_stage:
        report = pipeline.build(folder, memory_limit=memory, accept=accept, on_stage=on_stage)
    console.show_build(report)


def _serve(folder: Path, port: int, *, browser: bool) -> None:
    console.console.print(f"The dashboard: http://localhost:{port} (Ctrl+C ends it)")
    raise typer.Exit(launch.serve(folder, port, browser=browser))
