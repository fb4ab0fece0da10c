"""Arguments and options that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gcrm.errors import QueryError

Folder = Annotated[Path, typer.Argument(help="The project's folder.", show_default="here")]
Port = Annotated[int, typer.Option(help="TCP port on this machine.", min=1, max=65535)]
Measures = Annotated[list[str], typer.Option("--measure", "-m", help="A measure; may be given several times.")]
By = Annotated[list[str], typer.Option("--by", "-b", help="A dimension to group by; may be given several times.")]
WhereOption = Annotated[list[str], typer.Option("--where", "-w", help="A filter such as district=1 or segment=a,b.")]
PeriodOption = Annotated[str | None, typer.Option(help="2017, 2017-Q1, 2017-03 or 2017-01-01..2017-03-31.")]
GeographyOption = Annotated[
    str, typer.Option(help="Which regions: 'as is' (today's), 'as was' (of each event's day), or a day.")
]
AreaOption = Annotated[
    list[str], typer.Option("--area", help='A spatial filter as JSON, such as \'{"within": "POLYGON (...)"}\'.')
]
Columns = Annotated[
    list[str], typer.Option(help="What a column holds and its name, such as street=STRASSE; several times.")
]
Crs = Annotated[str | None, typer.Option(help="CRS of the coordinates, such as EPSG:25832, where it is not WGS84.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of a text file that is not UTF-8, such as cp949.")]
Delimiter = Annotated[str | None, typer.Option(help="Separator of a text file; found out where absent.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a spreadsheet that has several.")]
Layer = Annotated[str | None, typer.Option(help="Layer of a geodata file that has several.")]
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


def areas(words: list[str]) -> list[dict[str, Any]]:
    """Turn the words of `--area` into spatial filters of a question.

    Raises
    ------
    QueryError
        If a word is no JSON object.
    """
    found = []
    for text in words:
        try:
            area = json.loads(text)
        except (ValueError, RecursionError):
            area = None
        if not isinstance(area, dict):
            msg = '--area: write a JSON object, such as \'{"near": {"store": "S1"}, "distance_m": 500}\'.'
            raise QueryError(msg)
        found.append(area)
    return found


def mapping(columns: list[str]) -> dict[str, str]:
    """Turn the words of `--column` into what a column holds -> its name.

    Raises
    ------
    QueryError
        If a word has no equals sign, or one thing is named twice.
    """
    found: dict[str, str] = {}
    for text in columns:
        role, equals, name = text.partition("=")
        if not equals or role.strip() in found:
            why = "is named twice" if equals else "needs '=' and the column's name, such as street=STRASSE"
            msg = f"--column {text}: '{role.strip()}' {why}."
            raise QueryError(msg)
        found[role.strip()] = name.strip()
    return found


def period_of(word: str | None) -> str | tuple[str, str] | None:
    """Turn the word of `--period` into a period of a question."""
    first, dots, last = (word or "").partition("..")
    return (first, last) if dots else word
