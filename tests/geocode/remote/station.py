"""Providers on loopback that answer as they are told, and remember who asked what, when."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Reply:
    """What the provider answers."""

    status: int = 200
    body: str = "[]"
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    at: float
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Station:
    """A running provider."""

    url: str
    seen: list[Seen] = field(default_factory=list)
    answered: int = 0

    @property
    def texts(self) -> list[str]:
        """What was asked, in order."""
        return [seen.query.get("q") or seen.query.get("text") or "" for seen in self.seen]


@contextmanager
def serve(reply: Callable[[int, Seen], Reply]) -> Iterator[Station]:
    """Run a provider: `reply` gets how many requests came before, and the request."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            seen = Seen(time.time(), parts.path, query, dict(self.headers.items()))
            with lock:
                number = len(station.seen)
                station.seen.append(seen)
            answer = reply(number, seen)
            time.sleep(answer.wait_s)
            body = answer.body.encode()
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has gone
            with lock:
                station.answered += 1

        def log_message(self, *args: Any) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    station = Station(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield station
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def house(text: str, **changes: Any) -> Reply:
    """A Nominatim's answer for the address `NUMBER STREET, POSTCODE CITY`: a house where the number says."""
    number = text.split(maxsplit=1)[0]
    east = -122.4 + int("".join(c for c in number if c.isdigit()) or 0) / 10_000
    found = {
        "lat": "37.75",
        "lon": f"{east:.4f}",
        "class": "building",
        "type": "yes",
        "addresstype": "building",
        "display_name": text,
        "boundingbox": ["37.7499", "37.7501", f"{east - 0.0001:.4f}", f"{east + 0.0001:.4f}"],
        "address": {"house_number": number, "country_code": "us"},
    }
    return Reply(body=json.dumps([{**found, **changes}]))


def houses(_number: int, seen: Seen) -> Reply:
    """Find everything."""
    return house(seen.query["q"])
