"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gcrm.errors import QueryError

Folder = Annotated[Path, typer.Argument(help="The project's folder.", show_default="here")]
Port = Annotated[int, typer.Option(help="TCP port on this machine.", min=1, max=65535)]
Measures = Annotated[list[str], typer.Option("--measure", "-m", help="A measure; may be given several times.")]
By = Annotated[list[str], typer.Option("--by", "-b", help="A dimension to group by; may be given several times.")]
WhereOption = Annotated[list[str], typer.Option("--where", "-w", help="A filter such as district=1 or segment=a,b.")]
PeriodOption = Annotated[str | None, typer.Option(help="2017, 2017-Q1, 2017-03 or 2017-01-01..2017-03-31.")]
HERE = Path()


def filters(where: list[str]) -> dict[str, list[str]]:
    """Turn the words of `--where` into filters of a question.

    Raises
    ------
    QueryError
        If a word has no equals sign.
    """
    found: dict[str, list[str]] = {}
    for text in where:
        name, equals, members = text.partition("=")
        if not equals:
            msg = f"--where {text}: write a dimension, '=' and its members, such as district=1 or segment=a,b."
            raise QueryError(msg)
        found.setdefault(name.strip(), []).extend(m.strip() for m in members.split(","))
    return found


def period_of(word: str | None) -> str | tuple[str, str] | None:
    """Turn the word of `--period` into a period of a question."""
    first, dots, last = (word or "").partition("..")
    return (first, last) if dots else word
