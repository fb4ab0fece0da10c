"""A dimension: what figures are grouped and filtered by, and where it stands in its hierarchy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gcrm.settings import Settings

DimensionKind = Literal["region", "area", "cell", "attribute", "period"]


@dataclass(frozen=True)
class Dimension:
    """Something figures can be grouped and filtered by.

    Attributes
    ----------
    name
        Name in queries and column name in results.
    kind
        `region` (levels that do not overlap), `area` (levels that may), `cell` (H3), `attribute` or `period`.
    hierarchy
        The hierarchy whose level it is; empty where it stands alone.
    depth
        1 is the largest level of the hierarchy.
    title
        Name to show; the name where empty.
    of
        For an attribute that a project declares: expression over the columns of `facts`.
    facts
        For an attribute that a project declares: facts it can be read from.
    """

    name: str
    kind: DimensionKind
    hierarchy: str = ""
    depth: int = 0
    title: str = ""
    of: str = ""
    facts: tuple[str, ...] = ()

    @property
    def is_place(self) -> bool:
        """True where its members can be drawn on a map."""
        return self.kind in {"region", "area", "cell"}


#: Period -> its label, as SQL over a `day`, and the interval to the next one. Labels sort as the periods follow.
PERIODS: dict[str, tuple[str, str]] = {
    "year": ("strftime(day, '%Y')", "1 YEAR"),
    "quarter": ("strftime(day, '%Y') || '-Q' || quarter(day)", "3 MONTH"),
    "month": ("strftime(day, '%Y-%m')", "1 MONTH"),
    "week": ("strftime(day, '%G-W%V')", "7 DAY"),
    "day": ("strftime(day, '%Y-%m-%d')", "1 DAY"),
    "fiscal_year": ("'FY' || strftime(fiscal, '%Y')", "1 YEAR"),
    "fiscal_quarter": ("'FY' || strftime(fiscal, '%Y') || '-Q' || quarter(fiscal)", "3 MONTH"),
}
_CALENDARS = {"calendar": ("year", "quarter", "month", "day"), "fiscal": ("fiscal_year", "fiscal_quarter")}
_PRODUCT = ("department", "category", "product")
_HOME = ("residence_type", "residence_word", "building_use")
_MOVEMENT = ("hour", "day_type", "age", "sex", "visitor", "mode")
_ALONE = ("segment", "owner", *_HOME, "road_access", "drive_to_store", "store", "channel", *_MOVEMENT)


def dimensions(settings: Settings) -> dict[str, Dimension]:
    """Return every dimension of a project by name: its levels, its cells, attributes and periods."""
    found = [
        Dimension(level, "area" if h.overlapping else "region", name, depth)
        for name, h in settings.hierarchies.items()
        for depth, level in enumerate(h.levels, start=1)
    ]
    found += [Dimension(f"h3_r{r}", "cell", "h3", i) for i, r in enumerate(settings.cell_resolutions, start=1)]
    found += [Dimension(name, "attribute") for name in _ALONE]
    found += [Dimension(name, "attribute", "products", i) for i, name in enumerate(_PRODUCT, start=1)]
    found += [
        Dimension(name, "attribute", title=d.title, of=d.of, facts=d.facts)
        for name, d in settings.cube.dimensions.items()
    ]
    for hierarchy, levels in _CALENDARS.items():
        found += [Dimension(name, "period", hierarchy, i) for i, name in enumerate(levels, start=1)]
    found.append(Dimension("week", "period"))
    return {d.name: d for d in found}
