"""Cambridge's own addresses in the form of the address files, and its centrelines held against them.

An address has no point and no postcode of its own there: it stands at an inner point of its parcel, in the ZIP area
that holds it. Several buildings of a parcel so stand at one point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from gcrm.geocode.table import Request, geocode_table

if TYPE_CHECKING:
    from pathlib import Path

METRIC = 26986


def write_addresses(city: Path, target: Path) -> int:
    """Write the city's addresses as an address file.

    Parameters
    ----------
    city
        Folder of the city's data.
    target
        File to write: house_number, street, postcode, lat and lon, one row per distinct address.

    Returns
    -------
    int
        Rows written.
    """
    named = pd.read_csv(city / "Master_Address_Database_2015-10-13.csv", dtype=str, keep_default_na=False)
    parcels = gpd.read_file(city / "ASSESSING_ParcelsFY2014.topojson").set_crs(4326, allow_override=True)
    points = parcels.set_geometry(parcels.geometry.make_valid().to_crs(METRIC).representative_point().to_crs(4326))
    zips = gpd.read_file(city / "BOUNDARY_Zipcodes.geojson").to_crs(4326)[["ZIP_CODE", "geometry"]]
    placed = gpd.sjoin(points[["ML", "geometry"]], zips, predicate="within").drop_duplicates("ML").set_index("ML")
    known = named[named["MapLot"].isin(placed.index) & (named["street_number"] != "")]
    words = [known[name].str.strip().str.title() for name in ("street_name", "street_suffix", "dir_suffix")]
    found = placed.loc[known["MapLot"]]
    table = pd.DataFrame(
        {
            "house_number": (known["street_number"] + known["street_number_suffix"]).str.strip().to_numpy(),
            "street": words[0].str.cat(words[1:], sep=" ").str.strip().to_numpy(),
            "postcode": found["ZIP_CODE"].to_numpy(),
            "lat": found.geometry.y.to_numpy(),
            "lon": found.geometry.x.to_numpy(),
        }
    ).drop_duplicates(["house_number", "street", "postcode"])
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), target)
    return len(table)


def centreline_errors(city: Path, addresses: Path, work: Path) -> pd.Series:
    """Look for the addresses on the city's centrelines, whose sides have ranges of house numbers.

    Parameters
    ----------
    city
        Folder of the city's data.
    addresses
        What `write_addresses` wrote.
    work
        Folder for files on the way.

    Returns
    -------
    pandas.Series
        Metres off the parcel's inner point, of each address that was found on a segment.
    """
    true = pq.read_table(addresses).to_pandas()
    asked = true.assign(address=true["house_number"] + " " + true["street"] + ", Cambridge, MA")
    pyarrow.csv.write_csv(
        pa.Table.from_pandas(
            asked[["address", "lon", "lat"]].rename(columns={"lon": "true_lon", "lat": "true_lat"}),
            preserve_index=False,
        ),
        work / "asked.csv",
    )
    answer = geocode_table(work / "asked.csv", [city / "TRANS_Centerlines.geojson"], Request(country="US"))
    found = answer.table.to_pandas()
    found = found[found["geo_match_level"] == "segment"]
    here, there = (
        gpd.GeoSeries(gpd.points_from_xy(found[lon].astype(float), found[lat].astype(float)), crs=4326).to_crs(METRIC)
        for lon, lat in (("geo_lon", "geo_lat"), ("true_lon", "true_lat"))
    )
    return here.distance(there)
