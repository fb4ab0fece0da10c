"""Literal customers, prospects and contacts, and the stage linkage over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.linkage import build_linkage
from gcrm.settings import Settings
from tests.star import insert

if TYPE_CHECKING:
    import duckdb

    from gcrm.stage import StageReport

_TABLES = {
    "geocode.location": (
        "location_id BIGINT, address VARCHAR, house_number VARCHAR, street VARCHAR, unit VARCHAR, postcode VARCHAR, "
        "city VARCHAR, lon DOUBLE, lat DOUBLE, match_level VARCHAR"
    ),
    "geocode.record_location": "kind VARCHAR, source VARCHAR, row_no BIGINT, location_id BIGINT",
}
#: Address -> its parts; the second way to write the first one stands at the same point.
PLACES = {
    "12 Alpha St, 94110": ("12", "Alpha St", None, "94110", -122.41, 37.75),
    "12 Alpha Street, 94110": ("12", "Alpha Street", None, "94110", -122.41, 37.75),
    "12 Alpha St Apt 3, 94110": ("12", "Alpha St", "3", "94110", -122.41, 37.75),
    "7 Beta Ave, 94112": ("7", "Beta Ave", None, "94112", -122.44, 37.72),
}


def customer(id: str, name: str, address: str | None = "12 Alpha St, 94110", **more: Any) -> dict[str, Any]:  # noqa: A002
    """One customer."""
    return {"customer_id": id, "name": name, "address": address, **more}


def settings(**linkage: Any) -> Settings:
    """Settings with these keys of `[linkage]`."""
    sources = {name: {"kind": "customers", "path": f"{name}.csv"} for name in ("files", "shop")}
    project = {"name": "Literal", "metric_crs": "EPSG:32610"}
    return Settings.model_validate({"project": project, "sources": sources, "linkage": linkage})


def link(
    customers: list[dict[str, Any]],
    prospects: list[dict[str, Any]] | None = None,
    contacts: list[dict[str, Any]] | None = None,
    decisions: list[tuple[str, str, bool]] | None = None,
    **linkage: Any,
) -> tuple[duckdb.DuckDBPyConnection, StageReport]:
    """Run the stage over these rows; decisions are about two customers each."""
    con = sql.connect()
    for stage in ("ingest", "geocode", "linkage"):
        con.execute(f"ATTACH ':memory:' AS {stage}")
    for kind in KINDS.values():
        columns = ", ".join(f"{f.name} {f.sql_type}" for f in kind.fields)
        con.execute(f'CREATE TABLE ingest."{kind.table}" ({columns}, source VARCHAR, row_no BIGINT)')
    sql.run(con, "gcrm.ingest", "sameness")
    for table, columns in _TABLES.items():
        con.execute(f"CREATE TABLE {table} ({columns})")
    for number, (address, place) in enumerate(PLACES.items(), start=1):
        names = ("house_number", "street", "unit", "postcode", "lon", "lat")
        row = {
            "location_id": number,
            "address": address,
            "match_level": "exact",
            **dict(zip(names, place, strict=True)),
        }
        insert(con, "geocode.location", [row])
    for kind, rows in (("customer", customers), ("prospect", prospects or [])):
        for number, row in enumerate(rows, start=1):
            own = {"source": "files", "row_no": number, **row}
            address = own.pop("address", None)
            insert(con, f"ingest.{kind}", [own])
            if address is not None:
                at = {"kind": kind, "source": own["source"], "row_no": number}
                insert(con, "geocode.record_location", [{**at, "location_id": list(PLACES).index(address) + 1}])
    insert(con, "ingest.contact", [{"source": "files", "row_no": i, **c} for i, c in enumerate(contacts or [])])
    for a, b, same in decisions or []:
        two = {"subject_kind": "customer", "subject_id": a, "other_kind": "customer", "other_id": b, "same": same}
        insert(con, "ingest.sameness", [two])
    report = build_linkage(con, settings=settings(**linkage))
    return con, report


def parties(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Identifier of each record -> its party."""
    return dict(con.execute("SELECT id, party_id FROM linkage.member ORDER BY record_id").fetchall())


def rules(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, str]]:
    """Both identifiers of each pair -> its rule and state."""
    rows = con.execute("SELECT id_a, id_b, rule, state FROM linkage.pair").fetchall()
    return {(a, b): (rule, state) for a, b, rule, state in rows}
