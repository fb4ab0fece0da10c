"""What exports need of an opened project, and of what is to be exported; the workspace and its results have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb
    import geopandas as gpd
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.crm import Store
    from gcrm.cube.question import PeriodWord
    from gcrm.settings import Settings
    from gcrm.warehouse.snapshot import Manifest


class Exportable(Protocol):
    """Something that can become a file: rows, and what they rest on. With `geo` it has places, with `sheets` more."""

    @property
    def table(self) -> pa.Table:
        """The rows."""
        ...  # pragma: no cover

    @property
    def receipt(self) -> dict[str, Any]:
        """What the rows rest on: question, snapshot, version."""
        ...  # pragma: no cover


class Project(Protocol):
    """An opened project: `workspace.Workspace`.

    Attributes
    ----------
    folder
        The project's folder.
    scope
        Who reads.
    """

    folder: Path
    scope: Scope

    @property
    def settings(self) -> Settings:
        """The settings that its snapshot was built with."""
        ...  # pragma: no cover

    @property
    def manifest(self) -> Manifest:
        """The snapshot that is open."""
        ...  # pragma: no cover

    @property
    def crm(self) -> Store:
        """The operational store; made when it is first asked for."""
        ...  # pragma: no cover

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own over the snapshot."""
        ...  # pragma: no cover

    def query(
        self,
        measures: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
        *,
        totals: bool = False,
    ) -> Exportable:
        """Ask for figures."""
        ...  # pragma: no cover

    def regions(self, level: str) -> gpd.GeoDataFrame:
        """Return the regions of a level as they are today."""
        ...  # pragma: no cover
