"""The gcrm.toml that `gcrm init` writes: a project that explains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.errors import ProjectError
from gcrm.settings import FILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = """\
# A gcrm project. After each change: gcrm build

[project]
name = {name}
# A projected CRS in metres for where you are, used for lengths and areas.
metric_crs = "{metric_crs}"
currency = "USD"

# Levels of regions, largest first. Each level below needs a source of regions.
[hierarchies.administrative]
title = "City"
levels = ["district", "zone"]

# A source is a file, what its rows are, and how its columns map (ours = "theirs").
# Columns of the same name map by themselves. Paths are relative to this file.
#
# [sources.customers]
# kind = "customers"
# path = "data/customers.csv"
# [sources.customers.columns]
# customer_id = "Customer No"
# since = "First contact"
# [sources.customers.formats]
# since = "%d.%m.%Y"
#
# [sources.zones]
# kind = "regions"
# level = "zone"
# path = "data/zones.geojson"
# [sources.zones.columns]
# region_id = "ZONE"
# parent_id = "DISTRICT"
"""


def create(folder: Path, name: str, metric_crs: str) -> Path:
    """Make a new project folder with a gcrm.toml that explains itself.

    Parameters
    ----------
    folder
        The folder to make; it may exist.
    name
        Title of the project.
    metric_crs
        Projected CRS in metres.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ProjectError
        If there is a gcrm.toml already, or the folder cannot be written.
    """
    path = folder / FILE_NAME
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    try:
        (folder / "data").mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEXT.format(name=quoted, metric_crs=metric_crs))
    except FileExistsError:
        msg = f"{path} exists already. Edit it, or choose another folder."
        raise ProjectError(msg) from None
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror}. Choose another folder, or mend its rights."
        raise ProjectError(msg) from error
    return path
