"""How duplicate customers and prospects are found, and which of their values counts."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gcrm.errors import near
from gcrm.settings.words import Strict, Word

Choice = Literal["trusted", "complete", "recent"]
#: Which value of a party counts, where gcrm.toml says nothing: field -> rule.
GOLDEN: dict[str, Choice] = {
    "name": "complete",
    "address": "recent",
    "email": "recent",
    "phone": "recent",
    "born_on": "trusted",
    "official_id": "trusted",
    "segment": "recent",
    "owner_id": "recent",
}
Share = Annotated[float, Field(gt=0, lt=1)]


class Linkage(Strict):
    """`[linkage]`: duplicates and households are looked for among customers and prospects; without it they are not.

    Attributes
    ----------
    threshold
        Pairs at least as likely as this, 0 to 1, are one party.
    review
        Pairs at least as likely as this, and less than `threshold`, are shown to people.
    contradictions
        What becomes of pairs whose given names, legal forms, official numbers or days of birth contradict each other
        although everything else agrees: `review` never joins them by itself, `weigh` counts them by their weight alone.
    household_likeness
        How alike two surnames at one address must be (Jaro-Winkler, 0 to 1) to be one household.
    household_most
        Most people of one surname at an address without units who are one household; more of them are a house.
    most_alike
        Records that agree in something (a surname and postcode, ...) are compared with each other up to this many.
    trust
        Sources, the most trusted first; those not named follow in the order of the file.
    golden
        Which value of a party counts: field (`name`, `address`, `email`, `phone`, `born_on`, `official_id`, `segment`,
        `owner_id`) -> `trusted` (of the most trusted source), `complete` (the longest) or `recent` (of the record
        with the latest `since`).
    """

    threshold: Share = 0.95
    review: Share = 0.5
    contradictions: Literal["review", "weigh"] = "review"
    household_likeness: Share = 0.92
    household_most: int = Field(default=8, ge=1)
    most_alike: int = Field(default=200, ge=2)
    trust: tuple[Word, ...] = ()
    golden: dict[str, Choice] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if self.review > self.threshold:
            msg = f"review ({self.review:g}) must not lie above threshold ({self.threshold:g})"
            raise ValueError(msg)
        for name in self.golden:
            if name not in GOLDEN:
                msg = f"golden: a party has no field '{name}'.{near(name, GOLDEN)}"
                raise ValueError(msg)
        return self
