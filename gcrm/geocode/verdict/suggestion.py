"""What the stage does with answers: a place that the project's own reference has no point for takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm import sql
from gcrm.geocode.remote.answer import CONFIDENCE
from gcrm.geocode.remote.key import read_key
from gcrm.geocode.remote.provider import service
from gcrm.geocode.remote.question import NEVER, compose
from gcrm.geocode.remote.store import digest, exists, open_store

if TYPE_CHECKING:
    import duckdb

    from gcrm.geocode.remote.answer import Answer
    from gcrm.settings import Settings

_SCHEMA = pa.schema(
    [
        ("location_id", pa.int64()),
        ("match_level", pa.string()),
        *((name, pa.float64()) for name in ("lon", "lat", "error_m", "confidence")),
    ]
)


def fingerprint(settings: Settings) -> list[str]:
    """Return what the stage takes from remote answers, as hashes; nothing where it takes none.

    Parameters
    ----------
    settings
        The project's settings.

    Returns
    -------
    list of str
        One hash over the answers, or none.

    Raises
    ------
    RemoteError
        If the answers cannot be read.
    """
    answers = _answers(settings)
    return [digest(answers)] if answers else []


def apply_to_match(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Let answers count where the reference has no point for a place.

    Parameters
    ----------
    con
        Connection of the stage, with `place` and `match` made.
    settings
        The project's settings.

    Returns
    -------
    int
        Places that took a suggestion.

    Raises
    ------
    RemoteError
        If the answers cannot be read, or the key of their hashes is missing.
    """
    answers = _answers(settings)
    if not answers or settings.geocode.remote is None:
        return 0
    found, secret = service(settings.geocode.remote), read_key(settings.geocode.remote_folder)
    rows = []
    for location_id, rule, known, *parts in con.execute(sql.read(__package__, "lacking")).fetchall():
        answer = answers.get(compose(parts, settings.geocode.country).hash(secret, found))
        if answer is None or answer.level is None or rule.startswith(NEVER):
            continue
        # The reference's own street or postcode is given up for the address only.
        if not known or answer.level in {"exact", "interpolated"}:
            point = (answer.lon, answer.lat, answer.error_m, CONFIDENCE[answer.level])
            rows.append(dict(zip(_SCHEMA.names, (location_id, answer.level, *point), strict=True)))
    if not rows:
        return 0
    sql.run(con, __package__, "suggestion")
    con.register("suggested", pa.Table.from_pylist(rows, schema=_SCHEMA))
    try:
        con.execute("INSERT INTO suggestion FROM suggested")
    finally:
        con.unregister("suggested")
    sql.run(con, __package__, "suggested_match")
    con.execute("DROP TABLE temp.suggestion")
    return len(rows)


def _answers(settings: Settings) -> dict[bytes, Answer]:
    """Return the answers that have a point, by hash; none where the project names no remote geocoder."""
    if settings.geocode.remote is None or not exists(settings.geocode.remote_folder):
        return {}
    with open_store(settings.geocode.remote_folder, service(settings.geocode.remote)) as store:
        return {hash_: answer for hash_, answer in store.answers().items() if answer.state == "found"}
