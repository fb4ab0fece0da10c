"""What fetches: from one server, without redirects, proxies and cookies, small answers, each in its time."""

from __future__ import annotations

import email.utils
import http.client
import json
import logging
import ssl
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Literal

from geopy.adapters import BaseSyncAdapter
from geopy.util import logger

if TYPE_CHECKING:
    from gcrm.geocode.remote.endpoint import Endpoint

# geopy writes URLs, and so addresses and keys, into its log; nothing of that may reach the log of whoever uses us.
logger.setLevel(logging.CRITICAL + 1)

#: Largest answer that is read, in bytes.
MOST_BYTES = 1_000_000
_CHUNK = 1 << 14

Why = Literal["busy", "broken", "slow", "unreachable", "unreadable", "refused", "denied", "redirect", "elsewhere"]
_WHY: dict[int, Why] = {
    **dict.fromkeys((400, 413, 414, 422), "refused"),
    **dict.fromkeys((401, 402, 403, 407), "denied"),
    408: "slow",
    429: "busy",
    503: "busy",
    504: "slow",
}


class FetchError(Exception):
    """A request without an answer that can be used. It never holds the URL, for that holds the address and the key.

    Attributes
    ----------
    why
        `busy` (come back later), `broken` (a fault of the server), `slow`, `unreachable`, `unreadable` (no JSON, or too
        much), `refused` (this question), `denied` (key, right or quota), `redirect`, or `elsewhere` (another host).
    status
        Status of HTTP; null where there was no response.
    retry_s
        Seconds after which the server asks to come back; null where it does not say.
    """

    def __init__(self, why: Why, status: int | None = None, retry_s: float | None = None) -> None:
        super().__init__(why)
        self.why, self.status, self.retry_s = why, status, retry_s


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing: the response itself becomes the error."""
        del args, kwargs


class OneServer(BaseSyncAdapter):  # type: ignore[misc] # geopy comes without types
    """Fetches from one server, on geopy's behalf.

    Parameters
    ----------
    server
        The server.
    timeout_s
        Longest time for a whole answer, in seconds.
    """

    def __init__(self, server: Endpoint, timeout_s: float) -> None:
        super().__init__(proxies={}, ssl_context=None)
        self._server, self._timeout_s = server, timeout_s
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            _NoRedirect,
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        )

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        """Fetch an answer and read it as JSON.

        Parameters
        ----------
        url
            What to fetch.
        timeout
            geopy's; ours holds for the whole answer.
        headers
            Headers of the request.

        Returns
        -------
        Any
            What it holds.

        Raises
        ------
        FetchError
            If there is no such answer.
        """
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise FetchError(why="unreadable") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        """Fetch an answer as text.

        Parameters
        ----------
        url
            What to fetch.
        timeout
            geopy's; ours holds for the whole answer.
        headers
            Headers of the request.

        Returns
        -------
        str
            The text.

        Raises
        ------
        FetchError
            If there is none.
        """
        del timeout
        if not self._server.holds(url):
            raise FetchError(why="elsewhere")
        end = time.monotonic() + self._timeout_s
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the server was checked
        try:
            with self._opener.open(request, timeout=self._timeout_s) as response:
                return _read(response, end).decode("utf-8")
        except urllib.error.HTTPError as error:
            with error:
                raise _fault(error) from None
        except TimeoutError:
            raise FetchError(why="slow") from None
        except urllib.error.URLError as error:
            raise FetchError(why="slow" if isinstance(error.reason, TimeoutError) else "unreachable") from None
        except UnicodeDecodeError:
            raise FetchError(why="unreadable") from None
        except (OSError, http.client.HTTPException):
            raise FetchError(why="unreachable") from None


def _read(response: Any, end: float) -> bytes:
    """Read a whole answer, within its size and time."""
    parts, size = [], 0
    while part := response.read1(_CHUNK):
        size += len(part)
        parts.append(part)
        if size > MOST_BYTES:
            raise FetchError(why="unreadable")
        if time.monotonic() > end:
            raise FetchError(why="slow")
    return b"".join(parts)


def _fault(error: urllib.error.HTTPError) -> FetchError:
    """Say what a response without success means."""
    if 300 <= error.code < 400:
        return FetchError("redirect", error.code)
    return FetchError(_WHY.get(error.code, "broken"), error.code, _retry_s(error.headers.get("Retry-After")))


def _retry_s(text: str | None) -> float | None:
    """Read Retry-After (RFC 9110, section 10.2.3): seconds or a date."""
    if not text:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text.strip())
    except (TypeError, ValueError):
        return None
    return max(0.0, moment.timestamp() - time.time())
