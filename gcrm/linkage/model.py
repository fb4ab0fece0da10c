"""The model of Fellegi and Sunter, as splink runs it on DuckDB: how likely two records are of one party.

Source: I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64 (1969) 1183-1210. The weight of a pair is the
base-2 logarithm of its odds: that of any two records, plus log2(m / u) of each field's level. A value that is rare
among the records counts more than a frequent one. The probabilities m come from expectation maximisation over pairs
that agree in one field, u from random pairs; both without any known links.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.linkage.field import FAMILY, FIELDS, KEYS, TRAINING, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

#: With fewer records than this, the probabilities of `field` are taken as they are, and all values count alike.
ESTIMATE_FROM = 2000
#: Random pairs that u is estimated from, and most pairs that m is estimated from for each field agreed on.
RANDOM_PAIRS = 500_000
TRAINING_PAIRS = 500_000
#: With fewer pairs that agree in a field, nothing is learnt from them.
FEW_PAIRS = 200
#: No level is surer than this, however seldom it was seen.
_LEAST_M, _LEAST_U = 1e-4, 1e-6
#: Estimates are not taken where they say that records of one party mostly differ, or that families are one person.
_LEAST_SAME, _MOST_FAMILY = 0.3, 0.05
#: How many of a hundred records are assumed to have a duplicate, where nothing is known.
_DUPLICATES = 0.05
_SEED = 20


@dataclass(frozen=True)
class Parameter:
    """One level of one field, with the probabilities that were used.

    Attributes
    ----------
    field, level
        Names of the field and of the level.
    gamma
        Number of the level, as splink counts: 0 is whatever is left.
    m, u
        Its probabilities.
    estimated
        True where they come from the records, false where they are assumed.
    """

    field: str
    level: str
    gamma: int
    m: float
    u: float
    estimated: bool


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
    count = _number(con, f"SELECT count(*) FROM {sql.identifier(table)}")
    fields = tuple(f for f in FIELDS[population] if _known(con, table, f))
    if count < 2 or not fields:
        return None
    with _quiet():
        from splink.internals.exceptions import SplinkException  # noqa: PLC0415 - imported where somebody links

        try:
            return _score(con, table, fields, count, least)
        except SplinkException as error:
            msg = f"the linkage model stopped ({type(error).__name__})"
            raise InternalError(msg) from error


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what splink left on the connection."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '\\_\\_splink\\_\\_%' ESCAPE '\\'"
    )
    for (name,) in names.fetchall():
        con.execute(f"DROP TABLE {sql.identifier(name)}")


def _score(con: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], count: int, least: float) -> Scores:
    learnt = _learn(con, table, fields, count) if count >= ESTIMATE_FROM else {}
    parameters = tuple(p for field in fields for p in _settled(field, learnt.get(field.name, {})))
    model = _model(fields, parameters, count, frequencies=count >= ESTIMATE_FROM)
    linker = _linker(con, table, model)
    found = linker.inference.predict(threshold_match_probability=least)
    prior = model.probability_two_random_records_match
    return Scores(found.physical_name, fields, parameters, _log2_odds(con, prior))


def _learn(
    con: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], count: int
) -> dict[str, dict[str, tuple[float, float]]]:
    """Estimate m and u; return field -> level -> both, where both were seen."""
    from splink import block_on  # noqa: PLC0415
    from splink.internals.exceptions import SplinkException  # noqa: PLC0415

    assumed = tuple(p for field in fields for p in _settled(field, {}))
    linker = _linker(con, table, _model(fields, assumed, count, frequencies=False))
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=_SEED)
    trained = set()
    for columns in TRAINING:
        if _pairs(con, table, columns) >= FEW_PAIRS:
            # Where a level is never met among the matches, splink's estimate of it runs out of numbers and it stops:
            # nothing is learnt from these pairs then.
            with suppress(SplinkException, ValueError):
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on(*columns), estimate_without_term_frequencies=True, max_pairs=TRAINING_PAIRS
                )
                trained |= {f.name for f in fields if not _uses(f, columns)}
    body = linker.misc.save_model_to_json()
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for comparison in body["comparisons"]:
        name = comparison["output_column_name"]
        if name in trained:
            found[name] = {
                level["label_for_charts"]: (level["m_probability"], level["u_probability"])
                for level in comparison["comparison_levels"]
                if isinstance(level.get("m_probability"), float) and isinstance(level.get("u_probability"), float)
            }
    return found


def _settled(field: Field, learnt: dict[str, tuple[float, float]]) -> Iterator[Parameter]:
    """Yield the parameters of a field: those learnt where they can be true, else the assumed ones."""
    same = learnt.get(field.levels[0].words, (0.0, 1.0))
    family = learnt.get(FAMILY, (0.0, 0.0))
    good = same[0] >= _LEAST_SAME and same[0] > same[1] and family[0] <= _MOST_FAMILY
    for place, level in enumerate(field.levels):
        taken = good and level.words in learnt
        m, u = learnt[level.words] if taken else (level.m, level.u)
        gamma = len(field.levels) - 1 - place
        yield Parameter(field.name, level.words, gamma, max(round(m, 9), _LEAST_M), max(round(u, 9), _LEAST_U), taken)


def _model(fields: tuple[Field, ...], parameters: tuple[Parameter, ...], count: int, *, frequencies: bool) -> Any:
    """Return the settings of splink for these fields and probabilities."""
    from splink import SettingsCreator, block_on  # noqa: PLC0415

    odds = {(p.field, p.level): p for p in parameters}
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(field, odds, frequencies=frequencies) for field in fields],
        blocking_rules_to_generate_predictions=[block_on(f"key_{i}") for i in range(1, KEYS + 1)],
        probability_two_random_records_match=min(2 * _DUPLICATES / (count - 1), 0.01),
        unique_id_column_name="record_id",
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(field: Field, odds: dict[tuple[str, str], Parameter], *, frequencies: bool) -> Any:
    from splink import comparison_level_library as levels  # noqa: PLC0415
    from splink.comparison_library import CustomComparison  # noqa: PLC0415

    made: list[Any] = [levels.CustomLevel(field.missing).configure(is_null_level=True, label_for_charts="not known")]
    for level in field.levels:
        own = odds[field.name, level.words]
        one = levels.CustomLevel(level.condition) if level.condition else levels.ElseLevel()
        extra: dict[str, Any] = {"m_probability": own.m, "u_probability": own.u}
        if frequencies and level.frequency is not None:
            extra |= {"tf_adjustment_column": level.frequency, "tf_minimum_u_value": _LEAST_U}
        made.append(one.configure(label_for_charts=level.words, **extra))
    return CustomComparison(output_column_name=field.name, comparison_levels=made)


def _linker(con: duckdb.DuckDBPyConnection, table: str, model: Any) -> Any:
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    api = DuckDBAPI(connection=con)
    return Linker(api.register(table), model, log_level=None, validate_settings=False)


def _known(con: duckdb.DuckDBPyConnection, table: str, field: Field) -> bool:
    """Say whether some record has the field."""
    column = "full_name" if field.name == "name" else field.name
    return _number(con, f"SELECT count({sql.identifier(column)}) FROM {sql.identifier(table)}") > 0


def _uses(field: Field, columns: tuple[str, ...]) -> bool:
    """Say whether a field is decided by one of the columns, so that pairs agreeing in them say nothing of it."""
    return any(column == field.name or column in field.missing for column in columns)


def _pairs(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> int:
    """Count the pairs of records that agree in columns."""
    names = ", ".join(map(sql.identifier, columns))
    known = " AND ".join(f"{sql.identifier(c)} IS NOT NULL" for c in columns)
    groups = f"SELECT count(*) AS n FROM {sql.identifier(table)} WHERE {known} GROUP BY {names}"
    return _number(con, f"SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM ({groups}) AS g")


def _log2_odds(con: duckdb.DuckDBPyConnection, probability: float) -> float:
    row = con.execute("SELECT log2($p / (1 - $p))", {"p": probability}).fetchone()
    return float(row[0]) if row else 0.0


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep splink's remarks on its training to itself; what it could not learn is in the parameters."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


__all__ = ["ESTIMATE_FROM", "Parameter", "Scores", "clear", "score"]
