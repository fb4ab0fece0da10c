"""A workbench: the stage run without a project, over packs and an empty `ingest`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.geocode.pack import read_pack
from gcrm.geocode.pack.build import MEMORY_LIMIT, Origins, build_pack
from gcrm.geocode.pack.label import check_country
from gcrm.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from gcrm.geocode.pack import Pack

#: What an address may come in: as one text, or in parts.
PARTS = ("address", "house_number", "street", "unit", "postcode", "city")


@contextmanager
def open_stages(folder: Path, *, memory: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty `ingest` and an empty `geocode`; both spill into the folder.

    Parameters
    ----------
    folder
        Folder that lasts as long as the connection.
    memory
        Hold both in one database in memory: no file has to be written, and one transaction may change both.

    Yields
    ------
    duckdb.DuckDBPyConnection
        The connection.
    """
    spill = folder / "spill"
    spill.mkdir()
    with sql.connect(memory_limit=MEMORY_LIMIT, temp_folder=spill) as con:
        con.execute("SET GLOBAL preserve_insertion_order = true")
        for stage in ("ingest", "geocode"):
            if memory:
                con.execute(f"CREATE SCHEMA {stage}")
            else:
                con.execute(f"ATTACH {sql.literal(str(folder / f'{stage}.duckdb'))} AS {stage}")
        for kind in KINDS.values():
            fields = ", ".join(f"{sql.identifier(f.name)} {f.sql_type}" for f in kind.fields)
            con.execute(f"CREATE TABLE ingest.{sql.identifier(kind.table)} ({fields}, source VARCHAR, row_no BIGINT)")
        yield con


def open_pack(reference: Path, folder: Path, i: int) -> Pack:
    """Open a pack: the reference itself, or one made of it.

    Parameters
    ----------
    reference
        A pack, or a file with addresses.
    folder
        Where a pack is made.
    i
        Number of the reference among others.

    Returns
    -------
    Pack
        The pack.

    Raises
    ------
    SourceError
        If it cannot be read.
    """
    if reference.is_dir():
        return read_pack(reference)
    return build_pack([reference], folder / f"{i}.pack", Origins(name=reference.name))


def settings_of(packs: Sequence[Pack], country: str | None) -> Settings:
    """Return settings that name the packs, as a project would.

    Parameters
    ----------
    packs
        The packs, the surest first.
    country
        Two letters of ISO 3166: by whose habits addresses are understood; that of the first pack that has one where
        null.

    Returns
    -------
    Settings
        The settings of a project without sources.

    Raises
    ------
    SourceError
        If the country is not written as two letters.
    """
    return Settings.model_validate(
        {
            "project": {"name": "workbench", "metric_crs": "EPSG:3857"},
            "geocode": {
                "country": check_country(country or next(filter(None, (pack.country for pack in packs)), None)),
                "packs": [str(pack.folder.absolute()) for pack in packs],
            },
        }
    )
