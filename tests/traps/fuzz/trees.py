"""What the process of its own does with trees of GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import UserError
from gcrm.ingest.geodata.layer import Request, convert

if TYPE_CHECKING:
    from pathlib import Path


def convert_all(files: list[Path], draft: Path) -> list[str]:
    """Convert every file; return what was raised that a user should not see."""
    wrong = []
    for path in files:
        try:
            convert(Request(path, None, ("GeoJSON", "TopoJSON"), draft, 100, 1000))
        except UserError:
            continue
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            wrong.append(f"{type(error).__name__}: {error}: {path.read_text()[:2000]}")
    return wrong
