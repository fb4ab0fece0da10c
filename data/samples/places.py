"""The real places of San Francisco: address points, zones with their statistics, and ZIP areas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from wheels import Wheels

#: UTM zone 10 north: metres.
METRIC = "EPSG:32610"

#: The four superdistricts of San Francisco, as the Metropolitan Transportation Commission names them.
DISTRICTS = {"1": "Downtown", "2": "Richmond", "3": "Mission", "4": "Sunset"}

#: Upper bounds of the first three income classes of land_use.csv, in dollars of the year 2000.
INCOME_BOUNDS = (30_000, 60_000, 100_000)

#: West, south, east, north. Three parts of zones lie outside and have no address: the Farallon Islands (45 km out at
#: sea), Red Rock Island, and the tip of Alameda across the bay.
_WINDOW = (-122.55, 37.69, -122.35, 37.85)

INCOME_COLUMNS = ("HHINCQ1", "HHINCQ2", "HHINCQ3", "HHINCQ4")
#: Columns of land_use.csv: households, residents, employed residents, jobs, retail jobs, single-family and multi-family
#: dwellings, and households by income class.
STATISTICS = ("TOTHH", "TOTPOP", "EMPRES", "TOTEMP", "RETEMPN", "SFDU", "MFDU", *INCOME_COLUMNS)


def addresses(wheels: Wheels) -> tuple[pd.DataFrame, dict[str, int]]:
    """Read the address points, one row per point, in order of street and number.

    Returns
    -------
    tuple
        The points (house_number, street, unit, postcode, lon, lat) and what was left out or mended, by reason.
    """
    raw = pd.read_parquet(wheels.open("addresses"), columns=["NUMBER", "STREET", "UNIT", "POSTCODE", "LON", "LAT"])
    number = raw["NUMBER"].str.strip()
    frame = pd.DataFrame(
        {
            # The package's table went through floating point: 239A became 239.0A.
            "house_number": number.str.replace(r"^(\d+)\.0(?=\D|$)", r"\1", regex=True),
            "street": raw["STREET"].str.strip(),
            "unit": raw["UNIT"].str.strip().replace("", None),
            "postcode": raw["POSTCODE"].astype(int).astype(str),
            "lon": raw["LON"].round(6),
            "lat": raw["LAT"].round(6),
        }
    )
    unknown = frame["street"].eq("Unknown")
    zero = frame["house_number"].eq("0") & ~unknown
    kept = frame[~unknown & ~zero]
    counts = {
        "points in the package": len(raw),
        "street is 'Unknown'": int(unknown.sum()),
        "house number is 0": int(zero.sum()),
        "points kept": len(kept),
        "house numbers mended (239.0A is 239A)": int((number != frame["house_number"])[kept.index].sum()),
    }
    order = kept.assign(_n=kept["house_number"].str.extract(r"^(\d+)", expand=False).astype(float))
    keys = ["street", "_n", "house_number", "unit", "lon", "lat"]
    return order.sort_values(keys, kind="stable").drop(columns="_n").reset_index(drop=True), counts


def zones(wheels: Wheels) -> gpd.GeoDataFrame:
    """Read the city's 190 zones: zone_id, district and geometry in WGS84, cut to the city's window."""
    land_use = pd.read_csv(wheels.open("land_use"))
    wanted = land_use[["ZONE", "DISTRICT"]]
    frame = gpd.read_file(wheels.open("zones")).merge(wanted, left_on="TAZ1454", right_on="ZONE")
    frame = frame.sort_values("ZONE", kind="stable").reset_index(drop=True)
    geometry = shapely.set_precision(frame.geometry.to_numpy(), 1e-7, mode="pointwise")
    return gpd.GeoDataFrame(
        {"zone_id": frame["ZONE"].astype(str), "district": frame["DISTRICT"].astype(str)},
        geometry=[_near_city(g) for g in geometry],
        crs="EPSG:4326",
    )


def _near_city(geometry: shapely.Geometry) -> shapely.Geometry:
    """Keep the parts of a zone that lie in the city's window."""
    parts = [part for part in shapely.get_parts(geometry) if shapely.box(*_WINDOW).covers(part)]
    return shapely.normalize(shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0])


def name_zones(zone: gpd.GeoDataFrame, points: pd.DataFrame, zone_of_point: pd.Series) -> pd.Series:
    """Name every zone after the two streets with the most addresses in it: 'Noriega & 30th (95)'."""
    known = points.assign(zone_id=zone_of_point).dropna(subset="zone_id")
    counts = known.groupby(["zone_id", "street"]).size().rename("n").reset_index()
    counts = counts.sort_values(["zone_id", "n", "street"], ascending=[True, False, True], kind="stable")
    top = counts.groupby("zone_id").head(2)
    words = top["street"].str.replace(r"^0+", "", regex=True)
    short = words.str.replace(r" (Street|Avenue|Boulevard|Drive|Way|Terrace|Court|Road|Place|Lane)$", "", regex=True)
    names = short.groupby(top["zone_id"]).agg(" & ".join)
    return zone["zone_id"].map(names) + " (" + zone["zone_id"] + ")"


def locate(points: pd.DataFrame, zone: gpd.GeoDataFrame) -> pd.Series:
    """Return the zone_id of every point, null outside all zones; on a border the lowest number."""
    tree = shapely.STRtree(zone.geometry.to_numpy())
    found = tree.query(shapely.points(points["lon"], points["lat"]), predicate="covered_by")
    best = pd.Series(found[1]).groupby(found[0]).min()
    return pd.Series(zone["zone_id"].to_numpy()[best.to_numpy()], index=points.index[best.index]).reindex(points.index)


def statistics(wheels: Wheels) -> pd.DataFrame:
    """Read the zone statistics, one row per zone, and add the modelled mean income of its households.

    The mean is the zone's four income classes weighted by the mean income that the package's sample of 2,000
    households of the city has in each class.
    """
    land_use = pd.read_csv(wheels.open("land_use")).sort_values("ZONE", kind="stable").reset_index(drop=True)
    frame = land_use[list(STATISTICS)].astype(int)
    frame.insert(0, "ZONE", land_use["ZONE"].astype(str))
    sample = pd.read_csv(wheels.open("households"))
    klass = np.digitize(sample["income"], INCOME_BOUNDS)
    means = sample["income"].groupby(klass).mean().to_numpy()
    classes = frame[list(INCOME_COLUMNS)].to_numpy()
    frame["INCOME_MODELLED"] = np.round(classes @ means / classes.sum(axis=1), -2).astype(int)
    return frame


def zips(wheels: Wheels) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Read the ZIP areas with their geometry, and their population as one row per area and statistic."""
    raw = pd.read_parquet(wheels.open("zips")).sort_values("zipcode", kind="stable").reset_index(drop=True)
    code = raw["zipcode"].astype(str)
    shapes = [shapely.normalize(shapely.Polygon(np.round(json.loads(c), 7))) for c in raw["contour"]]
    area = gpd.GeoDataFrame({"zip": code}, geometry=shapes, crs="EPSG:4326")
    return area, pd.DataFrame({"region_id": code, "statistic": "residents", "value": raw["population"].astype(int)})
