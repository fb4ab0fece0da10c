"""The difference between two loads: what each source brought before, and what it brings now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from gcrm.contracts.figures import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gcrm.contracts.figures import Figures


@dataclass(frozen=True)
class Change:
    """One figure of a source that is not what it was.

    Attributes
    ----------
    source
        Name in gcrm.toml.
    what
        The figure.
    before, after
        In words; empty where the source was not there.
    """

    source: str
    what: str
    before: str
    after: str


def changes(before: Mapping[str, Figures], after: Mapping[str, Figures]) -> list[Change]:
    """Compare what sources brought to two snapshots.

    Parameters
    ----------
    before, after
        Source -> what it brought.

    Returns
    -------
    list of Change
        One per figure that differs, by source; a source that is new or gone has one for its rows.
    """
    found = []
    for source in dict.fromkeys([*before, *after]):
        old, new = before.get(source), after.get(source)
        if old is None and new is not None:
            found.append(Change(source, "new source", "", _number(new.rows_loaded)))
        elif new is None and old is not None:
            found.append(Change(source, "source gone", _number(old.rows_loaded), ""))
        elif old is not None and new is not None:
            found += [Change(source, what, a, b) for what, a, b in _pairs(old, new) if a != b]
    return found


def _pairs(old: Figures, new: Figures) -> Iterator[tuple[str, str, str]]:
    """Pair the figures of a source, each in words."""
    yield "rows in", _number(old.rows_in), _number(new.rows_in)
    yield "rows loaded", _number(old.rows_loaded), _number(new.rows_loaded)
    yield "rows rejected", _number(old.rows_rejected), _number(new.rows_rejected)
    yield "rows replaced", _number(old.rows_replaced), _number(new.rows_replaced)
    for reason in sorted({*old.reasons, *new.reasons}):
        yield f"rejected: {reason}", _number(old.reasons.get(reason, 0)), _number(new.reasons.get(reason, 0))
    if old.located or new.located:
        yield "located", _located(old), _located(new)
    for column in sorted(old.sums.keys() & new.sums.keys()):
        yield f"sum of {column}", _sum(old.sums[column]), _sum(new.sums[column])
    for column in sorted(old.newest.keys() & new.newest.keys()):
        yield f"newest {column}", old.newest[column] or "no value", new.newest[column] or "no value"
    yield "CRS", old.crs or "none", new.crs or "none"
    for file in sorted({*old.files} ^ {*new.files}):
        yield _came(file in new.files, f"file {file}")
    for column in sorted({*old.filled} ^ {*new.filled}):
        yield _came(column in new.filled, f"column {column}")


def _came(came: bool, what: str) -> tuple[str, str, str]:  # noqa: FBT001
    return (f"{what} new", "", "there") if came else (f"{what} gone", "there", "")


def _located(figures: Figures) -> str:
    places = sum(figures.located.values())
    found = places - figures.located.get(NOWHERE, 0)
    return f"{found / places:.2%}" if places else "no places"


def _number(count: int) -> str:
    return f"{count:,}"


def _sum(text: str | None) -> str:
    return "no value" if text is None else f"{Decimal(text):,}"
