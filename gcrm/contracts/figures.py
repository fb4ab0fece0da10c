"""The figures of a load: what each source brought, in numbers that stand in the manifest and hold no one's data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.settings.contract import Contract, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.columns import Kind
    from gcrm.settings import Settings

#: In place of a match level, for records whose place was not found.
NOWHERE = "nowhere"
_SOURCES = """
    SELECT source, kind, list(file ORDER BY file), string_agg(DISTINCT crs, ', ' ORDER BY crs), sum(rows_in)::BIGINT,
        sum(rows_loaded)::BIGINT, sum(rows_rejected)::BIGINT, sum(rows_superseded + rows_deleted)::BIGINT
    FROM ingest.source GROUP BY source, kind ORDER BY min(rowid)
"""
_REASONS = "SELECT source, reason, count(*) FROM ingest.reject GROUP BY ALL ORDER BY ALL"
_LOCATED = f"""
    SELECT r.source, coalesce(l.match_level, '{NOWHERE}'), count(*)
    FROM geocode.record_location AS r JOIN geocode.location AS l ON l.location_id = r.location_id
    GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Figures:
    """What one source brought.

    Attributes
    ----------
    kind
        What its rows are.
    files
        Its files, as gcrm.toml names them.
    crs
        CRS of its coordinates; null where it has none.
    rows_in, rows_loaded, rows_rejected
        Records read, loaded and rejected.
    rows_replaced
        Records for which a later change stands, or that say that the record is gone.
    reasons
        Reason of rejection -> records.
    located
        Match level (`nowhere` without one) -> records; empty for kinds without places.
    filled
        Columns in which any loaded row has a value.
    sums
        Column -> sum over the loaded rows, as a decimal number; null where no row has a value. Money, and what the
        contract names.
    newest
        Column -> newest value, ISO 8601; null where no row has one. What the contract names.
    known
        Column -> values that are known, and values in all. What the contract names.
    """

    kind: str
    files: tuple[str, ...]
    crs: str | None
    rows_in: int
    rows_loaded: int
    rows_rejected: int
    rows_replaced: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    located: dict[str, int] = field(default_factory=dict)
    filled: tuple[str, ...] = ()
    sums: dict[str, str | None] = field(default_factory=dict)
    newest: dict[str, str | None] = field(default_factory=dict)
    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self) | {"files": list(self.files), "filled": list(self.filled)}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Return the figures that `plain` gave."""
        pairs = {"files": tuple(values["files"]), "filled": tuple(values["filled"])}
        return cls(**{**values, **pairs, "known": {c: (int(n), int(m)) for c, (n, m) in values["known"].items()}})


def measure(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> dict[str, Figures]:
    """Count what each source brought.

    Parameters
    ----------
    con
        Connection with `ingest` and `geocode` attached.
    settings
        The settings they were built with.

    Returns
    -------
    dict
        Source -> its figures, in the order of gcrm.toml.
    """
    reasons = _by_source(con, _REASONS)
    located = _by_source(con, _LOCATED)
    found = {}
    for source, kind, files, crs, *rows in con.execute(_SOURCES).fetchall():
        contract = settings.sources[source].contract if source in settings.sources else Contract()
        columns = _columns(con, source, KINDS[kind], contract) if kind in KINDS else {}
        words = {"reasons": reasons.get(source, {}), "located": located.get(source, {})}
        name = source if source in settings.sources else f"{source} {kind}"
        found[name] = Figures(kind, tuple(files), crs, *rows, **(words | columns))
    return found


def _by_source(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for source, word, count in con.execute(query).fetchall():
        found.setdefault(source, {})[word] = count
    return found


def _columns(con: duckdb.DuckDBPyConnection, source: str, kind: Kind, contract: Contract) -> dict[str, Any]:
    """Measure the columns of a source's loaded rows."""
    money = [f.name for f in kind.fields if f.type == "money"]
    sums = [name for name in kind.field_names if name in money or name in contract.sum]
    newest = list(contract.newest)
    table, own = _table(kind), "source = $source"
    filled = [f"EXISTS (FROM {table} WHERE {own} AND {sql.identifier(n)} IS NOT NULL)" for n in kind.field_names]
    wanted = [_sum(kind, name) for name in sums] + [f"max({sql.identifier(name)})::VARCHAR" for name in newest]
    row = _row(con, f"SELECT {', '.join(filled)}", source)
    figures = _row(con, f"SELECT {', '.join(wanted or ['count(*)'])} FROM {table} WHERE {own}", source)
    return {
        "filled": tuple(name for name, any_value in zip(kind.field_names, row, strict=True) if any_value),
        "sums": {name: _text(value) for name, value in zip(sums, figures, strict=False)},
        "newest": dict(zip(newest, figures[len(sums) :], strict=False)),
        "known": {column: _known(con, source, kind, column) for column in contract.known},
    }


def _table(kind: Kind) -> str:
    return f"ingest.{sql.identifier(kind.table)}"


def _row(con: duckdb.DuckDBPyConnection, query: str, source: str) -> tuple[Any, ...]:
    return tuple(con.execute(query, {"source": source} if "$source" in query else {}).fetchall()[0])


def _sum(kind: Kind, name: str) -> str:
    """Return the sum of a column; that of floating numbers with the error of its order taken out."""
    floating = kind.field(name).type == "number"
    return f"fsum({sql.identifier(name)})" if floating else f"sum({sql.identifier(name)})"


def _text(value: Any) -> str | None:
    """Write a sum as a decimal number, floating ones to the digits that do not depend on the order of the rows."""
    if value is None:
        return None
    return format(Decimal(format(value, ".12g")), "f") if isinstance(value, float) else str(value)


def _known(con: duckdb.DuckDBPyConnection, source: str, kind: Kind, column: str) -> tuple[int, int]:
    """Count the values of a column that name a row of the other kind, and the values in all."""
    other = KINDS[references(kind)[column]]
    name = sql.identifier(column)
    same_level = " AND o.level = t.level" if kind.name == "zone_statistics" else ""
    query = f"""
        SELECT count(*) FILTER (EXISTS (FROM {_table(other)} AS o WHERE o.{name} = t.{name}{same_level})), count(*)
        FROM {_table(kind)} AS t WHERE t.source = $source AND t.{name} IS NOT NULL
    """
    known, values = _row(con, query, source)
    return int(known), int(values)
