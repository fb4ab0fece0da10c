"""Where the files of a city come from: `provenance.json` beside them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from gcrm.fingerprint import code_hash
from gcrm.geocode.pack.label import file_hash

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.city.extract import Contents

FILE = "provenance.json"
LICENCE = "ODbL 1.0"
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass(frozen=True)
class Label:
    """What a folder of a city was made of.

    Attributes
    ----------
    source
        Name of the extract.
    source_sha256
        Its hash.
    date
        Day of its data, ISO 8601; null where it does not say.
    licence, attribution
        Under which terms the data may be used, and who must be named wherever they are shown.
    extent
        West, south, east, north in degrees.
    code
        Hash of the program that made the files.
    rows
        File without its ending -> rows.
    levels
        Levels of regions, largest first.
    left_out
        Reason -> things of the extract that are not in the files.
    sha256
        File -> its hash.
    """

    source: str
    source_sha256: str
    date: str | None
    licence: str
    attribution: str
    extent: tuple[float, float, float, float]
    code: str
    rows: dict[str, int]
    levels: tuple[str, ...]
    left_out: dict[str, int]
    sha256: dict[str, str]


def label(source: Path, contents: Contents, folder: Path) -> Label:
    """Say where the files of a folder come from.

    Parameters
    ----------
    source
        The extract.
    contents
        What was found in it.
    folder
        The files.

    Returns
    -------
    Label
        What is to stand beside them.
    """
    return Label(
        source.name,
        file_hash(source),
        contents.day,
        LICENCE,
        ATTRIBUTION,
        contents.box,
        code(),
        contents.rows,
        contents.levels,
        contents.left_out,
        {f"{name}.parquet": file_hash(folder / f"{name}.parquet") for name in contents.rows},
    )


def code() -> str:
    """Return the hash of the program that makes such files."""
    return code_hash("city")


def write(folder: Path, made: Label) -> None:
    """Put a label beside its files."""
    text = json.dumps(asdict(made), indent=2, ensure_ascii=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")


def read(folder: Path) -> Label | None:
    """Return the label of a folder whose files are as they were made.

    Parameters
    ----------
    folder
        The files.

    Returns
    -------
    Label or None
        The label; null where there is none, or a file is missing or was changed.
    """
    try:
        said: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        found = Label(**said | {"extent": tuple(said["extent"]), "levels": tuple(said["levels"])})
        whole = all(file_hash(folder / name) == known for name, known in found.sha256.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if whole else None
