"""How trading areas are drawn, from the words of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from gcrm.errors import QueryError, near
from gcrm.settings.trading import AreaMethod, TradingArea

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.settings import Settings


def rule_of(settings: Settings, method: str, numbers: Mapping[str, Any]) -> TradingArea:
    """Read a method and its numbers.

    Parameters
    ----------
    settings
        The project's settings.
    method
        A method, or the name of a trading area of gcrm.toml.
    numbers
        Its numbers; those of a declared area may be given anew.

    Returns
    -------
    TradingArea
        The rule.

    Raises
    ------
    QueryError
        If a word is not known, or the method has no such number.
    """
    declared = settings.trading_areas
    words = declared[method].model_dump() | dict(numbers) if method in declared else {"method": method, **numbers}
    known = get_args(AreaMethod)
    if words["method"] not in known:
        msg = f"There is no method of trading areas '{method}'.{near(method, [*known, *declared])}"
        raise QueryError(msg)
    try:
        return TradingArea.model_validate(words)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        text = first["msg"].removeprefix("Value error, ")
        msg = f"trading area: {where + ': ' if where else ''}{text}."
        raise QueryError(msg) from None
