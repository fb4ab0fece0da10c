"""How addresses are read that packages of address parsers publish with their parts labelled.

`python -m tests.geocode.published FILE...`, with XML files in the form of usaddress (`AddressCollection` of
`AddressString`, each part an element), reads the addresses and prints for each file how many there are and how often
each part is read as it is labelled. Of files of Python or CSV it reads all texts that have a digit, and prints how many
there are. An exception ends it.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyarrow as pa

from gcrm import sql
from gcrm.geocode import build_geocode
from gcrm.settings import Settings
from tests.geocode.ground import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

#: Part -> the labels that make it up.
PARTS = {
    "house_number": ("AddressNumberPrefix", "AddressNumber", "AddressNumberSuffix"),
    "street": (
        *("StreetNamePreModifier", "StreetNamePreDirectional", "StreetNamePreType", "StreetName"),
        *("StreetNamePostType", "StreetNamePostDirectional", "StreetNamePostModifier"),
    ),
    "unit": ("OccupancyIdentifier", "SubaddressIdentifier"),
    "postcode": ("ZipCode", "ZipPlus4"),
    "city": ("PlaceName",),
}
SETTINGS = Settings.model_validate(
    {"project": {"name": "Test", "metric_crs": "EPSG:32610"}, "geocode": {"country": "US"}}
)
BATCH = 50_000
_SCHEMA = pa.schema([("no", pa.int64()), *((name, pa.string()) for name in ("text", *PARTS))])


def labelled(file: Path) -> list[dict[str, str | None]]:
    """Return the addresses of a file as texts with their parts; crossings and post boxes are left out."""
    rows = []
    for element in re.findall(r"<AddressString>.*?</AddressString>", file.read_text(encoding="utf-8"), re.DOTALL):
        try:
            address = ET.fromstring(re.sub(r"&(?!#?\w+;)", "&amp;", element))  # noqa: S314 - a file that the user named
        except ET.ParseError:  # a few of them are not well-formed
            continue
        text = " ".join("".join(address.itertext()).split())
        labels = {part.tag for part in address}
        if not text or any(label.startswith(("Second", "USPS", "Intersection", "Corner")) for label in labels):
            continue
        rows.append({"text": text, **{part: _said(address, tags) for part, tags in PARTS.items()}})
    return rows


def texts(file: Path) -> list[dict[str, str | None]]:
    """Return the texts of a file of Python or CSV that have a digit, without labels."""
    said = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        nodes = ast.walk(ast.parse(said))
        found = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    else:
        found = said.splitlines()
    return [{"text": text, **dict.fromkeys(PARTS)} for text in found if any(c.isdigit() for c in text)]


def _said(address: ET.Element, tags: Sequence[str]) -> str | None:
    return " ".join((part.text or "").strip() for part in address if part.tag in tags) or None


def read(rows: list[dict[str, str | None]]) -> duckdb.DuckDBPyConnection:
    """Read texts; the table `compared` holds one row per text, each part as it is labelled and as it is read."""
    con = connect()
    con.register("batch", pa.Table.from_pylist([{"no": no, **row} for no, row in enumerate(rows, 1)], _SCHEMA))
    con.execute("CREATE TEMP TABLE labelled AS FROM batch")
    con.unregister("batch")
    con.execute(
        "INSERT INTO ingest.customer (customer_id, source, row_no, address) "
        "SELECT no::VARCHAR, 'c', no, text FROM labelled"
    )
    build_geocode(con, settings=SETTINGS)
    sql.run(con, "gcrm.geocode", "macro")
    both = ", ".join(f"words(b.{part}) AS {part}, words(l.{part}) AS read_{part}" for part in PARTS)
    con.execute(
        f"CREATE TEMP TABLE compared AS SELECT b.no, b.text, {both} FROM labelled AS b "
        "JOIN geocode.record_location AS r ON r.kind = 'customer' AND r.row_no = b.no "
        "JOIN geocode.location AS l USING (location_id)"
    )
    return con


def main(files: Sequence[Path]) -> None:
    """Print the figures of each file."""
    shares = ", ".join(
        f"round(100 * avg(({p} IS NOT DISTINCT FROM read_{p})::INT) FILTER ({p} IS NOT NULL), 2), "
        f"round(100 * avg((read_{p} IS NULL)::INT) FILTER ({p} IS NULL), 2)"
        for p in PARTS
    )
    sys.stdout.write(f"addresses; labelled and read so, %, not labelled and not read, %: {', '.join(PARTS)}\n")
    for file in files:
        known = file.suffix == ".xml"
        rows = labelled(file) if known else texts(file)
        for start in range(0, len(rows), BATCH):
            with read(rows[start : start + BATCH]) as con:
                what = f"count(*), {shares}" if known else "count(*)"
                found = con.execute(f"SELECT {what} FROM compared").fetchone() or ()
                sys.stdout.write(f"{file.name}: {' | '.join(map(str, found))}\n")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
