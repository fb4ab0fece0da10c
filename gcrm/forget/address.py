"""What is kept about addresses and not about people, where only the forgotten have such an address.

A decision about an address names nobody, and so does the answer of a remote geocoder: both are kept by a hash of the
address. Where nobody else has it, they tell of the people all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.forget.people import ids_of
from gcrm.geocode.remote.question import compose
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from gcrm.crm import Subject
    from gcrm.geocode.remote.question import Question
    from gcrm.settings import Settings

#: One row per customer, prospect, store and competitor: its address as written, and whether it is of those to forget.
_HOLDERS = """
    CREATE OR REPLACE TEMP TABLE holder AS
    SELECT
        'customer' AS kind, source, row_no, address, house_number, street, postcode, city,
        coalesce(list_contains($customer, customer_id), false) AS own
    FROM ingest.customer
    UNION ALL
    SELECT
        'prospect' AS kind, source, row_no, address, house_number, street, postcode, city,
        coalesce(list_contains($prospect, prospect_id), false) AS own
    FROM ingest.prospect
    UNION ALL
    SELECT 'store' AS kind, source, row_no, address, house_number, street, postcode, city, false AS own
    FROM ingest.store
    UNION ALL
    SELECT 'competitor' AS kind, source, row_no, address, house_number, street, postcode, city, false AS own
    FROM ingest.competitor
"""


@dataclass(frozen=True)
class Addresses:
    """Addresses that only the people have, or had in a snapshot that is still there.

    Attributes
    ----------
    keys
        Hashes of the addresses as they were written: see `gcrm/geocode/key_macro.sql`.
    questions
        What a remote geocoder may have been asked about them.
    """

    keys: frozenset[str]
    questions: frozenset[Question]


def addresses(folder: Path, settings: Settings, people: frozenset[Subject]) -> Addresses:
    """Return the addresses that only these people have.

    Parameters
    ----------
    folder
        The project's folder.
    settings
        Its settings.
    people
        Whose addresses.

    Returns
    -------
    Addresses
        Without those of others in any snapshot.
    """
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    questions: dict[bool, set[Question]] = {True: set(), False: set()}
    for manifest in snapshot.history(folder):
        with sql.connect() as con:
            snapshot.attach(con, folder, manifest)
            _read(con, settings.geocode.country, people, keys, questions)
    return Addresses(frozenset(keys[True] - keys[False]), frozenset(questions[True] - questions[False]))


def _read(
    con: duckdb.DuckDBPyConnection,
    country: str | None,
    people: frozenset[Subject],
    keys: dict[bool, set[str]],
    questions: dict[bool, set[Question]],
) -> None:
    """Add the addresses of a snapshot, those of the people apart from those of others."""
    sql.run(con, "gcrm.geocode", "key_macro")
    con.execute(_HOLDERS, ids_of(people))
    written = "SELECT DISTINCT own, address_key(address, house_number, street, postcode, city) FROM holder"
    for own, key in con.execute(written).fetchall():
        if key is not None:
            keys[own].add(key)
    understood = """
        SELECT DISTINCT h.own, l.house_number, l.street, l.postcode, l.city
        FROM holder AS h
        INNER JOIN geocode.record_location AS r ON r.kind = h.kind AND r.source = h.source AND r.row_no = h.row_no
        INNER JOIN geocode.location AS l ON l.location_id = r.location_id
    """
    for own, *parts in con.execute(understood).fetchall():
        questions[own].add(compose(parts, country))
