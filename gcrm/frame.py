"""Tables as frames of pandas and geopandas, which take longer to import than most questions take to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd


def with_shapes(frame: pd.DataFrame, shapes: Sequence[Any], crs: Any = "EPSG:4326") -> gpd.GeoDataFrame:
    """Return a frame with a shape for each row.

    Parameters
    ----------
    frame
        Rows.
    shapes
        Shapely geometry of each row, null where it has none.
    crs
        Coordinate reference system of the shapes.

    Returns
    -------
    geopandas.GeoDataFrame
        The rows, with the shapes as `geometry`.
    """
    import geopandas as gpd  # noqa: PLC0415 (see the module's head)

    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


def of_table(table: pa.Table) -> pd.DataFrame:
    """Return a table as a pandas frame; decimals become float.

    Parameters
    ----------
    table
        Any table.

    Returns
    -------
    pandas.DataFrame
        The same rows.
    """
    for i, column in enumerate(table.schema):
        if pa.types.is_decimal(column.type):
            table = table.set_column(i, column.name, table.column(i).cast(pa.float64()))
    frame: pd.DataFrame = table.to_pandas()
    return frame
