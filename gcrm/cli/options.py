"""Arguments and options that several commands share."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from math import nan
from pathlib import Path
from typing import Annotated, Any

import typer

from gcrm.cube.question import Top
from gcrm.errors import QueryError


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"


Printed = Annotated[Format, typer.Option(help="A table for eyes, or CSV for programs.")]
Folder = Annotated[Path, typer.Argument(help="The project's folder.", show_default="here")]
In = Annotated[Path, typer.Option("--folder", help="The project's folder.", show_default="here")]
Port = Annotated[int, typer.Option(help="TCP port on this machine.", min=1, max=65535)]
Measures = Annotated[
    list[str],
    typer.Option("--measures", "--measure", "-m", help="Measures or formulas, apart by commas; several times."),
]
By = Annotated[list[str], typer.Option("--by", "-b", help="Dimensions, apart by commas; may be given several times.")]
Having = Annotated[list[str], typer.Option(help="Only rows that meet it, such as 'customers >= 10'; several times.")]
TopOption = Annotated[
    str | None,
    typer.Option(help="Only the largest: 5, 5:revenue or 5:revenue:zone; -5 are the smallest.", metavar="N[:M[:D]]"),
]
Others = Annotated[bool, typer.Option(help="Keep the rest beside the largest as one row.")]
TotalsOption = Annotated[bool, typer.Option("--totals", help="Add the totals of every prefix of the dimensions.")]
CubeOption = Annotated[bool, typer.Option("--cube", help="Add the totals of every subset of the dimensions.")]
GeographyOption = Annotated[
    str, typer.Option(help="Regions of which day: 'as is' (today's), 'as was' (of each event's day), or a day.")
]
AreaOption = Annotated[
    list[str], typer.Option(help='A spatial filter as JSON, such as \'{"within": "POLYGON (...)"}\'; several times.')
]
WhereOption = Annotated[list[str], typer.Option("--where", "-w", help="A filter such as district=1 or segment=a,b.")]
PeriodOption = Annotated[str | None, typer.Option(help="2017, 2017-Q1, 2017-03 or 2017-01-01..2017-03-31.")]
Columns = Annotated[
    list[str], typer.Option(help="What a column holds and its name, such as street=STRASSE; several times.")
]
Crs = Annotated[str | None, typer.Option(help="CRS of the coordinates, such as EPSG:25832, where it is not WGS84.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of a text file that is not UTF-8, such as cp949.")]
Delimiter = Annotated[str | None, typer.Option(help="Separator of a text file; found out where absent.")]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a spreadsheet that has several.")]
Layer = Annotated[str | None, typer.Option(help="Layer of a geodata file that has several.")]
HERE = Path()
#: A comma outside of brackets.
_COMMA = re.compile(r",(?![^(]*\))")


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


def listed(words: list[str]) -> list[str]:
    """Part names at their commas; those within the brackets of a formula belong to it."""
    parts = [part.strip() for word in words for part in _COMMA.split(word)]
    return [part for part in parts if part]


def top_of(word: str | None, *, others: bool) -> Top | None:
    """Turn the word of `--top` into the top members of a question.

    Raises
    ------
    QueryError
        If it does not begin with a number of members.
    """
    if word is None:
        return None
    number, _, rest = word.partition(":")
    measure, _, by = rest.rpartition(":") if ":" in rest else (rest, "", "")
    try:
        wanted = int(number)
    except ValueError:
        msg = f"--top {word}: write how many, then a measure and a dimension where needed, such as 5:revenue:zone."
        raise QueryError(msg) from None
    return Top(abs(wanted), measure.strip(), by.strip(), others=others, smallest=wanted < 0)


def areas(words: list[str]) -> list[dict[str, Any]]:
    """Turn the words of `--area` into spatial filters of a question.

    Raises
    ------
    QueryError
        If one is no JSON object.
    """
    found = []
    for word in words:
        try:
            area = json.loads(word)
        except ValueError:
            area = None
        if not isinstance(area, dict):
            msg = """--area: write a JSON object, such as '{"within": {"level": "zone", "region": "12"}}'."""
            raise QueryError(msg)
        found.append(area)
    return found


def point(text: str) -> tuple[float, float]:
    """Turn the words of `--at` into longitude and latitude.

    Raises
    ------
    QueryError
        If they are not two numbers, or lie beyond the world.
    """
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        lon = lat = nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        msg = f"--at {text}: write longitude and latitude in degrees with a comma between, such as 8.55,47.37."
        raise QueryError(msg)
    return lon, lat


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
