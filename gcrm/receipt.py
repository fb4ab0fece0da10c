"""Receipts: what a figure rests on, in plain values that can be kept, compared and asked again.

A receipt holds the question in words, hashes of all that the answer depends on, and a hash of the answer; no record.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb

from gcrm import __version__, sql
from gcrm.fingerprint import code_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.cube.ask import Answer
    from gcrm.warehouse.reader import Reader

#: What figures depend on -> how it is told when it is another.
CAUSES = {
    "data": "data: records, their places or the statistics of regions are others",
    "boundaries": "boundaries: regions are others, or valid on other days",
    "model": "model: gcrm.toml declares other measures, dimensions, hierarchies or limits of privacy",
    "code": "code: another version of gcrm or DuckDB answers",
    "scope": "scope: somebody asks who may see other regions or records",
}
#: Cause -> tables that are compared, and columns that are not: they are large, or follow from others.
_TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "data": {
        **dict.fromkeys(("dim_customer", "dim_prospect", "dim_product", "dim_location"), ()),
        **dict.fromkeys(("fact_order", "fact_order_line", "fact_interaction", "fact_zone_statistic"), ()),
    },
    "boundaries": {"dim_region": ("geometry",)},
}
#: Settings of `[cube]` that say what is kept ready; they change no figure.
_READY = ("space_mb", "cuboids_from")
_KEPT = 8
_known: dict[str, dict[str, str]] = {}


def receipt_of(reader: Reader, answer: Answer, scope: Scope) -> dict[str, Any]:
    """Return the receipt of an answer.

    Parameters
    ----------
    reader
        The snapshot that answered.
    answer
        The answer.
    scope
        Who asked.

    Returns
    -------
    dict
        `id` (the same for the same answer from the same snapshot and code), `asked` (the question in words), `answer`
        (hash of the rows), `basis` (cause -> hash), `snapshot`, `manifest`, `scope`, `sql`, `parameters` and `gcrm`.
    """
    found = {
        "asked": answer.question.words(),
        "answer": digest(answer.table),
        "snapshot": reader.manifest.id,
        "scope": scope.name,
        "basis": basis(reader, scope),
        "gcrm": __version__,
    }
    return {
        "id": _hash(found),
        **found,
        "manifest": reader.manifest.sequence,
        "sql": answer.sql,
        "parameters": {k: str(v) for k, v in answer.parameters.items()},
    }


def digest(table: pa.Table) -> str:
    """Return the hash of an answer's rows, in whatever order; floats count with nine digits.

    Parameters
    ----------
    table
        The answer.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    rows = sorted(json.dumps([_plain(v) for v in row.values()], default=str) for row in table.to_pylist())
    return hashlib.sha256("\n".join([json.dumps(table.column_names), *rows]).encode()).hexdigest()


def basis(reader: Reader, scope: Scope) -> dict[str, str]:
    """Return what figures depend on: cause -> hash, for each of `CAUSES`.

    Parameters
    ----------
    reader
        The snapshot; its tables are read once per process.
    scope
        Who asks.

    Returns
    -------
    dict of str to str
        Cause -> hash.
    """
    settings = reader.settings
    model = settings.model_dump(mode="json", include={"cube", "hierarchies", "cell_resolutions", "privacy"})
    model["cube"] = {key: value for key, value in model["cube"].items() if key not in _READY}
    rights = [sorted((level, *ids) for level, ids in scope.regions.items()), scope.record_rights]
    return {**_contents(reader), "model": _hash(model), "code": _code(), "scope": _hash(rights)}


def changes(receipt: Mapping[str, Any], now: Mapping[str, str], forgotten: int = 0) -> tuple[str, ...]:
    """Name what is otherwise than when a receipt was made.

    Parameters
    ----------
    receipt
        The receipt.
    now
        Cause -> hash, now.
    forgotten
        People who were forgotten since.

    Returns
    -------
    tuple of str
        One line per cause; none where all is the same.
    """
    then = receipt["basis"]
    found = [words for cause, words in CAUSES.items() if then.get(cause) != now.get(cause)]
    if forgotten and then.get("data") != now.get("data"):
        found.insert(0, f"erased inputs: {forgotten:,} people were forgotten since, and their records are gone")
    return tuple(found)


@cache
def _code() -> str:
    return _hash([__version__, duckdb.__version__, code_hash("cube")])


def _contents(reader: Reader) -> dict[str, str]:
    """Hash the rows of the tables that figures are taken from, whatever their order; a snapshot never changes."""
    key = reader.manifest.id
    if key not in _known:
        con = reader.cursor()
        found = {}
        for cause, tables in _TABLES.items():
            sums = []
            for table, without in tables.items():
                left = f" EXCLUDE ({', '.join(map(sql.identifier, without))})" if without else ""
                rows = f"(SELECT *{left} FROM warehouse.{sql.identifier(table)}) AS t"
                sums.append([table, *map(str, con.execute(f"SELECT count(*), sum(hash(t)) FROM {rows}").fetchall()[0])])
            found[cause] = _hash(sums)
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)), None)
        _known[key] = found
    return _known[key]


def _plain(value: Any) -> Any:
    return format(value, ".9g") if isinstance(value, float) else value


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]
