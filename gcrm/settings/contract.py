"""A load contract of gcrm.toml: what must hold of a source before anything that is made of it is published."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from gcrm.columns import KINDS
from gcrm.errors import near
from gcrm.settings.words import Crs, Strict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.columns import Kind

#: How surely a place was found, the surest first.
LEVELS = ("given", "exact", "parcel", "street", "postcode")
Level = Literal["given", "exact", "parcel", "street", "postcode"]
Share = Annotated[float, Field(ge=0, le=1)]
Change = Annotated[float, Field(ge=0)]


class Bounds(Strict):
    """`[sources.NAME.contract.sum.COLUMN]`: what the sum of a column may be.

    Attributes
    ----------
    min, max
        Closed range of the sum over the loaded rows.
    max_change_share
        How far the sum may be from that of the last published snapshot, as a share of that one: 0.2 is a fifth.
    """

    min: Decimal | None = None
    max: Decimal | None = None
    max_change_share: Change | None = None


class Freshness(Strict):
    """`[sources.NAME.contract.newest.COLUMN]`: how old the newest value of a column may be.

    Attributes
    ----------
    max_age_days
        Days by which the newest value may be earlier than the reference day.
    as_of
        Reference day: a date, `today`, or `file` for the day the newest of the source's files was written.
    """

    max_age_days: int = Field(ge=0)
    as_of: date | Literal["today", "file"] = "today"


class Contract(Strict):
    """`[sources.NAME.contract]`: what must hold of the source, or nothing is published.

    Attributes
    ----------
    rows_min, rows_max
        Closed range of the number of loaded rows.
    max_rejected_share
        Share of the rows read that may be rejected, 0 to 1.
    max_change_share
        How far the number of loaded rows may be from that of the last published snapshot, as a share of that one.
    crs
        CRS that the coordinates must be in, as the file or `crs` of the source says.
    min_located_share
        Share of the rows whose place must be found, 0 to 1.
    located_level
        Match level that is good enough to count as found: `given`, `exact`, `parcel`, `street` or `postcode`.
    known
        Column -> share of its values, 0 to 1, that must be known: the customers of orders among the customers, ...
    sum
        Column -> what its sum may be.
    newest
        Column of days or times -> how old its newest value may be.
    """

    rows_min: int | None = Field(default=None, ge=0)
    rows_max: int | None = Field(default=None, ge=0)
    max_rejected_share: Share | None = None
    max_change_share: Change | None = None
    crs: Crs | None = None
    min_located_share: Share | None = None
    located_level: Level = "postcode"
    known: dict[str, Share] = Field(default_factory=dict)
    sum: dict[str, Bounds] = Field(default_factory=dict)
    newest: dict[str, Freshness] = Field(default_factory=dict)


def references(kind: Kind) -> dict[str, str]:
    """Return the columns of a kind that name a row of another kind, each with that kind's name."""
    found = {}
    for field in kind.field_names:
        for other in KINDS.values():
            alone = other.key == (field,) or (other.name == "regions" and field == "region_id")
            if alone and other.name != kind.name:
                found[field] = other.name
    return found


def check_columns(contract: Contract, kind: Kind) -> None:
    """Refuse a contract about something that a kind does not have.

    Raises
    ------
    ValueError
        If the kind has no such column, or the column is no number, no day, or names no row of another kind.
    """
    numbers = [f.name for f in kind.fields if f.type in {"integer", "number", "money"}]
    days = [f.name for f in kind.fields if f.type in {"date", "timestamp"}]
    _check(contract.known, kind, "known", references(kind), "names no row of another kind")
    _check(contract.sum, kind, "sum", numbers, "is no number")
    _check(contract.newest, kind, "newest", days, "is neither a day nor a time")
    if contract.min_located_share is not None and not kind.located:
        msg = f"contract.min_located_share: a source of {kind.name} has no places of its own"
        raise ValueError(msg)
    if contract.crs is not None and not (kind.located or kind.pointed or kind.shape):
        msg = f"contract.crs: a source of {kind.name} has no coordinates"
        raise ValueError(msg)


def _check(named: Iterable[str], kind: Kind, key: str, good: Iterable[str], otherwise: str) -> None:
    """Refuse a column that the kind does not have, or that cannot be asked for under this key."""
    for name in named:
        if name not in kind.field_names:
            msg = f"contract.{key}: {kind.name} has no column '{name}'.{near(name, good)}"
            raise ValueError(msg)
        if name not in good:
            msg = f"contract.{key}: column '{name}' of {kind.name} {otherwise}.{near(name, good)}"
            raise ValueError(msg)
