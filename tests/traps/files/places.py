"""Files in bad places, with bad names, or that do not stay as they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.traps.files.family import CUSTOMERS, ZONES, Family, text
from tests.traps.files.shapes import GOOD, frame
from tests.traps.files.texts import GOOD as ROW
from tests.traps.files.texts import HEAD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ODD = 'a\'b "c" #1 %20 [x] {y} $z ü 김!;é.csv'


def _loop(folder: Path) -> None:
    (folder / "it.csv").symlink_to(folder / "other.csv")
    (folder / "other.csv").symlink_to(folder / "it.csv")


def _odd_geodata(folder: Path) -> None:
    frame("it.gpkg", [GOOD])(folder)
    (folder / "it.gpkg").rename(folder / "a!b;c?d {e}.gpkg")


def _in_a_partition(folder: Path) -> None:
    (folder / "name=Eve").mkdir()
    text("customer_id\n1\n", "name=Eve/it.csv")(folder)


def _outside(folder: Path) -> None:
    text(HEAD + ROW, "../outside.csv")(folder)


def missing(name: str, make: Callable[[Path], object], says: str = r"sources\.it: .*it\.csv") -> Family:
    return Family(name, make, CUSTOMERS, refused=says)


FAMILIES = [
    missing("a file that is not there", lambda _folder: None),
    missing("a folder with the name of a file", lambda folder: (folder / "it.csv").mkdir()),
    missing("links that name each other", _loop),
    missing("a link to nowhere", lambda folder: (folder / "it.csv").symlink_to(folder / "nowhere.csv")),
    missing("a pipe with the name of a file", lambda folder: os.mkfifo(folder / "it.csv")),
    Family(
        "a device with the name of a file", lambda _folder: None, CUSTOMERS | {"path": "/dev/zero"}, refused="missing"
    ),
    Family("a file outside the project's folder", _outside, CUSTOMERS | {"path": "../outside.csv"}, loaded=1),
    Family("a name of odd characters", text(HEAD + ROW, ODD), CUSTOMERS | {"path": ODD}, loaded=1),
    Family("odd characters in the name of geodata", _odd_geodata, ZONES | {"path": "a!b;c?d {e}.gpkg"}, loaded=1),
    Family("a folder that looks like a partition", _in_a_partition, CUSTOMERS | {"path": "name=Eve/it.csv"}, loaded=1),
    Family(
        "an ending that no reader knows",
        text("x", "it.docx"),
        CUSTOMERS | {"path": "it.docx"},
        refused="no reader knows",
    ),
]
