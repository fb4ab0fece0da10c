"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(help="The project's folder.", show_default="here")]
Port = Annotated[int, typer.Option(help="TCP port on this machine.", min=1, max=65535)]
Measures = Annotated[list[str], typer.Option("--measure", "-m", help="A measure; may be given several times.")]
By = Annotated[list[str], typer.Option("--by", "-b", help="A dimension to group by; may be given several times.")]
WhereOption = Annotated[list[str], typer.Option("--where", "-w", help="A filter such as district=1 or segment=a,b.")]
PeriodOption = Annotated[str | None, typer.Option(help="2017, 2017-Q1, 2017-03 or 2017-01-01..2017-03-31.")]
HERE = Path()
