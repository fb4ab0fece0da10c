"""The command that invents a project."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console
from gcrm.generate import generate as generate_project

app = typer.Typer()


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to make the project.")],
    customers: Annotated[int, typer.Option(help="How many customers.", min=1)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same project.")] = 0,
) -> None:
    """Make an invented project of any size, with the truth beside it."""
    generate_project(folder, customers=customers, seed=seed)
    console.console.print(f"Made {folder} with {customers:,} customers. Next: gcrm build {folder}")
