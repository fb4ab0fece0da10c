"""The remote geocoders that may be asked: an explicit list, each with its terms."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.errors import DependencyError, RemoteError
from gcrm.geocode.remote.endpoint import Endpoint, endpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gcrm.settings.remote import Remote


@dataclass(frozen=True)
class Provider:
    """A geocoder that may be asked.

    Attributes
    ----------
    name
        Its name in gcrm.toml.
    geocoder
        Name of geopy's class.
    terms
        Its terms, in a line. They change: read them before you agree.
    url
        Its own server, which answers nobody without a key; null where you must name a server of yours.
    countries
        The word by which it is told the country; null where it cannot be told.
    """

    name: str
    geocoder: str
    terms: str
    url: str | None = None
    countries: str | None = None

    @property
    def needs_key(self) -> bool:
        """True where it is sold."""
        return self.url is not None


_OSM = "answers are OpenStreetMap data (ODbL): they may be kept, name the source"
_OWN = (
    Provider("nominatim", "Nominatim", f"your own server; {_OSM}", countries="country_codes"),
    Provider("photon", "Photon", f"your own server; {_OSM}"),
    Provider(
        "pelias",
        "Pelias",
        "your own server; answers are under the licences of the data it holds, and may be kept",
        countries="countries",
    ),
)
_SOLD = (
    Provider(
        "geocode_earth",
        "GeocodeEarth",
        "paid by request; open data that may be kept, name Geocode Earth and its sources",
        "https://api.geocode.earth",
        countries="countries",
    ),
    Provider(
        "opencage",
        "OpenCage",
        "paid by plan; answers may be kept as long as you like; the free trial is for testing only",
        "https://api.opencagedata.com",
        countries="country",
    ),
    Provider(
        "geocodio",
        "Geocodio",
        "paid by request; North America only; answers may be kept without limit",
        "https://api.geocod.io",
    ),
)
#: The list; a name that is not on it is refused when gcrm.toml is read. The terms of all of them let answers be kept.
PROVIDERS = {provider.name: provider for provider in (*_OWN, *_SOLD)}


@dataclass(frozen=True)
class Service:
    """A provider at its server, as a project's settings name it.

    Attributes
    ----------
    provider
        Which geocoder.
    server
        The one server that is asked.
    """

    provider: Provider
    server: Endpoint

    @property
    def identity(self) -> str:
        """What tells its answers from those of others: provider and server."""
        return f"{self.provider.name} {self.server.scheme}://{self.server.domain}"


def service(remote: Remote) -> Service:
    """Return the service that settings name.

    Parameters
    ----------
    remote
        The settings.

    Returns
    -------
    Service
        Provider and server.

    Raises
    ------
    RemoteError
        If no server is named where one must be, or the server may not be asked.
    """
    provider = PROVIDERS[remote.provider]
    if not remote.endpoint and provider.url is None:
        msg = (
            f'[geocode.remote] names no server: write endpoint = "https://..." of your own {provider.geocoder}. The '
            "public servers are not asked, because their usage policy rules out bulk geocoding."
        )
        raise RemoteError(msg)
    return Service(provider, endpoint(remote.endpoint or provider.url or ""))


def key(remote: Remote) -> str | None:
    """Return the key of the provider from the environment; null where it needs none.

    Raises
    ------
    RemoteError
        If it needs one and none is there.
    """
    if remote.key_env is None:
        if PROVIDERS[remote.provider].needs_key:
            msg = f"{remote.provider} needs a key: name the environment variable that holds it in 'key_env'."
            raise RemoteError(msg)
        return None
    found = os.environ.get(remote.key_env, "").strip()
    if not found:
        msg = f"The environment variable {remote.key_env} holds no key. Set it for this command only; never in a file."
        raise RemoteError(msg)
    return found


def geocoder(found: Service, secret: str | None, adapter: Callable[..., Any]) -> Any:
    """Return geopy's geocoder for a service.

    Parameters
    ----------
    found
        The service.
    secret
        The key; null where it needs none.
    adapter
        Makes what fetches URLs.

    Returns
    -------
    Any
        An object with a method `geocode`.

    Raises
    ------
    DependencyError
        If geopy is not installed.
    """
    try:
        from geopy import geocoders  # noqa: PLC0415 - an optional package
    except ImportError as error:
        msg = "geopy is not installed; remote geocoders need it: pip install 'gcrm[remote]'"
        raise DependencyError(msg) from error
    from gcrm import __version__  # noqa: PLC0415

    options: dict[str, Any] = {
        "domain": found.server.domain,
        "scheme": found.server.scheme,
        "user_agent": f"gcrm/{__version__}",
        "proxies": {},  # a proxy would be another host
        "adapter_factory": adapter,
    }
    if secret is not None and found.provider.name not in {"nominatim", "photon"}:
        options["api_key"] = secret
    return getattr(geocoders, found.provider.geocoder)(**options)
