"""Ways to reach people, consents, and who looks after which zone: `python data/samples/permission.py`.

Everything here is invented. It is drawn from the files that extract.py has written, so it can be made again alone.
"""

from __future__ import annotations

from pathlib import Path

import files
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from chance import stream

TARGET = Path(__file__).parent / "san_francisco" / "data"
#: Share of the customers and of the prospects with an e-mail address, and with a telephone number.
EMAIL_SHARE, PHONE_SHARE = (0.82, 0.61), (0.7, 0.55)
#: Channel, purpose, and the share of the customers and of the prospects who gave their consent to it.
CONSENTS = (
    ("email", "campaign", (0.52, 0.34)),
    ("email", "newsletter", (0.33, 0.22)),
    ("phone", "campaign", (0.16, 0.24)),
    ("mail", "campaign", (0.58, 0.41)),
)
#: Share of the consents that were withdrawn later, and of those without consent who said no in so many words.
WITHDRAWN_SHARE, REFUSED_SHARE = 0.09, 0.05
FIRST_DAY, END = pd.Timestamp("2016-07-01"), pd.Timestamp("2018-01-01")
#: The busiest zones of one territory go over to the office on a day.
MOVED_ZONES, MOVED_FROM, MOVED_TO, MOVED_ON = 8, "T05", "P11", pd.Timestamp("2017-09-01")


def main() -> None:
    """Write the three files beside the others."""
    write(files.Folder(TARGET))


def write(out: files.Folder) -> None:
    """Write contact details, consents and assignments, drawn from the files that are there already."""
    people = _people(out.path)
    reach = contact_details(people)
    out.parquet("contact_details", pa.Table.from_pandas(reach, schema=_schema(reach), preserve_index=False))
    given = consents(people, reach)
    out.parquet("consents", pa.Table.from_pandas(given, schema=_schema(given), preserve_index=False))
    out.csv("assignments", assignments(out.path))


def contact_details(people: pd.DataFrame) -> pd.DataFrame:
    """Draw an e-mail address and a telephone number for some people: one row each, both in it where there are both.

    Addresses end in example.org, and numbers lie between 555-0100 and 555-0199: neither reaches anybody.
    """
    rng = stream("contact details")
    is_prospect = people["prospect_id"].notna().to_numpy().astype(int)
    has_email = rng.random(len(people)) < np.array(EMAIL_SHARE)[is_prospect]
    has_phone = rng.random(len(people)) < np.array(PHONE_SHARE)[is_prospect]
    number = rng.integers(100, 200, len(people))
    own = people["customer_id"].fillna(people["prospect_id"]).str.lower()
    local = people["name"].str.lower().str.replace(r"[^a-z]+", ".", regex=True).str.strip(".")
    frame = people[["customer_id", "prospect_id"]].assign(
        email=(local + "." + own + "@example.org").where(has_email),
        phone=pd.Series([f"+1 415 555 {n:04d}" for n in number], index=people.index).where(has_phone),
    )
    frame = frame[has_email | has_phone]
    frame.insert(0, "contact_id", [f"D{i:05d}" for i in range(1, len(frame) + 1)])
    return frame


def consents(people: pd.DataFrame, reach: pd.DataFrame) -> pd.DataFrame:
    """Draw who gave, refused and withdrew which consent, and when; most people never said anything."""
    rng = stream("consents")
    is_prospect = people["prospect_id"].notna().to_numpy().astype(int)
    parts = []
    for channel, purpose, shares in CONSENTS:
        chance, day, later = rng.random(len(people)), rng.random(len(people)), rng.random(len(people))
        withdraws, refuses = rng.random(len(people)) < WITHDRAWN_SHARE, rng.random(len(people)) < REFUSED_SHARE
        can = people.index.isin(reach.index[reach[channel].notna()]) if channel in reach else np.ones(len(people), bool)
        given = can & (chance < np.array(shares)[is_prospect])
        said_on = people["since"] + pd.to_timedelta(np.floor(day * (END - people["since"]).dt.days), unit="D")
        left = pd.to_timedelta(1 + np.floor(later * ((END - said_on).dt.days - 1).clip(lower=0)), unit="D")
        withdrawn = given & withdraws & (said_on + left < END)
        for rows, granted, on in ((given | (can & refuses), given, said_on), (withdrawn, ~given, said_on + left)):
            part = people.loc[rows, ["customer_id", "prospect_id"]].assign(channel=channel, purpose=purpose)
            parts.append(part.assign(granted=granted[rows], given_on=on[rows].dt.date))
    frame = pd.concat(parts).sort_values(["given_on", "channel", "purpose"], kind="stable", ignore_index=True)
    forms = ["web form", "paper form", "telephone call"]
    return frame.assign(evidence=stream("forms of consent").choice(forms, len(frame), p=[0.7, 0.2, 0.1]))


def assignments(folder: Path) -> pd.DataFrame:
    """Give every zone to the sales person of its territory; some go over to another on one day."""
    zone = gpd.read_parquet(folder / "zones.parquet")
    territory = gpd.read_file(folder / "territories.gpkg", layer="territories")
    points = gpd.GeoDataFrame(zone[["zone_id"]], geometry=zone.geometry.representative_point(), crs=zone.crs)
    owner = points.sjoin(territory[["territory_id", "geometry"]], predicate="within")
    frame = owner.assign(level="zone", owner_id="P" + owner["territory_id"].str[1:], valid_from=FIRST_DAY.date())
    households = pd.read_csv(folder / "zone_statistics.csv", dtype={"ZONE": str}).set_index("ZONE")["TOTHH"]
    theirs = frame[frame["territory_id"] == MOVED_FROM]
    busiest = theirs["zone_id"].map(households).sort_values(ascending=False, kind="stable").index[:MOVED_ZONES]
    moved = theirs.loc[busiest].assign(owner_id=MOVED_TO, valid_from=MOVED_ON.date())
    both = pd.concat([frame, moved]).assign(subject="region")
    both["order"] = both["zone_id"].astype(int)
    columns = ["subject", "level", "zone_id", "owner_id", "valid_from"]
    return pd.DataFrame(both.sort_values(["valid_from", "order"])[columns])


def _people(folder: Path) -> pd.DataFrame:
    """List customers and the prospects that are no customers: customer_id, prospect_id, name, since."""
    customer = pd.read_parquet(folder / "customers.parquet")
    prospect = pd.read_parquet(folder / "prospects.parquet")
    prospect = prospect[prospect["customer_id"].isna()]
    first = customer.rename(columns={"household_id": "customer_id", "display_name": "name", "first_purchase": "since"})
    columns = ["customer_id", "prospect_id", "name", "since"]
    both = pd.concat([first.assign(prospect_id=None)[columns], prospect[columns]], ignore_index=True)
    return both.assign(since=pd.to_datetime(both["since"]))


def _schema(frame: pd.DataFrame) -> pa.Schema:
    types = {"granted": pa.bool_(), "given_on": pa.date32()}
    return pa.schema([(name, types.get(name, pa.string())) for name in frame.columns])


if __name__ == "__main__":
    main()
