"""The types of residence of all buildings, and of the places in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql
from gcrm.conform.table import insert
from gcrm.enrich.residence import feature
from gcrm.enrich.residence.inference import KINDS, Guess, infer
from gcrm.enrich.residence.vocabulary import meaning, shares_wall

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings import Settings

_WORDS = """
    SELECT word FROM residence_record WHERE word IS NOT NULL
    UNION
    SELECT style FROM residence_record WHERE style IS NOT NULL
    ORDER BY ALL
"""
_ACCURACY = {
    "stand": "What stands for the buildings: footprint, parcel or point.",
    "residence_type": "The type that is known; none is a building without residences.",
    "inferred_type": "The type that a model gives which was learned from four fifths of the others, this one left out.",
    "buildings": "How many.",
}
_PLACED = {
    "location_id": "The place.",
    "building_key": "The building.",
    "building_id": "Its identifier.",
    "building_use": "Its use; null is unknown.",
    "residence_type": "Its type of residence; null is unknown, or none.",
    "residence_word": "The register's own word; null where none says.",
    "residence_from": "How the type is known: decision, register, units or inferred; null where it is not.",
    "residence_confidence": "How likely the type is the right one, 0 to 1; null where it is not known.",
    "units": "Dwelling units of the building; null is unknown.",
    "levels": "Floors above ground; null is unknown.",
    "built_year": "Year of construction; null is unknown.",
    "floor_area_m2": "Floor area of the building in square metres; null is unknown.",
}


def write_residences(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> dict[str, int]:
    """Tell the type of residence of every site.

    Reads the temporary tables of `gcrm.enrich.building`; writes the temporary table `residence_of` and the table
    `enrich.residence_accuracy`.

    Parameters
    ----------
    con
        Connection with `enrich` attached for writing.
    settings
        The project's settings.

    Returns
    -------
    dict of str to int
        Rows per table.
    """
    write_evidence(con)
    for name in ("guess", "accuracy"):
        sql.run(con, __package__, name)
    rows = _write_guesses(con, settings)
    own = settings.residence
    sql.run(con, __package__, "residence_of", {"least_confidence": own.least_confidence, "unit_m2": own.unit_m2})
    grain = "One row per stand, known type and inferred type: how well the inference tells what is known."
    sql.comment(con, "enrich.residence_accuracy", grain, _ACCURACY)
    return {"residence_accuracy": rows}


def write_evidence(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table `residence_evidence`: which types the records and addresses of a site leave open."""
    for name in ("record", "said"):
        sql.run(con, __package__, name)
    _write_words(con)
    sql.run(con, __package__, "evidence")


def write_location_residences(con: duckdb.DuckDBPyConnection) -> int:
    """Write `enrich.location_residence`; return its rows."""
    rows = sql.run(con, __package__, "location_residence")
    grain = "One row per place whose building is known: the type of residence there."
    sql.comment(con, "enrich.location_residence", grain, _PLACED)
    return rows


def _write_words(con: duckdb.DuckDBPyConnection) -> None:
    """Read each word of the registers once."""
    words = [word for (word,) in con.execute(_WORDS).fetchall()]
    if not words:
        return
    said = [meaning(word) for word in words]
    rows = {
        "word": pa.array(words, pa.string()),
        "kind": pa.array([m and m.kind for m in said], pa.string()),
        "least": pa.array([m and m.least for m in said], pa.int32()),
        "most": pa.array([m and m.most for m in said], pa.int32()),
        "shares_wall": pa.array([shares_wall(word) for word in words], pa.bool_()),
    }
    insert(con, "residence_said", "SELECT * FROM arrow_rows", pa.table(rows))


def _write_guesses(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Infer what is open, and keep how well that tells what is known; return the rows of the account."""
    found = con.execute(
        "SELECT t.stand, e.open_classes FROM residence_evidence AS e JOIN building_trait AS t"
        " ON t.site = e.site ORDER BY e.site"
    ).fetchall()
    if all(open_ is not None and len(open_) == 1 for _, open_ in found):
        return 0
    traits = feature.own(con)
    xy = feature.flat(traits, settings.project.metric_crs)
    stands = np.array([stand for stand, _ in found], object)
    told = 0
    for stand in ("footprint", "parcel", "point"):
        at = np.flatnonzero(stands == stand)
        if not len(at):
            continue
        part = {name: column[at] for name, column in traits.items()}
        guess = infer(part, xy[at], [found[i][1] for i in at], settings.residence.learn_from)
        _insert_guess(con, at, guess)
        told += _insert_account(con, stand, guess)
    return told


def _insert_guess(con: duckdb.DuckDBPyConnection, site: np.ndarray, guess: Guess) -> None:
    names = np.array([*KINDS, None], object)
    rows = {
        "site": site,
        "kind": pa.array(names[guess.kind], pa.string()),
        "confidence": pa.array(guess.confidence, from_pandas=True),
        "stability": pa.array(guess.stability, from_pandas=True),
    }
    insert(con, "residence_guess", "SELECT * FROM arrow_rows", pa.table(rows))


def _insert_account(con: duckdb.DuckDBPyConnection, stand: str, guess: Guess) -> int:
    pairs = [{"stand": stand, "a": a, "b": b, "n": n} for (a, b), n in sorted(guess.told.items())]
    if pairs:
        insert(con, "enrich.residence_accuracy", "SELECT * FROM arrow_rows", pa.Table.from_pylist(pairs))
    return len(pairs)
