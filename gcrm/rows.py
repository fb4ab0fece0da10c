"""What an analyst's statement found."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from gcrm import __version__
from gcrm.cube.ask import statement_id
from gcrm.errors import QueryError
from gcrm.frame import of_table, with_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa

    from gcrm.warehouse.reader import Reader

#: How Arrow says that a column of bytes is geometry.
_EXTENSION, _WKB = b"ARROW:extension:name", b"geoarrow.wkb"


class Rows:
    """What an analyst's statement found, as a table, a frame, and the statement itself.

    Attributes
    ----------
    table
        What the statement selected.
    sql
        The statement.
    parameters
        Values of its `$name` parameters.
    """

    def __init__(self, reader: Reader, table: pa.Table, sql: str, parameters: Mapping[str, Any]) -> None:
        self._reader = reader
        self.table = table
        self.sql = sql
        self.parameters = dict(parameters)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table as a pandas frame; decimals become float."""
        return of_table(self.table)

    @cached_property
    def geo(self) -> gpd.GeoDataFrame:
        """The rows with their first column of geometry, in WGS84.

        Raises
        ------
        QueryError
            If the statement selected no geometry.
        """
        place = next((f.name for f in self.table.schema if (f.metadata or {}).get(_EXTENSION) == _WKB), None)
        if place is None:
            msg = "This statement selected no geometry: name one, such as ST_GeomFromWKB(geometry) AS geometry."
            raise QueryError(msg)
        outlines = shapely.from_wkb(self.table[place].to_numpy(zero_copy_only=False))
        frame = of_table(self.table.drop_columns([place]))
        return with_shapes(frame, outlines)

    @property
    def receipt(self) -> dict[str, Any]:
        """What the rows rest on: their id, the statement and its values, the snapshot and the code that answered."""
        return {
            "id": statement_id(self.sql, self.parameters),
            "sql": self.sql,
            "parameters": {k: str(v) for k, v in self.parameters.items()},
            "snapshot": self._reader.manifest.id,
            "gcrm": __version__,
        }

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(max_rows=20, index=False, escape=True))
