"""A reference that is opened once and asked for one address at a time."""

from __future__ import annotations

import tempfile
import threading
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import pyarrow as pa

from gcrm import sql
from gcrm.columns import KINDS
from gcrm.errors import SourceError
from gcrm.geocode.build import values_of, write_matches, write_reference
from gcrm.geocode.found import Alternative, Found
from gcrm.geocode.matching import rule
from gcrm.geocode.plain import of_reference, write_functions
from gcrm.geocode.prepared import PreparedConnection
from gcrm.geocode.reading.order import write_second_reading
from gcrm.geocode.reference import held
from gcrm.geocode.result.location import write_record_locations
from gcrm.geocode.single.connection import SingleConnection
from gcrm.geocode.workbench import PARTS, open_pack, open_stages, settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: So few addresses are found by one thread: two and plans of their own take half as much again of the processors, and
#: no less time.
_FEW = 50_000
_COLUMNS = (*(field.name for field in KINDS["customers"].fields), "source", "row_no")
#: What cannot have rows where these have none.
_GATES = {
    "open": ("mend", "said", "name", "beginning", "street_pair", "candidate", "choice", "answer", "unanswered"),
    "street_pair": ("alike",),
    "choice": ("geocode.alternative",),
    "unanswered": ("meant", "near", "crossed"),
    "meant": ("surrounded", "member"),
    "surrounded": ("enclosed",),
    "member": ("middle",),
    "crossed": ("crossing",),
}
#: What stays as it is whatever is asked.
_HELD = (*held.HELD, *rule.TABLES, "word", "habit", "confidence", "parcel_point", "geocode.reference")
#: Longer texts are read by DuckDB, whose patterns take no longer the more there is to try.
_LONG = 200
#: So many addresses are asked for at once when a reference is opened.
_WARM = 16
#: Of many addresses only the answers are told.
_UNTOLD = ("geocode.alternative",)
_NAMES = tuple(field.name for field in fields(Found)[:-1])
_FOUND = f"""
    SELECT {", ".join(field.name for field in fields(Found)[:-2])},
        (SELECT version FROM reference_version)
    FROM match
"""
_ALL = f"""
    SELECT {", ".join("m." + field.name for field in fields(Found)[:-2])},
        (SELECT version FROM reference_version) AS reference_version
    FROM geocode.record_location AS r
    INNER JOIN match AS m ON m.location_id = r.location_id
    WHERE r.kind = 'customer'
    ORDER BY r.row_no
"""
_ALTERNATIVES = (
    f"SELECT {', '.join(field.name for field in fields(Alternative))} FROM geocode.alternative ORDER BY rank"
)


class Geocoder:
    """A reference kept ready for single addresses: the stage's own SQL answers, made functions once.

    Asking takes a few milliseconds; many addresses at once are found faster by `find_all`.
    Threads may share one; they are served one after the other.

    Parameters
    ----------
    *references
        Reference packs, or files with addresses that a pack can be made of; the first one counts where several know
        an address.
    country
        Two letters of ISO 3166: by whose habits addresses are understood; that of the reference where null.

    Raises
    ------
    SourceError
        If a reference cannot be read.
    """

    def __init__(self, *references: Path | str, country: str | None = None) -> None:
        if not references:
            msg = "A geocoder needs a reference: the path of a pack, or of a file with addresses."
            raise SourceError(msg)
        self._lock = threading.Lock()
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gcrm-")))
            self._con = stack.enter_context(open_stages(folder, memory=True))
            self.references = tuple(open_pack(Path(path), folder, i) for i, path in enumerate(references))
            write_reference(self._con, settings_of(self.references, country))
            self._threads = sql.number(self._con, "SELECT current_setting('threads')")
            # What was said of the reference is known now, and what it was worked out by would be compared in each ask.
            for table in ("pack_point", "name", "middle"):
                self._con.execute(f"DELETE FROM {table}")
            # Single rows gain nothing by several threads.
            self._con.execute("SET threads = 1")
            # A few hundred candidates are looked up by the index, not by a scan of all.
            self._con.execute("SET dynamic_or_filter_threshold = 1000")
            self._plan()
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        """Return the geocoder itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the reference go."""
        self.close()

    def close(self) -> None:
        """Let the reference go; closing twice does no harm."""
        with self._lock:
            self._single.close()
            self._stack.close()

    def find(self, address: str | None = None, **parts: str | float | None) -> Found:
        """Find an address.

        Parameters
        ----------
        address
            The address as one text; null where it comes in parts.
        **parts
            `house_number`, `street`, `unit`, `postcode` and `city`; numbers stand for their digits, NaN for null.

        Returns
        -------
        Found
            What was found; where nothing was, its status says why.

        Raises
        ------
        TypeError
            If a part has another name.
        """
        unknown = sorted(parts.keys() - set(PARTS))
        if unknown:
            msg = f"find() got an unexpected keyword argument '{unknown[0]}'"
            raise TypeError(msg)
        with self._lock:
            return self._find({"address": address, **parts})

    def find_all(self, table: pa.Table) -> pa.Table:
        """Find many addresses at once.

        Parameters
        ----------
        table
            One row per address, in the columns `address`, `house_number`, `street`, `unit`, `postcode` and `city`, as
            many of them as there are; others are left aside.

        Returns
        -------
        pyarrow.Table
            One row per row of the table, in its order: the attributes of `Found` but for the alternatives.

        Raises
        ------
        SourceError
            If none of the columns is there.
        """
        known = [name for name in PARTS if name in table.column_names]
        if not known:
            msg = f"There is no column with an address. Name one of them {', '.join(PARTS)}."
            raise SourceError(msg)
        with self._lock:
            asked = table.select(known).append_column("row_no", pa.array(range(table.num_rows), pa.int64()))
            if table.num_rows <= _FEW:
                return self._find_all(asked, self._some)
            # Plans of their own: those for few do not fit many, nor the other way round.
            prepared = PreparedConnection(self._con, _GATES, _UNTOLD)
            self._con.execute(f"SET threads = {self._threads}")
            try:
                return self._find_all(asked, prepared)
            finally:
                prepared.drop_plans()
                self._con.execute("SET threads = 1")

    def _find_all(self, asked: pa.Table, prepared: PreparedConnection) -> pa.Table:
        rows = self._con.from_arrow(asked)
        values = {
            field.name: f"nullif(replace(CAST({_valued(field)} AS VARCHAR), chr(0), ''), '')"
            for field in asked.schema
            if field.name in PARTS
        }
        plain = rows.project(f"concat({', '.join(values.values())}) AS text").aggregate(
            "coalesce(bool_and(strlen(text) = length(text)), true)"
        )
        row = plain.fetchone()
        values |= {"customer_id": "row_no::VARCHAR", "source": "'input'", "row_no": "row_no"}
        with prepared.ask(self._plain if row and row[0] else {}):
            rows.project(", ".join(values.get(name, "NULL") for name in _COLUMNS)).insert_into("ingest.customer")
            con = cast("duckdb.DuckDBPyConnection", prepared)
            write_matches(con, self._values)
            write_record_locations(con, self._values)
            return con.execute(_ALL).to_arrow_table()

    def _find(self, parts: Mapping[str, str | float | None]) -> Found:
        asked = [_text(parts.get(name)) for name in PARTS]
        if sum(len(part) for part in asked if part) > _LONG:
            return self._find_long(asked)
        with self._single.ask(
            "ingest.customer", customer_id="1", source="input", row_no=1, **dict(zip(PARTS, asked, strict=True))
        ):
            return self._found(self._single)

    def _find_long(self, asked: list[str | None]) -> Found:
        """Find an address that is long: planned statements of DuckDB do what the others do."""
        with self._prepared.ask(self._plain if all(part is None or part.isascii() for part in asked) else {}):
            texts = ("NULL" if part is None else sql.literal(part) for part in asked)
            self._con.execute(f"EXECUTE put({', '.join(texts)})")
            return self._found(self._prepared)

    def _found(self, connection: PreparedConnection | SingleConnection) -> Found:
        """Run the stage; what does that takes a connection, and these are as good as one."""
        con = cast("duckdb.DuckDBPyConnection", connection)
        write_matches(con, self._values)
        row = con.execute(_FOUND).fetchone() or ()
        others = con.execute(_ALTERNATIVES).fetchall()
        found: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
        return Found(**found, alternatives=tuple(Alternative(*values) for values in others))

    def _plan(self) -> None:
        """Make all tables, without a row, and plan from then on."""
        self._values = values_of(self._con)
        write_matches(self._con, self._values)
        write_second_reading(self._con, self._values)
        write_record_locations(self._con, self._values)
        write_functions(self._con)
        self._con.execute("CREATE INDEX reference_no ON geocode.reference (reference_id)")
        self._plain = of_reference(self._con)
        marks = ", ".join(f"${i}" for i, _ in enumerate(PARTS, 1))
        self._con.execute(
            f"PREPARE put AS INSERT INTO ingest.customer (customer_id, {', '.join(PARTS)}, source, row_no) "
            f"VALUES ('1', {marks}, 'input', 1)"
        )
        self._prepared = PreparedConnection(self._con, _GATES)
        self._some = PreparedConnection(self._con, _GATES, _UNTOLD)
        # Tables with rows tell DuckDB how to join them; what is made of none is planned otherwise.
        slips = sql.read(__package__, "slip")
        for new in (True, False):
            self._find_all(self._con.execute(slips, {"new": new}).to_arrow_table(), self._some)
        self._single = SingleConnection(self._con, _HELD)
        # What is held gets its indexes when it is asked for the first time.
        for parts in self._con.execute(slips, {"new": True}).to_arrow_table().slice(0, _WARM).to_pylist():
            self._find({name: parts.get(name) for name in PARTS})


def _text(part: str | float | None) -> str | None:
    """Return a part as text; null where there is none."""
    if part is None or part != part:  # noqa: PLR0124 - NaN
        return None
    return str(part).replace(chr(0), "") or None


def _valued(field: pa.Field) -> str:
    """Return SQL for a column, null where it holds NaN."""
    return (
        f"CASE WHEN NOT isnan({field.name}) THEN {field.name} END" if pa.types.is_floating(field.type) else field.name
    )
