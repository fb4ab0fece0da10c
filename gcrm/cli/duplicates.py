"""Commands about customers and prospects that are one party: list them, explain them, decide about them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gcrm import console
from gcrm.cli.options import HERE, Folder
from gcrm.workspace import open_workspace

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="duplicates", help="Customers and prospects that are one person or company.")

Id = Annotated[str, typer.Argument(help="Identifier of a customer, or prospect:ID.", show_default=False)]
In = Annotated[Path, typer.Option("--folder", help="The project's folder.", show_default="here")]
_LISTED = ["kind_a", "id_a", "name_a", "kind_b", "id_b", "name_b", "probability", "rule", "state", "decided"]


class State(StrEnum):
    """Which pairs `gcrm duplicates list` prints."""

    open = "open"
    same = "same"
    different = "different"
    all = "all"


@group.command("list")
def list_pairs(
    folder: Folder = HERE,
    state: Annotated[State, typer.Option(help="Which pairs: open ones wait for a person.")] = State.open,
    limit: Annotated[int, typer.Option(help="Most pairs, the likeliest first.", min=1)] = 50,
) -> None:
    """List pairs of records that are one party, or may be."""
    ws = open_workspace(folder)
    found = ws.duplicates.pairs(state.value, limit=limit)
    console.show_found(found.select(_LISTED))
    console.console.print(f"{found.num_rows:,} pairs. Why: gcrm duplicates explain ID ID", soft_wrap=True)


@group.command()
def explain(first: Id, second: Id, folder: In = HERE) -> None:
    """Explain how likely two records are one party: what each field adds."""
    console.show_found(open_workspace(folder).duplicates.compare(first, second))


@group.command()
def same(first: Id, second: Id, folder: In = HERE) -> None:
    """Decide that two records are one party; it counts from the next build on."""
    open_workspace(folder).duplicates.decide(first, second, same=True)
    _say(first, second, "are one party")


@group.command()
def different(first: Id, second: Id, folder: In = HERE) -> None:
    """Decide that two records are not one party; it counts from the next build on."""
    open_workspace(folder).duplicates.decide(first, second, same=False)
    _say(first, second, "are different")


@group.command()
def undo(first: Id, second: Id, folder: In = HERE) -> None:
    """Take back what was decided about two records."""
    open_workspace(folder).duplicates.decide(first, second, same=None)
    _say(first, second, "are left to the model again")


def _say(first: str, second: str, what: str) -> None:
    text = f"{first} and {second} {what}. Next: gcrm build"
    console.console.print(text, soft_wrap=True, markup=False, highlight=False)
