"""A whole invented project: the files, their gcrm.toml and the truth."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from gcrm.errors import ProjectError
from gcrm.generate import people, purchases, toml
from gcrm.generate.books import Books, Chunk
from gcrm.generate.choice import Choice
from gcrm.generate.world import World, truth_of
from gcrm.settings import FILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gcrm.generate.frame import Format, Frame
    from gcrm.generate.world import Homes

    Ints = NDArray[np.int64]

PROSPECT_SHARE = 0.3
CONTACT_SHARE = 0.5
_CHUNK_ROWS = 250_000


@dataclass(frozen=True)
class Truth:
    """What is true of an invented project; truth/ in its folder has it row by row.

    Attributes
    ----------
    folder
        The project.
    rows
        Source -> good rows.
    rejects
        Source -> reason -> bad rows, which are in the file beside the good ones.
    outside
        Customers outside every zone.
    revenue
        Sum of the amounts of all good orders.
    """

    folder: Path
    rows: dict[str, int]
    rejects: dict[str, dict[str, int]]
    outside: int
    revenue: Decimal


def generate(  # noqa: PLR0913 - each is one thing that a project can differ in
    folder: Path,
    *,
    customers: int,
    seed: int = 0,
    orders_per_customer: float = 2.0,
    regions: int = 300,
    file_format: Format = "parquet",
    addresses: bool = False,
    bad_share: float = 0.001,
    choice: Choice | None = None,
) -> Truth:
    """Make an invented project of any size; the same arguments make the same project.

    Parameters
    ----------
    folder
        Folder to make; it may exist where it is empty.
    customers
        Good rows of customers. There are 0.3 prospects and 0.5 contacts to every customer.
    seed
        Seed of all random numbers.
    orders_per_customer
        Orders per customer in two years, on average over those who are customers all the time; 0 leaves orders, lines,
        products, prospects and contacts out.
    regions
        Number of zones; there is a district to every twenty of them.
    file_format
        Format of the large tables: `parquet` or `csv`.
    addresses
        Give customers and prospects addresses and add an address reference that has all of them; else points.
    bad_share
        Bad rows of customers, and of orders, per good customer; added to the good rows, spread over the reasons evenly.
    choice
        How customers choose their store; by zone where null. All else is the same whatever they choose.

    Returns
    -------
    Truth
        Counts to hold results against. truth/customers.parquet has zone and point of every customer (zone null
        outside), truth/rejects.parquet every bad row with source, row number (from 1), reason and column,
        truth/zones.parquet customers, orders and revenue of every zone. Where customers do not choose by zone,
        truth/choice.json has the rule and its parameters, and truth/stores.parquet the customers of every store, as
        they chose (whether they ordered or not) and as could be expected: the sum of their chances.

    Raises
    ------
    ProjectError
        If the folder is not empty or cannot be written.
    ValueError
        If a number is out of range, or a choice is asked for without the orders that would show it.
    """
    choice = choice or Choice()
    if customers < 1 or orders_per_customer < 0 or not 0 <= bad_share <= 0.5:
        msg = "ask for 1 customer or more, 0 orders per customer or more, and a share of bad rows from 0 to 0.5"
        raise ValueError(msg)
    if choice.rule != "zone" and orders_per_customer == 0:
        msg = f"customers who choose by '{choice.rule}' are known by their orders: ask for some orders per customer"
        raise ValueError(msg)
    world = World(regions, seed, people=customers, addresses=addresses)
    _prepare(folder)
    with ExitStack() as files:
        books = Books(folder, file_format, files, world)
        for start in range(0, customers, _CHUNK_ROWS):
            chunk = Chunk(start, min(start + _CHUNK_ROWS, customers), customers, round(customers * bad_share))
            rng = np.random.default_rng([seed, 4, start])
            good, homes = _customers(chunk, world, books, rng)
            if orders_per_customer > 0:
                store, expected = choice.stores(homes, world, np.random.default_rng([seed, 6, start]))
                books.note_choice(store, expected)
                _orders(chunk, world, books, rng, (good, homes.zone, store, orders_per_customer))
                _others(chunk, world, books, rng)
    rows = books.rows | world.write(folder / "data", file_format)
    if orders_per_customer > 0:
        table = purchases.products()
        pa_csv.write_csv(table, folder / "data" / "products.csv")
        rows["products"] = len(table)
    books.write_truth(choice)
    text = toml.text(file_format, orders=orders_per_customer > 0, addresses=addresses)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return Truth(folder, rows, books.rejects, books.outside, Decimal(int(books.cents.sum())).scaleb(-2))


def _prepare(folder: Path) -> None:
    """Make the folders of a project."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"{folder} is not empty. Name a new or empty folder for the generated project."
        raise ProjectError(msg)
    try:
        for name in ("data", "truth"):
            (folder / name).mkdir(parents=True)
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror}. Choose another folder."
        raise ProjectError(msg) from error


def _customers(chunk: Chunk, world: World, books: Books, rng: np.random.Generator) -> tuple[Frame, Homes]:
    """Write a chunk of customers; return the good ones and where they live."""
    homes = world.homes(chunk.stop - chunk.start, rng)
    frame = people.customers(chunk.start, chunk.stop, world.owner_of(homes.zone), world.owners, rng)
    flaws = people.POINT_FLAWS if "lat" in homes.known.columns else people.FLAWS
    books.write_spoiled("customers", frame.beside(homes.known), flaws, chunk.bad_rows(len(flaws)), rng)
    truth = {
        "customer_id": frame.columns["customer_id"],
        "zone_id": truth_of(world.zones, homes.zone),
        "lon": homes.lon,
        "lat": homes.lat,
    }
    # Zone -1 is the last one for numpy: those outside are counted at the end.
    books.note_customers(pa.table(truth), homes.zone % (len(world.zones) + 1))
    return frame, homes


def _orders(
    chunk: Chunk, world: World, books: Books, rng: np.random.Generator, whose: tuple[Frame, Ints, Ints, float]
) -> None:
    """Write the orders and lines of a chunk of customers, who live in these zones and buy at these stores."""
    frame, zone, store, each = whose
    first = books.rows.get("orders", 0) + 1
    bought = purchases.purchases(frame, store, world.stores, each, first, rng)
    bad = [min(count, len(bought.orders)) for count in chunk.bad_rows(len(purchases.FLAWS))]
    books.note_orders(zone[bought.buyer] % (len(world.zones) + 1), bought.orders.columns["amount"])
    books.write_spoiled("orders", bought.orders, purchases.FLAWS, bad, rng)
    books.write("order_lines", bought.lines)


def _others(chunk: Chunk, world: World, books: Books, rng: np.random.Generator) -> None:
    """Write the prospects and contacts that belong to a chunk of customers."""
    start, stop = chunk.share(round(chunk.count * PROSPECT_SHARE))
    homes = world.homes(stop - start, rng)
    prospect = people.prospects(start, stop, world.owner_of(homes.zone), world.owners, rng)
    books.write("prospects", prospect.beside(homes.known))
    start, stop = chunk.share(round(chunk.count * CONTACT_SHARE))
    who = np.arange(chunk.start + 1, chunk.stop + 1)
    books.write("interactions", people.interactions(start, stop, who, rng))
