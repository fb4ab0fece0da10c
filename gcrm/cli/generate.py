"""The command that invents a project."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import typer

from gcrm import console
from gcrm.errors import ProjectError
from gcrm.generate import Choice
from gcrm.generate import generate as generate_project

app = typer.Typer()


class Rule(StrEnum):
    """How customers choose their store."""

    zone = "zone"
    huff = "huff"
    nearest = "nearest"


#: Parameter -> the rule that it belongs to.
_RULE_OF = {"size": Rule.huff, "decay": Rule.huff, "astray": Rule.nearest}


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where to make the project.")],
    customers: Annotated[int, typer.Option(help="How many customers.", min=1)] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same project.")] = 0,
    choice: Annotated[
        Rule, typer.Option(help="Customers choose the store of their zone, one by Huff's model, or the nearest.")
    ] = Rule.zone,
    size: Annotated[
        float | None, typer.Option(help=f"Huff: power of floor area, from 0 up; {Choice.size:g} where absent.")
    ] = None,
    decay: Annotated[
        float | None, typer.Option(help=f"Huff: power of travel time, from 0 down; {Choice.decay:g} where absent.")
    ] = None,
    astray: Annotated[
        float | None,
        typer.Option(help=f"Nearest: share of customers who go to any store; {Choice.astray:g} where absent."),
    ] = None,
) -> None:
    """Make an invented project of any size, with the truth beside it."""
    given = {"size": size, "decay": decay, "astray": astray}
    generate_project(folder, customers=customers, seed=seed, choice=_choice(choice, given))
    console.console.print(f"Made {folder} with {customers:,} customers. Next: gcrm build {folder}")


def _choice(rule: Rule, given: dict[str, float | None]) -> Choice:
    """Read how customers choose their store."""
    words = {name: value for name, value in given.items() if value is not None}
    for name in words:
        if _RULE_OF[name] is not rule:
            own = _RULE_OF[name].value
            msg = f"--{name} goes with --choice {own}; found --choice {rule.value}. Leave it out, or choose by {own}."
            raise ProjectError(msg)
    try:
        return Choice(rule.value, **words)
    except ValueError as error:
        raise ProjectError(str(error)) from None
