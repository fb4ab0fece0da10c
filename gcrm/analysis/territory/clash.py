"""Which rules clash: each is taken away in turn, and a plan looked for without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gcrm.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.analysis.territory.rules import Rules

#: As wide as a band can be: a territory may have nothing, or twice the share of all of them.
_WIDE = 1e6


def without_each(rules: Rules) -> dict[str, Rules]:
    """Return the rules without each one of them, by the words for what was taken away."""
    found = {
        f"the band of '{name}' ({band:.1%})": replace(rules, bands={**rules.bands, name: _WIDE})
        for name, band in rules.bands.items()
        if name not in rules.weights
    }
    for field, words in (
        ("locked", "the locks"),
        ("together", "the groups that stay together"),
        ("apart", "the pairs that must be apart"),
        ("capacities", "the capacities"),
        ("sizes", "the sizes"),
        ("barriers", "the barriers"),
    ):
        if getattr(rules, field):
            found[words] = replace(rules, **{field: type(getattr(rules, field))()})
    if rules.keep is not None and rules.keep.share:
        found[f"what must be kept ({rules.keep.share:.0%})"] = replace(rules, keep=replace(rules.keep, share=0.0))
    return found


def blamed(rules: Rules, fits: Callable[[Rules], bool]) -> str:
    """Say in a sentence which rules stand in the way.

    Parameters
    ----------
    rules
        Rules that no plan keeps.
    fits
        Says whether a plan for rules was found.

    Returns
    -------
    str
        The rules without any one of which there is a plan.
    """
    found = [words for words, changed in without_each(rules).items() if _fits(changed, fits)]
    if not found:
        return "To take away any one of them is not enough: they clash with the map and with each other."
    return f"Without any one of these there is a plan: {'; '.join(found)}."


def _fits(rules: Rules, fits: Callable[[Rules], bool]) -> bool:
    try:
        return fits(rules)
    except DesignError:
        return False
