"""Records kept with everything that stands beside them, so that a question need not look it up for each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Collection

#: What is read of a record's path (`p`), its place (`l`) and its product (`d`). Constants are parameters, so that no
#: text of a statement can look like it.
_BESIDE = re.compile(r'\b([pld])\."?(\w+)"?')


def table_of(fact: str) -> str:
    """Return the table that holds the records of a fact with everything beside them.

    Parameters
    ----------
    fact
        Name of the fact.

    Returns
    -------
    str
        A table of the cube.
    """
    return f"cube.{sql.identifier(f'located_{fact}')}"


def column_of(row: str, name: str) -> str:
    """Return the column of such a table that holds a column from beside the records.

    Parameters
    ----------
    row
        Alias of what stands beside: `p`, the path; `l`, the place; `d`, the product.
    name
        Its column.

    Returns
    -------
    str
        A name that no column of the records has.
    """
    return f"{row}_{name}"


def beside(text: str) -> set[str]:
    """Return what an expression reads from beside its records `f`.

    Parameters
    ----------
    text
        SQL over `f`, `p`, `l` and `d`.

    Returns
    -------
    set of str
        Columns of `table_of`.
    """
    return {column_of(row, name) for row, name in _BESIDE.findall(text)}


def held(text: str, columns: Collection[str]) -> bool:
    """Say whether records kept with their surroundings hold what an expression reads, and spare looking it up.

    Parameters
    ----------
    text
        SQL over `f`, `p`, `l` and `d`.
    columns
        Columns of `table_of` from beside the records; empty where there is no such table.

    Returns
    -------
    bool
        False where nothing is read from beside the records: then they are read as they are.
    """
    read = beside(text)
    return bool(read) and read <= set(columns)


def over_records(text: str) -> str:
    """Write an expression over what stands beside records as one over `f` alone, a row of `table_of`.

    Parameters
    ----------
    text
        SQL over `f`, `p`, `l` and `d`.

    Returns
    -------
    str
        SQL over `f`.
    """
    return _BESIDE.sub(lambda found: f"f.{sql.identifier(column_of(found[1], found[2]))}", text)
