"""Raw traces are refused: no identifier of a device or of its owner enters a project with times and places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gcrm.settings.source import LEVEL_OPTIONAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.ingest.reading import Origin, Reading

#: Headings, without case and marks, that name a device or a person who carries one.
_DEVICES = re.compile(
    r"(device|mobile|phone|handset|advertis\w*|ad|user|person|trace|trajectory|traj|track|rider|member|card|wifi|"
    r"bluetooth|vehicle|bike|taxi)(id|uid|uuid|hash|identifier)|uid|uuid|imei|imsi|imsihash|msisdn|idfa|gaid|aaid|maid|mac|"
    r"macaddress|adid|device|caid"
)
#: Headings that name a moment.
_MOMENTS = re.compile(
    r"timestamp|time|datetime|unixtime|epoch|moment|ts|utctime|localtime|seenat|\w*timestamp\w*|(start|end)(ed)?(at|time)"
)


def names(columns: Iterable[str]) -> tuple[str, str] | None:
    """Find what makes rows a trace: an identifier of a device beside a moment.

    Parameters
    ----------
    columns
        Headings of a file.

    Returns
    -------
    tuple or None
        The heading of the identifier and that of the moment; null where one is missing.
    """
    plain = {re.sub(r"[^a-z0-9]", "", name.casefold()): name for name in columns}
    device = next((name for word, name in plain.items() if _DEVICES.fullmatch(word)), None)
    moment = next((name for word, name in plain.items() if _MOMENTS.fullmatch(word)), None)
    return (device, moment) if device is not None and moment is not None else None


def refuse(origin: Origin, reading: Reading) -> None:
    """Refuse a source of counts that is a table of traces; columns that are not mapped count too.

    Parameters
    ----------
    origin
        The source.
    reading
        Its opened file.

    Raises
    ------
    SourceError
        If its headings name a device and a moment.
    """
    if origin.source.kind not in LEVEL_OPTIONAL:
        return
    found = names(column.name for column in reading.columns)
    if found is not None:
        msg = (
            f"columns '{found[0]}' and '{found[1]}' look like traces of single devices, which no project may hold. "
            "Count them first, on this machine: gcrm traces FILE --out FOLDER --k 10, and use the files that it writes."
        )
        raise origin.refuse(msg)
