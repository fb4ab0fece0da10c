"""The model of Fellegi and Sunter, as splink runs it on DuckDB: how likely two records are of one party.

Source: I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64 (1969) 1183-1210. The weight of a pair is the
base-2 logarithm of its odds: that of any two records, plus log2(m / u) of each field's level. A value that is rare
among the records counts more than a frequent one. The probabilities m come from expectation maximisation over pairs
that agree in one field, u from random pairs; both without any known links.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.linkage.engine import linker_of, model_of, quiet
from gcrm.linkage.field import FIELDS, Field
from gcrm.linkage.parameter import settled
from gcrm.linkage.training import learn

if TYPE_CHECKING:
    import duckdb

    from gcrm.linkage.parameter import Parameter

#: With fewer records than this, the probabilities of `field` are taken as they are, and all values count alike.
ESTIMATE_FROM = 2000


@dataclass(frozen=True)
class Scores:
    """What the model says of the pairs of one population.

    Attributes
    ----------
    table
        Table of the pairs, as splink wrote it: record_id_l, record_id_r, match_weight, match_probability, and for each
        field its level (`gamma_`) and weight (`mw_`, `mw_tf_adj_`).
    fields
        Fields that were compared: those that some record has.
    parameters
        Probabilities of every level of these.
    prior
        Weight of any two records.
    """

    table: str
    fields: tuple[Field, ...]
    parameters: tuple[Parameter, ...]
    prior: float


def score(con: duckdb.DuckDBPyConnection, table: str, population: str, least: float) -> Scores | None:
    """Score the pairs of one population that agree in a key.

    Parameters
    ----------
    con
        Connection with the records.
    table
        Temporary table: one row per record, with the columns of `linkage.record` and `key_1`, `key_2`, ...
    population
        `person` or `company`.
    least
        Pairs that are less likely than this are left out.

    Returns
    -------
    Scores or None
        The pairs; null where there are no two records, or nothing to compare.

    Raises
    ------
    InternalError
        If splink stops.
    """
    count = sql.number(con, f"SELECT count(*) FROM {sql.identifier(table)}")
    fields = tuple(f for f in FIELDS[population] if _known(con, table, f))
    if count < 2 or not fields:
        return None
    with quiet():
        from splink.internals.exceptions import SplinkException  # noqa: PLC0415 - imported where somebody links

        try:
            return _score(con, table, fields, count, least)
        except SplinkException as error:
            msg = f"the linkage model stopped ({type(error).__name__})"
            raise InternalError(msg) from error


def _score(con: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], count: int, least: float) -> Scores:
    learnt = learn(con, table, fields, count) if count >= ESTIMATE_FROM else {}
    parameters = tuple(p for field in fields for p in settled(field, learnt.get(field.name, {})))
    model = model_of(fields, parameters, count, frequencies=count >= ESTIMATE_FROM)
    found = linker_of(con, table, model).inference.predict(threshold_match_probability=least)
    prior = model.probability_two_random_records_match
    return Scores(found.physical_name, fields, parameters, _log2_odds(con, prior))


def _known(con: duckdb.DuckDBPyConnection, table: str, field: Field) -> bool:
    """Say whether some record has the field."""
    column = "full_name" if field.name == "name" else field.name
    return sql.number(con, f"SELECT count({sql.identifier(column)}) FROM {sql.identifier(table)}") > 0


def _log2_odds(con: duckdb.DuckDBPyConnection, probability: float) -> float:
    row = con.execute("SELECT log2($p / (1 - $p))", {"p": probability}).fetchone()
    return float(row[0]) if row else 0.0
