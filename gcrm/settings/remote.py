"""Whether, whom and how much a project may ask about addresses that its own reference does not know."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from gcrm.errors import near
from gcrm.settings.words import Strict

#: The geocoders that may be asked; what they are and their terms stand in gcrm.geocode.remote.provider.
PROVIDERS = ("nominatim", "photon", "pelias", "geocode_earth", "opencage", "geocodio")
_NOT_KEPT = "its terms do not let points be kept, and a build needs them for as long as the customer is there"
#: Geocoders that geopy knows and that are refused on purpose, with the reason.
REFUSED = dict.fromkeys(("google", "googlev3", "bing", "azure", "mapbox", "here", "tomtom", "arcgis"), _NOT_KEPT)


def _provider(value: str) -> str:
    if value in REFUSED:
        msg = f"'{value}' is not asked: {REFUSED[value]}.{near('', PROVIDERS)}"
        raise ValueError(msg)
    if value not in PROVIDERS:
        msg = f"there is no remote geocoder called '{value}' on the list of those that may be asked."
        raise ValueError(msg + near(value, PROVIDERS))
    return value


def _variable(value: str) -> str:
    # A key that was put here by mistake is not repeated: the message of pydantic would show the value.
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", value):
        msg = "name the environment variable that holds the key, in capitals, such as GEOCODER_KEY; never the key"
        raise ValueError(msg)
    return value


class Remote(Strict):
    """`[geocode.remote]`: a remote geocoder for addresses that are not in the reference; without it none is asked.

    Attributes
    ----------
    provider
        Which geocoder: `nominatim`, `photon` or `pelias` on a server of your own, `geocode_earth`, `opencage` or
        `geocodio`.
    endpoint
        URL of the server, such as `https://nominatim.example.org`; the provider's own where absent, if it has one.
    key_env
        Name of the environment variable that holds the key; the key itself never stands here.
    consent
        True where somebody who may decide it has agreed that addresses of customers are sent to this provider.
    agreed_by, agreed_on
        Who agreed, and when; required with consent.
    send
        Which addresses to send: those that are `unmatched`, those for `review`, and those of which only the `area` is
        known: street, postcode or place.
    max_per_day
        Most requests on a day (UTC), over all processes.
    per_second
        Most requests per second, over all processes.
    cost_per_request
        What a request costs, in the project's currency.
    timeout_s
        Longest time to wait for an answer, in seconds.
    folder
        Where answers, the key of their hashes and the log of batches are kept, relative to the project's folder.
        Projects that name the same folder share answers and limits.
    """

    provider: Annotated[str, AfterValidator(_provider)]
    endpoint: str = Field(default="", max_length=500)
    key_env: Annotated[str, AfterValidator(_variable)] | None = None
    consent: bool = False
    agreed_by: str = Field(default="", max_length=200)
    agreed_on: date | None = None
    send: tuple[Literal["unmatched", "review", "area"], ...] = ("unmatched",)
    max_per_day: int = Field(default=1000, ge=1)
    per_second: float = Field(default=1.0, gt=0, le=50)
    cost_per_request: Decimal = Field(default=Decimal(0), ge=0)
    timeout_s: float = Field(default=10.0, gt=0, le=120)
    folder: str = Field(default="remote", min_length=1)

    @model_validator(mode="after")
    def _says_who_agreed(self) -> Self:
        if self.consent and not (self.agreed_by.strip() and self.agreed_on):
            msg = 'consent: say who agreed and when: agreed_by = "..." and agreed_on = 2026-01-31'
            raise ValueError(msg)
        return self
