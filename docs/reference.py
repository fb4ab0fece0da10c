"""Writes the pages of docs/reference/ from the code they describe: settings, kinds of sources, measures, commands.

`make docs` writes them; a test compares them with the code.
"""

from __future__ import annotations

import inspect
import re
import types
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import typer
from numpydoc.docscrape import NumpyDocString
from pydantic import BaseModel

from gcrm.cli import app
from gcrm.columns import KINDS
from gcrm.cube.model import MEASURES
from gcrm.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Made by `make docs`; edit the code instead. -->"
TYPE_WORDS = {str: "text", int: "whole number", float: "number", Decimal: "number", bool: "true or false", date: "date"}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {"settings.md": settings(), "sources.md": sources(), "measures.md": measures(), "commands.md": commands()}


def settings() -> str:
    """The page on gcrm.toml: one table of keys per table of the file."""
    lines = [MADE, "# gcrm.toml: every key", ""]
    lines += ["A key that is not listed here is refused, with the nearest one that is.", ""]
    single, tables = {}, {}
    for name, field in Settings.model_fields.items():
        model, named = _model(field.annotation)
        if model is None:
            single[name] = field
        else:
            tables[f"[{name}.NAME]" if named else f"[{name}]"] = model
    lines += ["## At the top of the file", "", *_keys(single, Settings)]
    for title, model in tables.items():
        lines += _section(title, model)
    return _page(lines)


def _section(title: str, model: type[BaseModel]) -> list[str]:
    """One table of the file, and the tables within it."""
    summary = " ".join(NumpyDocString(inspect.getdoc(model) or "")["Summary"])
    lines = [f"## `{title}`", "", _sentence(summary.partition(": ")[2] or summary), ""]
    inner = {name: found for name, field in model.model_fields.items() if (found := _model(field.annotation))[0]}
    lines += _keys({name: field for name, field in model.model_fields.items() if name not in inner}, model)
    for name, (table, named) in inner.items():
        below = f"{title[:-1]}.{name}{'.COLUMN' if named else ''}]"
        lines += _section(below, table) if table else []
    return lines


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model behind a field, and whether the file holds many of it by name."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = [_model(part)[0] for part in get_args(annotation)]
    return next((model for model in inner if model), None), get_origin(annotation) is dict


def _keys(fields: dict[str, FieldInfo], model: type[BaseModel]) -> list[str]:
    meaning = {
        name.strip(): " ".join(entry.desc)
        for entry in NumpyDocString(inspect.getdoc(model) or "")["Attributes"]
        for name in entry.name.split(",")
    }
    rows = [(f"`{name}`", _type(field.annotation), _default(field), meaning[name]) for name, field in fields.items()]
    return _table(("key", "value", "default", "meaning"), rows)


def _type(annotation: Any) -> str:
    """What to write for a value, in words."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(args[0])
    if origin in {types.UnionType, Union}:
        return " or ".join(_type(arg) for arg in args if arg is not type(None))
    if origin is tuple:
        return f"list of {_type(args[0])}s"
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in args)
    if origin is dict:
        return f"table of {_type(args[1])} by name"
    return TYPE_WORDS[annotation]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ("", {}, ()):
        return "none"
    text = list(value) if isinstance(value, tuple) else value
    return f"`{str(text).lower() if isinstance(text, bool) else text}`"


def sources() -> str:
    """The page on what a company can bring: one table of columns per kind."""
    lines = [MADE, "# Kinds of sources and their columns", ""]
    lines += ["A source of `gcrm.toml` names one of these kinds. Its file's columns map by their name, or as"]
    lines += ["`columns` says. Every address may be given whole or in parts, and with a point or without.", ""]
    for kind in KINDS.values():
        key = ", ".join(f"`{name}`" for name in kind.key) or "none: rows have no identity"
        lines += [f"## {kind.name}", "", f"{kind.grain} Key: {key}.", ""]
        rows = [(f"`{f.name}`", f.type, "required" if f.required else "", f.comment) for f in kind.fields]
        lines += _table(("column", "type", "", "meaning"), rows)
    return _page(lines)


def measures() -> str:
    """The page on the figures that can be asked for."""
    lines = [MADE, "# Measures", ""]
    lines += ["How a measure adds: *additive* sums; *semi-additive* sums over regions but not over time; *distinct*"]
    lines += ["counts different things, so that a total can be less than the sum of its parts; *ratio* divides the"]
    lines += ["totals of its parts.", ""]
    rows = [(f"`{m.name}`", m.title, m.kind, m.unit, m.help) for m in MEASURES.values()]
    return _page([*lines, *_table(("measure", "title", "adds", "unit", "meaning"), rows)])


def commands() -> str:
    """The page on the command line: every command with its arguments and options."""
    root = typer.main.get_command(app)
    lines = [MADE, "# Commands", "", *_paragraphs(root.help)]
    for name, command in _each(root):
        usage = [_argument(p) for p in command.params if p.param_type_name == "argument"]
        lines += [
            f"## `gcrm {name}`",
            "",
            "    " + " ".join(["gcrm", name, *usage, "[OPTIONS]"]),
            "",
            *_paragraphs(command.help),
        ]
        rows = [
            (_parameter(p), _shown_default(p), " ".join((getattr(p, "help", "") or "").split())) for p in command.params
        ]
        lines += _table(("parameter", "default", "meaning"), rows) if rows else []
    return _page(lines)


def _each(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with its whole name, those of a group behind it."""
    for name, command in sorted(group.commands.items()):
        yield prefix + name, command
        if hasattr(command, "commands"):
            yield from _each(command, f"{prefix}{name} ")


def _paragraphs(text: str | None) -> list[str]:
    """A help text for Markdown: sections of the docstring that repeat the parameters are left out."""
    prose = re.split(r"\n\s*(?:Parameters|Raises)\n\s*-{3,}", inspect.cleandoc(text or ""))[0]
    return [prose.replace("\f", "").replace("\b", "").strip(), ""]


def _parameter(parameter: Any) -> str:
    names = parameter.opts + parameter.secondary_opts
    return (
        f"`{parameter.name.upper()}`" if parameter.param_type_name == "argument" else ", ".join(f"`{n}`" for n in names)
    )


def _argument(parameter: Any) -> str:
    name = parameter.name.upper()
    return name if parameter.required else f"[{name}]"


def _shown_default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    value = parameter.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(f"`{v}`" for v in values if v is not None and v != "") or "none"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table and an empty line."""
    cells = [head, ("---",) * len(head), *[tuple(cell.replace("|", "\\|") for cell in row) for row in rows]]
    return [*("| " + " | ".join(row) + " |" for row in cells), ""]


def _page(lines: list[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")
