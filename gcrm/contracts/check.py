"""The check of load contracts: what was expected of each source, what was found, and whether that will do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal

from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm.contracts.figures import NOWHERE
from gcrm.errors import QueryError, UserError, near
from gcrm.settings.contract import LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from gcrm.contracts.figures import Figures
    from gcrm.settings import Settings
    from gcrm.settings.contract import Contract, Freshness


class ContractError(UserError):
    """A load contract is broken: nothing was published."""


@dataclass(frozen=True)
class Verdict:
    """What came of one contract.

    Attributes
    ----------
    name
        Source and key, such as `orders.rows_min` or `orders.sum.amount.max`.
    expected, found
        In words, without data of the records.
    state
        `kept`, `broken`, or `accepted`: broken, and published in spite of it.
    """

    name: str
    expected: str
    found: str
    state: Literal["kept", "broken", "accepted"]


@dataclass(frozen=True)
class _Term:
    """One thing that must hold: its key, what is expected and found, and whether it holds."""

    key: str
    expected: str
    found: str
    holds: bool


def check(
    settings: Settings,
    found: Mapping[str, Figures],
    before: Mapping[str, Figures],
    *,
    accept: Collection[str] = (),
    written: Callable[[str], date | None] = lambda _source: None,
) -> list[Verdict]:
    """Compare what the sources brought with their contracts.

    Parameters
    ----------
    settings
        The project's settings.
    found
        Source -> what it brought.
    before
        Source -> what it had brought to the last published snapshot; a source that is not there is compared to nothing.
    accept
        Names of contracts, or of sources, whose breach is accepted.
    written
        Source -> day on which the newest of its files was written, null where it has none.

    Returns
    -------
    list of Verdict
        One per key of every contract, in the order of gcrm.toml.
    """
    verdicts = []
    for source, declared in settings.sources.items():
        if source not in found:
            continue
        for term in _terms(declared.contract, found[source], before.get(source), partial(written, source)):
            name = f"{source}.{term.key}"
            accepted = any(name == word or name.startswith(f"{word}.") for word in accept)
            state: Literal["kept", "broken", "accepted"] = "accepted" if accepted else "broken"
            verdicts.append(Verdict(name, term.expected, term.found, "kept" if term.holds else state))
    return verdicts


def refuse_unknown(settings: Settings, accept: Collection[str]) -> None:
    """Refuse to accept a contract that is not there.

    Raises
    ------
    QueryError
        If a name is neither a source with a contract nor a key of one.
    """
    known = {source for source, s in settings.sources.items() if s.contract.model_fields_set}
    for source in sorted(known):
        known |= {f"{source}.{key}" for key in _keys(settings.sources[source].contract)}
    for name in accept:
        if name not in known:
            msg = f"--accept {name}: there is no such contract.{near(name, known)}"
            raise QueryError(msg)


def _keys(contract: Contract) -> Iterator[str]:
    """Name every key of a contract, those of its tables with their column."""
    for key in sorted(contract.model_fields_set):
        inner = getattr(contract, key)
        if not isinstance(inner, dict):
            yield key
            continue
        for column, value in inner.items():
            yield f"{key}.{column}"
            if key == "sum":
                yield from (f"{key}.{column}.{bound}" for bound in value.model_fields_set)


def _terms(
    contract: Contract, found: Figures, before: Figures | None, written: Callable[[], date | None]
) -> Iterator[_Term]:
    rows = found.rows_loaded
    if contract.rows_min is not None:
        yield _Term("rows_min", f"at least {contract.rows_min:,} rows", f"{rows:,}", rows >= contract.rows_min)
    if contract.rows_max is not None:
        yield _Term("rows_max", f"at most {contract.rows_max:,} rows", f"{rows:,}", rows <= contract.rows_max)
    if contract.max_rejected_share is not None:
        share = found.rows_rejected / found.rows_in if found.rows_in else 0.0
        words = f"{share:.2%}: {found.rows_rejected:,} of {found.rows_in:,}"
        most = contract.max_rejected_share
        yield _Term("max_rejected_share", f"at most {most:.2%} rejected", words, share <= most)
    if contract.max_change_share is not None:
        last = None if before is None else Decimal(before.rows_loaded)
        yield _changed("max_change_share", "rows", Decimal(rows), last, contract.max_change_share)
    if contract.crs is not None:
        yield _Term("crs", contract.crs, found.crs or "none", _same_crs(contract.crs, found.crs))
    yield from _located(contract, found)
    for column, least in contract.known.items():
        known, values = found.known[column]
        share = known / values if values else 1.0
        words = f"{share:.2%}: {known:,} of {values:,}"
        yield _Term(f"known.{column}", f"at least {least:.2%} known", words, share >= least)
    yield from _sums(contract, found, before)
    for column, fresh in contract.newest.items():
        yield _fresh(column, fresh, found.newest[column], written)


def _located(contract: Contract, found: Figures) -> Iterator[_Term]:
    least, level = contract.min_located_share, contract.located_level
    if least is None:
        return
    good = LEVELS[: LEVELS.index(level) + 1]
    places = sum(found.located.values())
    well = sum(count for name, count in found.located.items() if name in good)
    share = well / places if places else 1.0
    words = f"{share:.2%}: {well:,} of {places:,}, {found.located.get(NOWHERE, 0):,} nowhere"
    yield _Term("min_located_share", f"at least {least:.2%} located as '{level}' or better", words, share >= least)


def _sums(contract: Contract, found: Figures, before: Figures | None) -> Iterator[_Term]:
    for column, bounds in contract.sum.items():
        key, text = f"sum.{column}", found.sums[column]
        total = None if text is None else Decimal(text)
        words = "no value" if total is None else f"{total:,}"
        if bounds.min is not None:
            yield _Term(
                f"{key}.min", f"a sum of at least {bounds.min:,}", words, total is not None and total >= bounds.min
            )
        if bounds.max is not None:
            yield _Term(
                f"{key}.max", f"a sum of at most {bounds.max:,}", words, total is not None and total <= bounds.max
            )
        if bounds.max_change_share is not None:
            old = None if before is None else before.sums.get(column)
            last = None if old is None else Decimal(old)
            yield _changed(f"{key}.max_change_share", "sum", total or Decimal(0), last, bounds.max_change_share)


def _changed(key: str, what: str, value: Decimal, last: Decimal | None, most: float) -> _Term:
    """Compare with the last published snapshot; with nothing to compare with it holds."""
    expected = f"{what} changed by at most {most:.2%}"
    if last is None:
        return _Term(key, expected, f"{value:,}; nothing to compare with", holds=True)
    words = f"{last:,} -> {value:,}"
    if not last:
        return _Term(key, expected, words, holds=not value)
    share = abs(value - last) / abs(last)
    return _Term(key, expected, f"{float((value - last) / abs(last)):+.2%}: {words}", share <= Decimal(str(most)))


def _same_crs(expected: str, found: str | None) -> bool:
    if found is None:
        return False
    try:
        return CRS.from_user_input(expected).equals(CRS.from_user_input(found), ignore_axis_order=True)
    except CRSError:
        return expected == found


def _fresh(column: str, fresh: Freshness, newest: str | None, written: Callable[[], date | None]) -> _Term:
    today = datetime.now(UTC).astimezone().date()
    day = fresh.as_of if isinstance(fresh.as_of, date) else today
    if fresh.as_of == "file":
        day = written() or today
    expected = f"newest at most {fresh.max_age_days:,} days before {day}"
    if newest is None:
        return _Term(f"newest.{column}", expected, "no value", holds=False)
    age = (day - date.fromisoformat(newest[:10])).days
    return _Term(f"newest.{column}", expected, f"{newest[:10]}, {age:,} days before", age <= fresh.max_age_days)
