"""Trading areas that are computed: from which method, and with which numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from gcrm.settings.words import Strict

AreaMethod = Literal[
    "ring", "isochrone", "thiessen", "nearest_share", "hull", "density", "threshold_ring", "threshold_drive", "visits"
]
#: Method -> the keys that it needs.
_NEEDED: dict[str, tuple[str, ...]] = {
    "ring": ("km",),
    "isochrone": ("minutes",),
    "thiessen": (),
    "nearest_share": ("share",),
    "hull": (),
    "density": ("share",),
    "threshold_ring": ("share",),
    "threshold_drive": ("share",),
    "visits": ("share",),
}
#: Method -> the keys that it may have besides those.
_ALLOWED: dict[str, tuple[str, ...]] = {
    "ring": (),
    "isochrone": (),
    "thiessen": ("km",),
    "nearest_share": ("weight",),
    "hull": ("share", "weight"),
    "density": ("weight", "km"),
    "threshold_ring": ("weight",),
    "threshold_drive": ("weight",),
    "visits": ("km",),
}
_TRAVELLED = frozenset(["isochrone", "thiessen", "nearest_share", "threshold_drive"])


class TradingArea(Strict):
    """`[trading_areas.NAME]`: one trading area around every store, as regions of the overlapping level NAME.

    Attributes
    ----------
    method
        `ring` (a geodesic circle of `km`), `isochrone` (the places from which the store is reached in `minutes`),
        `thiessen` (the places that are nearest to the store in time), `nearest_share` (around the customers nearest to
        the store that make up `share` of it), `hull` (around its customers, or the `share` nearest to their middle),
        `density` (where they live densest, with `share` of them), `visits` (where trips that end within `km` of the
        store begin, with `share` of them), `threshold_ring` and `threshold_drive` (the least circle or drive time with
        `share` of the customers).
    title
        What to call the level in the dashboard; the name where absent.
    km
        Radius of a ring; how far beyond customers and stores Thiessen areas reach; how far customers are spread out for
        their density (by their own scatter where absent); how near to the store a trip must end (0.5 where absent).
    minutes
        Minutes of an isochrone.
    share
        Share of the store's customers, 0 to 1.
    weight
        Whether a share is one of `customers` or of `sales`.
    mode, day_type, hour
        How and when people travel; as in `ws.roads`.
    """

    method: AreaMethod
    title: str = ""
    km: Annotated[float, Field(gt=0, le=2000)] | None = None
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] | None = None
    share: Annotated[float, Field(gt=0, le=1)] | None = None
    weight: Literal["customers", "sales"] = "customers"
    mode: Literal["drive", "cycle", "walk"] = "drive"
    day_type: Literal["weekday", "saturday", "sunday"] | None = None
    hour: Annotated[int, Field(ge=0, le=23)] | None = None

    @model_validator(mode="after")
    def _method_has_its_keys(self) -> Self:
        # A snapshot keeps every key with its value: one that says nothing else than its default is not said.
        fields = type(self).model_fields
        said = {name for name in fields if getattr(self, name) != fields[name].default}
        for key in _NEEDED[self.method]:
            if key not in said:
                msg = f"method '{self.method}' needs '{key}'"
                raise ValueError(msg)
        travelled = ("mode", "day_type", "hour") if self.method in _TRAVELLED else ()
        allowed = {"method", "title", *_NEEDED[self.method], *_ALLOWED[self.method], *travelled}
        wrong = sorted(said - allowed)
        if wrong:
            msg = f"method '{self.method}' has no '{wrong[0]}'"
            raise ValueError(msg)
        return self


def with_hierarchies(raw: Any) -> Any:
    """Add to a gcrm.toml, as it was read, the overlapping hierarchy of every trading area that it declares.

    Parameters
    ----------
    raw
        The tables of the file.

    Returns
    -------
    Any
        The same with more hierarchies; anything that is no table of tables is left to the checks that follow.

    Raises
    ------
    ValueError
        If a hierarchy of the same name is declared, or a source names such a level.
    """
    areas = raw.get("trading_areas") if isinstance(raw, dict) else None
    if not areas or not isinstance(areas, dict) or not all(isinstance(a, dict) for a in areas.values()):
        return raw
    known = dict(raw.get("hierarchies") or {})
    for name, area in areas.items():
        own = {"levels": [name], "title": area.get("title", ""), "overlapping": True}
        if name in known and {**known[name], "levels": list(known[name].get("levels", ()))} != own:
            msg = f"trading_areas.{name}: there is a hierarchy of this name already; choose another"
            raise ValueError(msg)
        known[name] = own
    for source, table in (raw.get("sources") or {}).items():
        if isinstance(table, dict) and table.get("kind") == "regions" and table.get("level") in areas:
            msg = f"sources.{source}: the regions of '{table['level']}' are computed; give these a level of their own"
            raise ValueError(msg)
    return {**raw, "hierarchies": known}
