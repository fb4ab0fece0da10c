"""The group of commands that each module here adds its own to."""

from __future__ import annotations

import typer

app = typer.Typer()
group = typer.Typer(no_args_is_help=True)
app.add_typer(group, name="territories", help="Territories: design, compare, publish, hand over.")
