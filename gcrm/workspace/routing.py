"""The routing of a workspace: who looks after each customer and prospect, and who gets a new lead."""

from __future__ import annotations

import tempfile
import weakref
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from gcrm.errors import QueryError
from gcrm.exports import owners
from gcrm.exports.routing import book_of, check, route
from gcrm.geocode import Geocoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from gcrm.geocode import Found
    from gcrm.workspace.workspace import Workspace

_REFERENCE = "COPY (SELECT * EXCLUDE (source, row_no) FROM ingest.address_reference WHERE lon IS NOT NULL) TO $path"


@dataclass(frozen=True)
class Lead:
    """Who gets a lead, and why.

    Attributes
    ----------
    owner_id, owner_name
        The sales person; null where nobody does.
    basis
        `territory`, `nearest`, `rest` or `nobody`; see `exports.routing`.
    reasons
        How that came about, step by step.
    lon, lat
        The point, WGS84; null where the address was not found.
    regions
        Level -> region that the point lies in, of every level; levels that it lies outside of are left out.
    found
        What geocoding says; null where a point was given.
    """

    owner_id: str | None
    owner_name: str | None
    basis: str
    reasons: tuple[str, ...]
    lon: float | None
    lat: float | None
    regions: dict[str, str]
    found: Found | None


class Routing:
    """Who looks after whom: `ws.routing`. It needs record rights, and no scope of regions."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def parties(self, kinds: Sequence[str] = ("customers", "prospects"), **words: Any) -> pa.Table:
        """Say who looks after each customer and prospect, and why: see `exports.routing.route`."""
        return route(self._ws, kinds, **words)

    def lead(
        self, address: str | None = None, *, lon: float | None = None, lat: float | None = None, **words: Any
    ) -> Lead:
        """Say who gets a new lead, and why.

        Parameters
        ----------
        address
            The address as one text; null where a point is given.
        lon, lat
            The point, degrees, WGS84.
        **words
            `day` (today where absent), `product`, `channel`, `rest`: see `exports.routing.Book`.

        Returns
        -------
        Lead
            Who, and how that came about. An address that is not found goes to the rest.

        Raises
        ------
        AccessError
            If the scope has no record rights, or does not see every region.
        QueryError
            If there is neither an address nor a point, or the project has no address references.
        """
        check(self._ws)
        found, steps = None, []
        if lon is None or lat is None:
            if not (address or "").strip():
                msg = "A lead needs an address, or longitude and latitude."
                raise QueryError(msg)
            found = self._geocoder.find(address)
            lon, lat = found.lon, found.lat
            steps.append(_said(found))
        regions = {} if lon is None or lat is None else self._regions(lon, lat)
        if regions:
            steps.append("lies in " + ", ".join(f"{level} {region}" for level, region in regions.items()))
        book = book_of(self._ws, **words)
        point = None if lon is None or lat is None else (lon, lat)
        way = book.way("lead", "", None, regions, point)
        name = owners(self._ws, book.day).get(way.owner, {}).get("owner_name") if way.owner else None
        steps.append(f"{name or way.owner or 'nobody'}: {way.reason}")
        return Lead(way.owner, name, way.basis, tuple(steps), lon, lat, regions, found)

    @cached_property
    def _geocoder(self) -> Geocoder:
        """The project's own address references, kept ready."""
        con = self._ws.cursor()
        row = con.execute("SELECT count(*) FROM ingest.address_reference WHERE lon IS NOT NULL").fetchone()
        if row is None or not row[0]:
            msg = "The project has no address references with points. Give longitude and latitude instead."
            raise QueryError(msg)
        with tempfile.TemporaryDirectory(prefix="gcrm-") as folder:
            path = Path(folder) / "addresses.parquet"
            con.execute(_REFERENCE, {"path": str(path)})
            made = Geocoder(path, country=self._ws.settings.geocode.country)
        weakref.finalize(self, made.close)
        return made

    def _regions(self, lon: float, lat: float) -> dict[str, str]:
        """Return the region of each level that a point lies in; on a border the one with the lowest identifier."""
        spot = shapely.Point(lon, lat)
        found = {}
        for dimension in self._ws.dimensions.values():
            if dimension.kind != "region":
                continue
            frame = self._ws.regions(dimension.name)
            here = sorted(frame["region_id"][shapely.covers(frame.geometry.to_numpy(), spot)])
            if here:
                found[dimension.name] = str(here[0])
        return found


def _said(found: Found) -> str:
    """Say what geocoding found."""
    if found.lon is None:
        return f"the address is not found ({found.status})"
    error = "" if found.error_m is None else f", within {found.error_m:.0f} m"
    return f"found as {found.matched_address or 'a place'} ({found.match_level}, {found.status}{error})"
