"""The reading of gcrm.toml: every mistake is said with the file, the key and the nearest valid word."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from gcrm.errors import SettingsError, near
from gcrm.settings.model import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

FILE_NAME = "gcrm.toml"
#: Keys whose values are never repeated in a message: someone may have written a password there.
_SECRET = {"database", "url", "key_env", "endpoint"}


def load(folder: Path) -> Settings:
    """Read and check the gcrm.toml of a project folder.

    Parameters
    ----------
    folder
        The project's folder.

    Returns
    -------
    Settings
        The checked settings.

    Raises
    ------
    SettingsError
        If the file is missing, is not TOML, or a key or value means nothing; the message lists each mistake.
    """
    path = folder / FILE_NAME
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"There is no {FILE_NAME} in {folder}. Make a project with 'gcrm init', or name its folder."
        raise SettingsError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} is not valid TOML: {error}."
        raise SettingsError(msg) from None
    try:
        return Settings.model_validate(raw, context={"folder": folder})
    except ValidationError as error:
        lines = [_mistake(e) for e in error.errors()[:20]]
        msg = f"{path} needs mending:\n" + "\n".join(f"  {line}" for line in lines)
        raise SettingsError(msg) from None


def _mistake(error: ErrorDetails) -> str:
    """Say one mistake of pydantic's in the words of the file."""
    keys = [str(k) for k in error["loc"]]
    where = ".".join(keys)
    if error["type"] == "extra_forbidden":
        return f"{where}: there is no such key.{near(keys[-1], _known_keys(keys[:-1]))}"
    if error["type"] == "missing":
        return f"{where}: this key is missing."
    text = error["msg"].removeprefix("Value error, ")
    if where and not isinstance(error["input"], dict) and keys[-1] not in _SECRET:
        text = f"found {error['input']!r}: {text[0].lower()}{text[1:]}"
    return f"{where}: {text}" if where else text


def _known_keys(parents: list[str]) -> list[str]:
    """Return the keys that may stand below `parents` in gcrm.toml."""
    model: type[BaseModel] = Settings
    steps = iter(parents)
    for key in steps:
        field = model.model_fields.get(key)
        inner, named = _table(field.annotation if field else None)
        if inner is None:
            return []
        model = inner
        if named:
            next(steps, None)
    return list(model.model_fields)


def _table(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the model of a table of gcrm.toml, and whether the file holds many of it by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = [_table(part)[0] for part in get_args(annotation)]
    return next((model for model in inner if model), None), get_origin(annotation) is dict
