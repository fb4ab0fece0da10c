"""Scenarios: which territory each unit would belong to, and who would look after each territory, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gcrm.crm.record import Record
from gcrm.crm.rule import (  # noqa: TC001 - the check reads the annotations
    Count,
    Day,
    Line,
    Placing,
    Prose,
    Word,
)


@dataclass(frozen=True)
class Scenario(Record):
    """A plan of territories. What it lays out is the sum of its first `head` steps.

    Attributes
    ----------
    name
        What to call it; each name once among those that are not archived.
    level
        Level that is laid out anew.
    unit
        Level of the units.
    state
        `draft`; `published` once its assignments were written, then it never changes again; `archived`.
    head
        How many of its steps count; fewer than there are after steps were undone.
    based_on
        Number of the scenario that it began as; null where it began as what held then.
    comment
        What it is for.
    effective
        First day of the assignments; null before it was published.
    product, channel
        What alone the assignments are for; null is everything.
    """

    name: Line
    level: Line
    unit: Line
    state: Literal["draft", "published", "archived"] = "draft"
    head: Count = 0
    based_on: Count | None = None
    comment: Prose | None = None
    effective: Day | None = None
    product: Line | None = None
    channel: Word | None = None


@dataclass(frozen=True)
class ScenarioStep(Record):
    """One change of a scenario.

    Attributes
    ----------
    scenario_id
        Number of the scenario.
    number
        1, 2, 3, ... within the scenario; among those that were not removed each once.
    units
        Unit -> territory that it is given to; null is nobody's. Other units stay where they are.
    owners
        Territory -> sales person who is to look after it; null is nobody. Others stay.
    comment
        What was done, or why.
    """

    scenario_id: Count
    number: Count
    units: Placing
    owners: Placing
    comment: Prose | None = None
