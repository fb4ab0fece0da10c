"""A small company made of literal rows: the tables that the stages before the warehouse would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.access.scope import LOCAL
from gcrm.columns import FIGURES, KINDS
from gcrm.cube import ask as asking
from gcrm.cube.build import build_cube
from gcrm.cube.question import Question
from gcrm.enrich import build_enrich
from gcrm.settings import Settings
from gcrm.warehouse import build_warehouse

if TYPE_CHECKING:
    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.cube.ask import Answer

_EXTRA = {
    "region": "source VARCHAR, hierarchy VARCHAR, level VARCHAR",
    "zone_statistic": "source VARCHAR, hierarchy VARCHAR, level VARCHAR",
    **dict.fromkeys(
        ("movement", "floating_population"), "source VARCHAR, row_no BIGINT, hierarchy VARCHAR, level VARCHAR"
    ),
}
_OTHER = {
    "ingest.residence": (
        "building_id VARCHAR, residence_type VARCHAR, units BIGINT, decided_on DATE, source VARCHAR, row_no BIGINT"
    ),
    "ingest.task": (
        "task_id VARCHAR, subject_kind VARCHAR, subject_id VARCHAR, level VARCHAR, title VARCHAR, due_on DATE, "
        "owner_id VARCHAR, state VARCHAR, created_on DATE, source VARCHAR, row_no BIGINT"
    ),
    "geocode.location": (
        "location_id BIGINT, address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, postcode VARCHAR, "
        "city VARCHAR, lon DOUBLE, lat DOUBLE, match_level VARCHAR, confidence DOUBLE, error_m DOUBLE, "
        "status VARCHAR, matched_address VARCHAR, precision VARCHAR"
    ),
    "geocode.record_location": "kind VARCHAR, source VARCHAR, row_no BIGINT, location_id BIGINT",
    "conform.layer": (
        "layer_id SMALLINT, hierarchy VARCHAR, level VARCHAR, depth INTEGER, overlapping BOOLEAN, "
        "resolution INTEGER, regions INTEGER"
    ),
    "conform.region": (
        "region_key INTEGER, layer_id SMALLINT, hierarchy VARCHAR, level VARCHAR, region_id VARCHAR, name VARCHAR, "
        "parent_id VARCHAR, parent_key INTEGER, valid_from DATE, valid_to DATE, geometry BLOB, area_m2 DOUBLE, "
        "lon DOUBLE, lat DOUBLE, repaired BOOLEAN"
    ),
    "conform.location_region": (
        "location_id BIGINT, layer_id SMALLINT, region_key INTEGER, valid_from DATE, valid_to DATE"
    ),
    "conform.location_cell": "location_id BIGINT, h3_r8 UBIGINT",
}
SETTINGS = Settings.model_validate(
    {
        "project": {"name": "Literal", "metric_crs": "EPSG:32610"},
        "hierarchies": {
            "city": {"levels": ["district", "zone"]},
            "trade": {"levels": ["area"], "overlapping": True},
            "postal": {"levels": ["zip"]},
        },
        "cell_resolutions": [8],
    }
)


def tables() -> dict[str, str]:
    """Every table before the warehouse, and its columns."""
    found = {}
    for kind in KINDS.values():
        columns = ", ".join(f"{f.name} {f.sql_type}" for f in kind.fields)
        extra = _EXTRA.get(kind.table, "source VARCHAR, row_no BIGINT")
        figures = f"attractions {FIGURES}, " if kind.attractive else ""
        found[f'ingest."{kind.table}"'] = f"{columns}, {figures}{extra}"
    return found | _OTHER


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert literal rows; columns that a row does not name are null."""
    for row in rows:
        names = ", ".join(f'"{n}"' for n in row)
        con.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def build(rows: dict[str, list[dict[str, Any]]], settings: Settings = SETTINGS) -> duckdb.DuckDBPyConnection:
    """Build warehouse and cube from literal rows of the stages before."""
    con = sql.connect(spatial=True)
    for stage in ("ingest", "geocode", "conform", "enrich", "warehouse", "cube"):
        con.execute(f"ATTACH ':memory:' AS {stage}")
    for table, columns in tables().items():
        con.execute(f"CREATE TABLE {table} ({columns})")
    for table, literal in rows.items():
        insert(con, table, literal)
    build_enrich(con, settings=settings)
    build_warehouse(con, settings=settings)
    build_cube(con, settings=settings)
    return con


def ask(con: duckdb.DuckDBPyConnection, *, settings: Settings = SETTINGS, scope: Scope = LOCAL, **words: Any) -> Answer:
    """Ask in words, as `Workspace.query` does."""
    lists = {name: tuple(words[name]) for name in ("measures", "by", "having") if name in words}
    return asking.ask(con, Question(**{**words, **lists}), settings=settings, scope=scope)
