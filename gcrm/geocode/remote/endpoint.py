"""The one server that may be asked: its address, checked, and the hosts that are refused with the reason."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from gcrm.errors import RemoteError

_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_INSIDE = (".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localhost")
_OWN = "set up a server of your own and name it in 'endpoint', or choose a provider that sells this"
#: Hosts that are open to everybody, and why they are not asked for a whole company's addresses.
_PUBLIC = (
    (
        re.compile(r"(?:.+\.)?openstreetmap\.(?:org|com|net|de|fr|us)|(?:.+\.)?osm\.org"),
        (
            "it is run on donations, and the usage policy of the OpenStreetMap Foundation rules out bulk geocoding on "
            "its public Nominatim"
        ),
    ),
    (
        re.compile(r"(?:.+\.)?photon\.komoot\.(?:io|de)"),
        "it is a demonstration server for single searches, and is closed to those who send many",
    ),
)


@dataclass(frozen=True)
class Endpoint:
    """A server that may be asked.

    Attributes
    ----------
    scheme
        `https`, or `http` within the own network.
    host
        Name or address, in lower case.
    port
        TCP port.
    path
        What stands before the path of the geocoder; empty where it stands at the root.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def domain(self) -> str:
        """Host, port where it is not the usual one, and path, as geopy takes them."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name + ("" if self.port == _PORTS[self.scheme] else f":{self.port}") + self.path

    def holds(self, url: str) -> bool:
        """Say whether a URL leads to this server and no other."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            return False
        same = (parts.scheme, parts.hostname, port) == (self.scheme, self.host, self.port)
        return same and parts.username is None and parts.password is None


def endpoint(url: str) -> Endpoint:
    """Read and check the URL of a server.

    Parameters
    ----------
    url
        Such as `https://nominatim.example.org` or `http://localhost:8080/nominatim`.

    Returns
    -------
    Endpoint
        The server.

    Raises
    ------
    RemoteError
        If it is no URL of a server, holds a password or a query, would send addresses unencrypted through the
        internet, or is a public server that must not be asked for many addresses.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").rstrip(".")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, host, port = urlsplit(""), "", 0
    if parts.scheme not in _PORTS or not (_NAME.fullmatch(host) or _address(host)):
        msg = "[geocode.remote] endpoint is no URL of a server; write it like 'https://nominatim.example.org'."
        raise RemoteError(msg)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        msg = (
            "[geocode.remote] endpoint holds a name, password or query; leave only the server and its path. A key "
            "stands in the environment variable that 'key_env' names."
        )
        raise RemoteError(msg)
    for pattern, why in _PUBLIC:
        if pattern.fullmatch(host):
            msg = f"{host} is not asked: {why}. Instead, {_OWN}."
            raise RemoteError(msg)
    if parts.scheme == "http" and not _inside(host):
        msg = f"{host} would be sent addresses unencrypted; write 'https://' for a server outside your own network."
        raise RemoteError(msg)
    return Endpoint(parts.scheme, host, port, parts.path.rstrip("/"))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _inside(host: str) -> bool:
    """Say whether a host is this machine or one of the own network."""
    address = _address(host)
    if address is not None:
        return address.is_private
    return "." not in host or host.endswith(_INSIDE)
