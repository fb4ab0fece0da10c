"""One question to one provider, through geopy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm.errors import DependencyError
from gcrm.geocode.remote.answer import Answer
from gcrm.geocode.remote.provider import Service, geocoder, key
from gcrm.geocode.remote.reading import read

if TYPE_CHECKING:
    from gcrm.geocode.remote.question import Question
    from gcrm.settings.remote import Remote


@dataclass(frozen=True)
class Client:
    """Asks one service.

    Attributes
    ----------
    service
        The service.
    geocoder
        geopy's.
    """

    service: Service
    geocoder: Any

    def ask(self, question: Question) -> Answer:
        """Return what the service says.

        Parameters
        ----------
        question
            What to ask.

        Returns
        -------
        Answer
            What it is worth.

        Raises
        ------
        FetchError
            If it says nothing that can be used.
        """
        from geopy.exc import GeopyError  # noqa: PLC0415 - an optional package

        from gcrm.geocode.remote.web import FetchError  # noqa: PLC0415

        options: dict[str, Any] = {}
        word = self.service.provider.countries
        if word and question.country:
            options[word] = [question.country.lower()]
        if self.service.provider.name == "nominatim":
            options["addressdetails"] = True
        try:
            location = self.geocoder.geocode(question.text, exactly_one=True, **options)
            if location is None:
                return Answer("nothing")
            point = float(location.longitude), float(location.latitude)
            return read(self.service.provider.name, question, *point, location.raw)
        except FetchError as error:
            if error.why == "refused":
                return Answer("refused")
            raise
        # geopy takes answers apart as if they were always whole.
        except (GeopyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
            raise FetchError(why="unreadable") from None


def client(found: Service, remote: Remote) -> Client:
    """Return what asks a service.

    Parameters
    ----------
    found
        The service.
    remote
        Where its key stands, and how long to wait for it.

    Returns
    -------
    Client
        It has asked nothing yet.

    Raises
    ------
    DependencyError
        If geopy is not installed.
    RemoteError
        If the service needs a key and none is there.
    """
    secret = key(remote)
    try:
        from gcrm.geocode.remote.web import OneServer  # noqa: PLC0415 - an optional package
    except ImportError as error:
        msg = "geopy is not installed; remote geocoders need it: pip install 'gcrm[remote]'"
        raise DependencyError(msg) from error
    return Client(found, geocoder(found, secret, lambda **_: OneServer(found.server, remote.timeout_s)))
