"""The stock of addresses that a project has in reference packs, as temporary tables of the stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.geocode.pack import TABLES, read_pack

if TYPE_CHECKING:
    import duckdb

    from gcrm.geocode.pack import Pack
    from gcrm.settings import Settings

#: The tables, and the file that makes each one, empty.
_TABLES = {name: f"pack_{name}" for name in ("point", "range", "street", "place", "postcode")}
_FILES = ("pack_point", "pack_range", "pack_street", "pack_place", "pack_postcode")


def packs_of(settings: Settings) -> tuple[Pack, ...]:
    """Return the packs that a project names.

    Parameters
    ----------
    settings
        The project's settings.

    Returns
    -------
    tuple of Pack
        The first one first.

    Raises
    ------
    SourceError
        If one is missing or damaged.
    """
    return tuple(read_pack(folder) for folder in settings.geocode.pack_folders)


def write_packs(
    con: duckdb.DuckDBPyConnection, settings: Settings, apart_m: float, *, empty: bool = False
) -> tuple[Pack, ...]:
    """Write the temporary tables `pack_point`, `pack_range`, `pack_street`, `pack_place` and `pack_postcode`.

    They are empty without packs. An address that several packs have at one spot is taken from the first of them.

    Parameters
    ----------
    con
        Connection of the stage, with the functions of its SQL made.
    settings
        The project's settings.
    apart_m
        Points of one address farther apart than this are different places, in metres.
    empty
        Only make the tables: what was made of the packs is there already.

    Returns
    -------
    tuple of Pack
        The packs that were read.

    Raises
    ------
    SourceError
        If a pack is missing or damaged.
    """
    for name in _FILES:
        sql.run(con, __package__, name)
    packs = () if empty else packs_of(settings)
    for number, pack in enumerate(packs, 1):
        for table, target in _TABLES.items():
            columns = ", ".join(sql.identifier(field.name) for field in TABLES[table])
            con.execute(
                f"INSERT INTO {sql.identifier(target)} SELECT CAST($number AS SMALLINT), {columns} "
                "FROM read_parquet($path, hive_partitioning = false)",
                {"number": number, "path": sql.one_file(pack.file(table))},
            )
    if len(packs) > 1:
        sql.run(con, __package__, "pack_twin", {"apart_m": apart_m})
        con.execute("DELETE FROM pack_point WHERE rowid IN (SELECT point FROM pack_twin)")
        con.execute("DROP TABLE temp.pack_twin")
    return packs


def drop_packs(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `write_packs` wrote."""
    for name in _TABLES.values():
        con.execute(f"DROP TABLE temp.{sql.identifier(name)}")
