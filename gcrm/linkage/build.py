"""The stage itself: customers and prospects in; pairs, parties, households and golden records out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.linkage import model
from gcrm.linkage.cluster import Clusters
from gcrm.linkage.comment import write_comments
from gcrm.linkage.engine import clear
from gcrm.linkage.field import FAMILY, OTHER
from gcrm.settings.linkage import GOLDEN
from gcrm.stage import Finding, StageReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import duckdb

    from gcrm.linkage.model import Scores
    from gcrm.settings import Settings
    from gcrm.settings.linkage import Linkage

POPULATIONS = ("person", "company")
#: At an address with more surnames than this, only the same surname makes a household.
MANY_SURNAMES = 50
#: Records at one address are all compared with each other up to this many.
FEW_ALIKE = 20
_VIEW = "gcrm_joined"
#: Fields that neighbours and families do not share.
_PERSONAL = ("official_id", "born_on", "email", "phone")

_TABLES = ("record", "pair", "evidence", "parameter", "member", "golden")
_TEMPORARY = (
    *("reach", "known_name", "scored", "compared_field", "judged", "joined", "cluster"),
    *("family", "relative", "kin", "home", "golden_rule", "trust"),
)


def build_linkage(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Find customers and prospects that are one party, and people of one household.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached read-only and `linkage` read-write.
    settings
        The project's settings, with `[linkage]`.

    Returns
    -------
    StageReport
        Rows per table; how many records were joined, what is left to decide, what could not be joined.

    Raises
    ------
    InternalError
        If the settings have no `[linkage]`, or the model stops.
    """
    rules = settings.linkage
    if rules is None:
        msg = "the stage linkage was asked for without [linkage]"
        raise InternalError(msg)
    sql.run(con, "gcrm.geocode", "macro")
    for name in ("macro", "contact", "name", "record", "parameter"):
        sql.run(con, __package__, name)
    link(con, rules)
    _households(con, rules)
    _golden(con, rules, list(settings.sources))
    write_comments(con)
    report = StageReport("linkage", _rows(con), _findings(con))
    for table in _TEMPORARY:
        con.execute(f"DROP TABLE temp.{sql.identifier(table)}")
    return report


def link(con: duckdb.DuckDBPyConnection, rules: Linkage) -> None:
    """Score the pairs of `linkage.record`, join what is one party, and write `pair` and `evidence`.

    Parameters
    ----------
    con
        Connection with `linkage.record`, `linkage.parameter` and `ingest.sameness`.
    rules
        From which probability on pairs are joined, or shown to people.
    """
    careful = rules.contradictions == "review"
    for name in ("scored", "compared_field"):
        sql.run(con, __package__, name)
    for population in POPULATIONS:
        sql.run(con, __package__, "block", {"population": population, "most": rules.most_alike, "few": FEW_ALIKE})
        found = model.score(con, "compared", population, rules.review)
        if found is not None:
            _keep(con, population, found, careful=careful)
        for name in ("compared", "picked"):
            con.execute(f"DROP TABLE IF EXISTS temp.{name}")
        clear(con)
    sql.run(con, __package__, "judged", {"threshold": rules.threshold, "careful": careful})
    _join(con)
    for name in ("pair", "evidence"):
        sql.run(con, __package__, name)


def _keep(con: duckdb.DuckDBPyConnection, population: str, found: Scores, *, careful: bool) -> None:
    """Keep the pairs that the model found, what each field adds to their weight, and the parameters."""
    compared = {f.name: f for f in found.fields}
    gamma = {name: f"gamma_{name}" if name in compared else "-1" for name in ("name", *_PERSONAL)}
    known = {p.level: str(p.gamma) for p in found.parameters if p.field == "name"}
    others = ", ".join(known[word] for word in OTHER if word in known) or "-2"
    naming = (
        f"CASE WHEN {gamma['name']} = -1 THEN 'unknown' WHEN {gamma['name']} = {known.get(FAMILY, '-2')} THEN 'family' "
        f"WHEN {gamma['name']} IN ({others}) THEN 'other' ELSE 'alike' END"
    )
    personal = " OR ".join(f"{gamma[name]} > 0" for name in _PERSONAL)
    # Neighbours agree in their address alone, and there are many of them.
    neighbours = f"{naming} IN ('unknown', 'other') AND NOT ({personal})" if careful else "false"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE picked AS SELECT *, {naming} AS naming FROM {sql.identifier(found.table)} "
        f"WHERE NOT ({neighbours})"
    )
    table = "picked"
    con.execute(
        "INSERT INTO scored SELECT least(record_id_l, record_id_r), greatest(record_id_l, record_id_r), match_weight, "
        f"match_probability, naming, {gamma['official_id']}, {gamma['born_on']} FROM {table}"
    )
    two = "SELECT least(record_id_l, record_id_r), greatest(record_id_l, record_id_r)"
    before = "any two records"
    con.execute(
        f"INSERT INTO compared_field {two}, 0, $field, $field, $prior FROM {table}",
        {"field": before, "prior": found.prior},
    )
    for place, field in enumerate(found.fields, start=1):
        levels = {p.gamma: p.level for p in found.parameters if p.field == field.name}
        names = {-1: "not known", **levels}
        frequent = any(one.frequency for one in field.levels) and _has(con, table, f"mw_tf_adj_{field.name}")
        weight = f"mw_{field.name}" + (f" + mw_tf_adj_{field.name}" if frequent else "")
        con.execute(
            f"INSERT INTO compared_field {two}, $place, $field, "
            f"list_extract($names, list_position($gammas, gamma_{field.name})), {weight} FROM {table}",
            {"place": place, "field": field.name, "names": list(names.values()), "gammas": list(names)},
        )
    con.executemany(
        "INSERT INTO linkage.parameter VALUES (?, ?, ?, ?, ?, ?, round(log2(?::DOUBLE / ?::DOUBLE), 3), ?)",
        [
            (population, p.field, list(compared).index(p.field) + 1, p.level, p.m, p.u, p.m, p.u, p.estimated)
            for p in found.parameters
        ],
    )


def _has(con: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    query = "SELECT count(*) FROM duckdb_columns() WHERE table_name = $table AND column_name = $column"
    row = con.execute(query, {"table": table, "column": column}).fetchone()
    return bool(row and row[0])


def _join(con: duckdb.DuckDBPyConnection) -> None:
    """Join records to parties: what people said first, then the likeliest; never two that are different."""
    different = _two(con, "rule NOT IN ('decided_same', 'became', 'likely', 'unsure')")
    clusters = Clusters(different)
    said = "CASE rule WHEN 'decided_same' THEN 0 WHEN 'became' THEN 1 ELSE 2 END"
    order = f"ORDER BY {said}, round(weight, 6) DESC, record_a, record_b"
    for a, b in _two(con, f"rule IN ('decided_same', 'became', 'likely') {order}"):
        clusters.join(a, b)
    _write(con, "cluster", clusters.joined)


def _two(con: duckdb.DuckDBPyConnection, condition: str) -> list[tuple[int, int]]:
    return con.execute(f"SELECT record_a, record_b FROM judged WHERE {condition}").fetchall()


def _write(con: duckdb.DuckDBPyConnection, table: str, joined: Mapping[int, int]) -> None:
    """Write the temporary table of who stands for whom."""
    rows = pa.table({"member": pa.array(joined, pa.int64()), "root": pa.array(joined.values(), pa.int64())})
    sql.run(con, __package__, "joined")
    con.register(_VIEW, rows)
    try:
        con.execute(f"INSERT INTO joined SELECT member, root FROM {_VIEW}")
    finally:
        con.unregister(_VIEW)
    sql.run(con, __package__, table)


def _households(con: duckdb.DuckDBPyConnection, rules: Linkage) -> None:
    """Find the households, and write who belongs to which party and household."""
    values = {"many": MANY_SURNAMES, "likeness": rules.household_likeness, "most": rules.household_most}
    for name in ("surname", "relative"):
        sql.run(con, __package__, name, values)
    clusters = Clusters()
    for a, b in con.execute("SELECT family_a, family_b FROM relative ORDER BY ALL").fetchall():
        clusters.join(a, b)
    _write(con, "kin", clusters.joined)
    for name in ("household", "member"):
        sql.run(con, __package__, name, values)


def _golden(con: duckdb.DuckDBPyConnection, rules: Linkage, sources: Iterable[str]) -> None:
    """Write the values that count for parties of several records."""
    trust = [*rules.trust, *(s for s in sources if s not in rules.trust)]
    chosen: dict[str, str] = {**GOLDEN, **rules.golden}
    sql.run(con, __package__, "trust", {"trusted": trust})
    sql.run(con, __package__, "golden_rule", {"fields": list(chosen), "rules": list(chosen.values())})
    sql.run(con, __package__, "golden", {"sources": len(trust) + 1})


def _rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {table: sql.number(con, f"SELECT count(*) FROM linkage.{sql.identifier(table)}") for table in _TABLES}


def _findings(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Say what was joined, what people should decide, and what they decided that cannot be."""
    joined = sql.number(con, "SELECT count(*) - count(DISTINCT party_id) FROM linkage.member")
    unsure = sql.number(con, "SELECT count(*) FROM linkage.pair WHERE state = 'open'")
    refused = sql.number(con, "SELECT count(*) FROM linkage.pair WHERE rule IN ('decided_same', 'became') AND NOT same")
    crowded = sql.number(con, "SELECT count(*) FROM home WHERE crowded")
    said = (
        ("duplicate", joined, "records belong to a party that another record stands for"),
        ("unsure", unsure, "pairs may be one party; a person should decide (gcrm duplicates)"),
        ("conflict", refused, "pairs are said to be one party, and others that it would join are said to be different"),
        ("crowded", crowded, "people of one surname at an address without units were not taken for one household"),
    )
    return tuple(Finding(kind, "linkage", count, detail) for kind, count, detail in said if count)
