"""Bad text files."""

from __future__ import annotations

import gzip

import geopandas as gpd
from shapely.geometry import box

from tests.traps.files.family import CUSTOMERS, ORDERS, Family, text

HEAD = "customer_id,name,since,lon,lat\n"
GOOD = "1,Ann,2020-01-05,-122.5,37.5\n"
MORE = "2,Bob,2021-01-05,-122.4,37.4\n3,Cho,2022-01-05,-122.3,37.3\n"
DATED = "order_id,customer_id,ordered_on,amount\n"


def customers(name: str, rows: str | bytes, loaded: int, **rejected: int) -> Family:
    """A file of customers with the usual header; some rows are rejected."""
    head = HEAD.encode() if isinstance(rows, bytes) else HEAD
    return Family(name, text(head + rows), CUSTOMERS, loaded=loaded, rejected=rejected)  # type: ignore[operator]


def refused(name: str, content: str | bytes, says: str, source: dict[str, object] | None = None) -> Family:
    return Family(name, text(content), source or CUSTOMERS, refused=says)


def _two(folder) -> None:
    (folder / "it.csv").write_text(HEAD + GOOD + MORE)
    (folder / "other.csv").write_text(HEAD + GOOD)


def _exchanged(folder) -> None:
    """Points in a district where either order is a place on earth."""
    district = gpd.GeoDataFrame({"region_id": ["1"]}, geometry=[box(9, 48, 10, 49)], crs=4326)
    district.to_parquet(folder / "districts.parquet")
    (folder / "it.csv").write_text(HEAD + "1,A,,48.5,9.5\n2,B,,48.4,9.4\n3,C,,48.6,9.6\n")


FAMILIES = [
    customers("a row with too few values", GOOD + "2,Bob\n" + MORE[29:], 2, ragged=1),
    customers("a row with too many values", GOOD + "9,Bob,2021-01-05,-122.4,37.4,x\n" + MORE, 3, ragged=1),
    customers("an empty value too many at the end", GOOD + "9,Bob,2021-01-05,-122.4,37.4,\n" + MORE, 4),
    customers("a quote that is never closed", GOOD + '9,"Bob,2021-01-05,-122.4,37.4\n' + MORE, 3, unreadable=1),
    customers("a quote closed in the middle", GOOD + '9,"B"ob,2021-01-05,-122.4,37.4\n' + MORE, 3, unreadable=1),
    customers("a quote inside a value", GOOD + '9,B"o"b,2021-01-05,-122.4,37.4\n' + MORE, 4),
    customers("empty lines", GOOD + "\n\n" + MORE + "\n", 3, blank_line=3),
    customers("nothing but separators", GOOD + ",,,,\n" + MORE, 3, missing_value=1),
    customers("the same identifier twice", GOOD + GOOD + MORE, 3, duplicate_key=1),
    Family(
        "the same identifier in two sources",
        _two,
        CUSTOMERS,
        loaded=2,
        rejected={"duplicate_key": 1},
        before={"other": CUSTOMERS | {"path": "other.csv"}},
    ),
    customers("days that are not in the calendar", GOOD + "9,B,2021-02-30,,\n8,C,2021-13-01,,\n" + MORE, 3, bad_date=2),
    customers("years that cannot be", GOOD + "9,B,99999-01-01,,\n8,C,0000-00-00,,\n" + MORE, 3, bad_date=2),
    customers(
        "infinities and not-a-number", GOOD + "9,B,,inf,37.5\n8,C,,-122.5,NaN\n7,D,,1e999,1\n" + MORE, 3, bad_number=3
    ),
    customers("a latitude of 95", GOOD + "9,B,,-122.5,95\n" + MORE, 3, out_of_range=1),
    customers("half a place", GOOD + "9,B,,-122.5,\n8,B,,,37.5\n" + MORE, 3, missing_value=2),
    customers("a cell of a megabyte", GOOD + f"9,{'x' * 1_000_000},,,\n" + MORE, 3, bad_text=1),
    customers("a cell of five megabytes", GOOD + f"9,{'x' * 5_000_000},,,\n" + MORE, 3, bad_text=1),
    customers("a line that does not end", GOOD + "x" * 20_000_000, 1, unreadable=1),
    customers("a quote after each line end", GOOD + '"\n' + '","\n' * 10_000 + MORE, 3, unreadable=1, ragged=10_000),
    customers("NUL bytes", GOOD + "9,B\0b,,,\n" + MORE, 3, bad_text=1),
    customers("control characters", GOOD + "9,B\x01\x07\x1b[31m,,,\n" + MORE, 4),
    customers("line ends of other alphabets", GOOD + "9,B\u2028\u0085\x0b\x0c,,,\n" + MORE, 4),
    customers("no line end at the end", GOOD + MORE[:-1], 3),
    Family("carriage returns alone", text((HEAD + GOOD + MORE).replace("\n", "\r")), CUSTOMERS, loaded=3),
    customers("line ends of two kinds", GOOD.replace("\n", "\r\n") + MORE, 3),
    customers("a carriage return inside a line", GOOD + "9,B\rb,,,\n" + MORE, 3, unreadable=1),
    Family("a header and nothing else", text(HEAD), CUSTOMERS),
    refused("nothing at all", b"", "no header"),
    refused("a byte-order mark and nothing else", b"\xef\xbb\xbf", "no header"),
    refused("an empty header", "\n" + GOOD, "no header"),
    refused("a column twice in the header", "customer_id,name,name\n1,a,b\n", "'name' more than once"),
    refused("a column too few", "name,since\nAnn,2020-01-01\n", "no column 'customer_id', which customers need"),
    refused("a column with another name", "customer_nr,name\n1,Ann\n", "Did you mean 'customer_nr'"),
    refused("another separator", (HEAD + GOOD).replace(",", ";"), "single column: name the right separator"),
    refused("another encoding", (HEAD + GOOD.replace("Ann", "Zoë")).encode("cp1252"), "line 2 is not UTF-8"),
    refused("UTF-16 without a mark", (HEAD + GOOD).encode("utf-16-le"), "encoding = 'utf-16-le'"),
    refused("a compressed file with the wrong ending", gzip.compress(HEAD.encode(), mtime=0), "not UTF-8"),
    refused("a web page", "<!doctype html><title>Sign in</title>\n", "no column 'customer_id'"),
    refused(
        "more columns than a table has", "customer_id," + ",".join(map(str, range(17_000))) + "\n", "17,001 columns"
    ),
    Family(
        "five thousand columns",
        text(f"customer_id,{','.join(f'x{i}' for i in range(4_999))}\n" + f"1{',y' * 4_999}\n"),
        CUSTOMERS,
        loaded=1,
    ),
    refused("a million empty lines", HEAD + "\n" * 1_000_002, "more than 1,000,000 of its records"),
    refused(
        "dates whose day and month look alike",
        DATED + "1,1,01/02/2020,5\n2,1,03/04/2020,5\n",
        r"(?s)cannot be told apart.*\{ ordered_on = \"%d/%m/%Y\" \} or .*\"%m/%d/%Y\"",
        ORDERS,
    ),
    refused(
        "dates in another format",
        DATED + "1,1,01.02.2020,5\n2,1,23.04.2020,5\n",
        r"names no format. Write: formats = \{ ordered_on = \"%d.%m.%Y\" \}",
        ORDERS,
    ),
    Family(
        "separators of thousands and decimal commas",
        text(DATED + '1,1,2020-01-01,5\n2,1,2020-01-01,"1,234.50"\n3,1,2020-01-01,"12,5"\n4,1,2020-01-01,1_000\n'),
        ORDERS,
        loaded=1,
        rejected={"bad_number": 3},
    ),
    Family(
        "amounts that no account holds",
        text(
            DATED
            + "1,1,2020-01-01,5\n2,1,2020-01-01,12345678901234567890\n3,1,2020-01-01,0.005\n4,1,2020-01-01,1e400\n"
        ),
        ORDERS,
        loaded=1,
        rejected={"bad_number": 3},
    ),
    refused(
        "a longitude that is no latitude", HEAD + "1,A,,37.5,-122.5\n2,B,,37.4,-122.4\n", "x and y are not exchanged"
    ),
    Family(
        "longitude and latitude exchanged", _exchanged, CUSTOMERS, refused="if longitude and latitude were exchanged"
    ),
    refused("metres called degrees", HEAD + "1,A,,551000,4178000\n2,B,,552000,4179000\n", "2 of 2 places lie outside"),
]
