"""What a selection means in a project: which places are drawn, inside which region, and the way up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gcrm.errors import ProjectError
from gcrm.maps.choropleth import noun_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.answers import Catalog, Hierarchy, Region
    from app.selection import Selection

    Regions = Callable[[str], dict[str, Region]]


@dataclass(frozen=True)
class Focus:
    """A selection that fits its project.

    Attributes
    ----------
    selection
        The selection without what the project does not have.
    catalog
        What the project has to choose from.
    hierarchy
        The regions in use; None where the project has none.
    names
        Names of the regions of the path, from the largest.
    dropped
        What the address line named and the project does not have, in words.
    """

    selection: Selection
    catalog: Catalog
    hierarchy: Hierarchy | None
    names: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def inner(self) -> tuple[str, ...]:
        """Levels below the focus, largest first."""
        levels = self.hierarchy.levels if self.hierarchy else ()
        below = levels.index(self.selection.path[-1][0]) + 1 if self.selection.path else 0
        return levels[below:]

    @property
    def choices(self) -> tuple[str, ...]:
        """Everything that can be drawn inside the focus, as dimensions of a query: levels below it, then cells.

        Where there is neither, the focus itself.
        """
        return (*self.inner, *(f"h3_r{r}" for r in self.catalog.cells)) or tuple(
            lv for lv, _ in self.selection.path[-1:]
        )

    @property
    def drawn(self) -> str:
        """The dimension that is drawn."""
        if self.selection.cells is not None:
            return f"h3_r{self.selection.cells}"
        return self.selection.level or (self.inner[0] if self.inner else self.choices[-1])

    @property
    def is_cells(self) -> bool:
        """True where cells are drawn."""
        return self.drawn.startswith("h3_r")

    @property
    def period(self) -> str | None:
        """The period as a query takes it."""
        period = self.selection.period or self.catalog.latest
        return None if period == "all" else period

    @property
    def where(self) -> dict[str, list[str | None]]:
        """The filters that hold for every figure, without the region."""
        return {"segment": list(self.selection.segments)} if self.selection.segments else {}

    @property
    def inside(self) -> dict[str, Any]:
        """What a question takes so that it is about the region in focus: filters and period."""
        return {"where": {**self.where, **self.selection.focus}, "period": self.period}

    @property
    def compared(self) -> dict[str, Any]:
        """The question whose answer stands above the map; the shares of a table are of it."""
        return {"path": self.selection.path, "period": self.period, "where": self.where}

    @property
    def title(self) -> str:
        """What to call the region in focus."""
        return self.names[-1] if self.names else self.catalog.title

    @property
    def noun(self) -> str:
        """What to call what is drawn."""
        return noun_of(self.drawn)


def fit(selection: Selection, catalog: Catalog, regions: Regions) -> Focus:
    """Fit a selection to a project: drop what it does not have, and say so.

    Parameters
    ----------
    selection
        What the address line says.
    catalog
        What the project has to choose from.
    regions
        Level -> its regions by identifier.

    Returns
    -------
    Focus
        What can be drawn.

    Raises
    ------
    ProjectError
        If the project has neither regions nor cells.
    """
    dropped = []
    first = next(iter(catalog.hierarchies.values()), None)
    hierarchy = catalog.hierarchies.get(selection.hierarchy, first)
    if selection.hierarchy and selection.hierarchy not in catalog.hierarchies:
        dropped.append("regions")
    if selection.measure not in catalog.measures:
        selection = replace(selection, measure=next(iter(catalog.measures)))
        dropped.append("measure")
    if selection.period not in {"", "all", *catalog.periods}:
        selection = replace(selection, period="")
        dropped.append("period")
    known = tuple(s for s in selection.segments if s is None or s in catalog.segments)
    if known != selection.segments:
        selection = replace(selection, segments=known)
        dropped.append("segment")
    path, names = _path(selection, hierarchy, regions)
    if path != selection.path:
        selection = selection.focus_on(path)
        dropped.append("region")
    focus = Focus(selection, catalog, hierarchy, names, ())
    if not focus.choices:
        msg = "This project has nothing to draw: give gcrm.toml regions or cell_resolutions, and build it."
        raise ProjectError(msg)
    drawn = f"h3_r{selection.cells}" if selection.cells is not None else selection.level
    if drawn and drawn not in focus.choices:
        selection = replace(selection, level="", cells=None)
        dropped.append("level")
    return replace(focus, selection=selection, dropped=tuple(dropped))


def path_to(level: str, region: str, regions: Regions) -> tuple[tuple[str, str], ...]:
    """Return the path from the largest region down to one.

    Parameters
    ----------
    level, region
        The one; an empty level is the whole project.
    regions
        Returns the regions of a level.

    Returns
    -------
    tuple
        (level, region) from the largest down; empty for the whole project.
    """
    path: list[tuple[str, str]] = []
    step: tuple[str, str] | None = (level, region) if level else None
    while step is not None and step not in path:
        path.insert(0, step)
        found = regions(step[0]).get(step[1])
        step = found.parent if found else None
    return tuple(path)


def _path(
    selection: Selection, hierarchy: Hierarchy | None, regions: Regions
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return the part of the path that the project has, and its names."""
    path: list[tuple[str, str]] = []
    names: list[str] = []
    levels = hierarchy.levels if hierarchy else ()
    for level, region in selection.path:
        found = regions(level).get(region) if level in levels[len(path) :] else None
        if found is None:
            break
        path.append((level, region))
        names.append(found.name)
    return tuple(path), tuple(names)
