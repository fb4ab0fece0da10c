"""Training: what the records themselves say of the probabilities, without any known links."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.linkage.engine import linker_of, model_of
from gcrm.linkage.field import TRAINING
from gcrm.linkage.parameter import settled

if TYPE_CHECKING:
    import duckdb

    from gcrm.linkage.field import Field

#: Random pairs that u is estimated from, and most pairs that m is estimated from for each field agreed on.
RANDOM_PAIRS = 500_000
TRAINING_PAIRS = 500_000
#: With fewer pairs that agree in a field, nothing is learnt from them.
FEW_PAIRS = 200
_SEED = 20


def learn(
    con: duckdb.DuckDBPyConnection, table: str, fields: tuple[Field, ...], count: int
) -> dict[str, dict[str, tuple[float, float]]]:
    """Estimate m and u.

    Parameters
    ----------
    con
        Connection with the records.
    table
        Temporary table: one row per record, with the columns of `linkage.record` and `key_1`, `key_2`, ...
    fields
        Fields that are compared.
    count
        Rows of the table.

    Returns
    -------
    dict
        Field -> words of a level -> m and u, where both were seen.

    Raises
    ------
    splink.internals.exceptions.SplinkException
        If splink stops.
    """
    from splink import block_on  # noqa: PLC0415
    from splink.internals.exceptions import SplinkException  # noqa: PLC0415

    assumed = tuple(p for field in fields for p in settled(field, {}))
    linker = linker_of(con, table, model_of(fields, assumed, count, frequencies=False))
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


def _uses(field: Field, columns: tuple[str, ...]) -> bool:
    """Say whether a field is decided by one of the columns, so that pairs agreeing in them say nothing of it."""
    return any(column == field.name or column in field.missing for column in columns)


def _pairs(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> int:
    """Count the pairs of records that agree in columns."""
    names = ", ".join(map(sql.identifier, columns))
    known = " AND ".join(f"{sql.identifier(c)} IS NOT NULL" for c in columns)
    groups = f"SELECT count(*) AS n FROM {sql.identifier(table)} WHERE {known} GROUP BY {names}"
    return sql.number(con, f"SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM ({groups}) AS g")
