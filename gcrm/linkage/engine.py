"""Splink as the engine of the model: fields and probabilities in its words, and what it leaves behind."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.linkage.field import KEYS
from gcrm.linkage.parameter import LEAST_U

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from gcrm.linkage.field import Field
    from gcrm.linkage.parameter import Parameter

#: How many of a hundred records are assumed to have a duplicate, where nothing is known.
_DUPLICATES = 0.05


def model_of(fields: Sequence[Field], parameters: Sequence[Parameter], count: int, *, frequencies: bool) -> Any:
    """Return a model in splink's words.

    Parameters
    ----------
    fields
        Fields that are compared.
    parameters
        Probabilities of every level of these.
    count
        Records that are compared; at least 2.
    frequencies
        Whether a rare value counts more than a frequent one.

    Returns
    -------
    splink.SettingsCreator
        The model.
    """
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
            extra |= {"tf_adjustment_column": level.frequency, "tf_minimum_u_value": LEAST_U}
        made.append(one.configure(label_for_charts=level.words, **extra))
    return CustomComparison(output_column_name=field.name, comparison_levels=made)


def linker_of(con: duckdb.DuckDBPyConnection, table: str, model: Any) -> Any:
    """Return splink, ready to work on a table; what it makes is dropped by `clear`.

    Parameters
    ----------
    con
        Connection with the records.
    table
        Temporary table: one row per record, with the columns that the model names.
    model
        What `model_of` returned.

    Returns
    -------
    splink.Linker
        The linker.
    """
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    api = DuckDBAPI(connection=con)
    return Linker(api.register(table), model, log_level=None, validate_settings=False)


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what splink left on the connection."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '\\_\\_splink\\_\\_%' ESCAPE '\\'"
    )
    for (name,) in names.fetchall():
        con.execute(f"DROP TABLE {sql.identifier(name)}")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep splink's remarks on its training to itself; what it could not learn is in the parameters.

    Yields
    ------
    None
        While this lasts, only errors are logged.
    """
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
