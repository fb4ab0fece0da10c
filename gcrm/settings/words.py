"""The words of gcrm.toml: what may stand for a name or a CRS, and the base that refuses what is not known."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pyproj import CRS
from pyproj.exceptions import CRSError


def _word(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value):
        msg = "use lower-case letters, digits and underscores, starting with a letter"
        raise ValueError(msg)
    return value


def _crs(value: str) -> str:
    try:
        CRS.from_user_input(value)
    except CRSError:
        msg = f"'{value}' is no coordinate reference system; write it like 'EPSG:4326'"
        raise ValueError(msg) from None
    return value


def _metric(value: str) -> str:
    crs = CRS.from_user_input(_crs(value))
    if not crs.is_projected or {axis.unit_name for axis in crs.axis_info} != {"metre"}:
        msg = f"'{value}' ({crs.name}) does not measure in metres; choose a projected CRS in metres"
        raise ValueError(msg)
    return value


#: A name that becomes a table, column or level: lower case, so that it reads the same everywhere.
Word = Annotated[str, AfterValidator(_word)]
#: A coordinate reference system, and one in metres.
Crs = Annotated[str, AfterValidator(_crs)]
MetricCrs = Annotated[str, AfterValidator(_metric)]


class Strict(BaseModel):
    """A table of gcrm.toml: a key that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
