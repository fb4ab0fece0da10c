"""The card of one customer or prospect: what is known, what people wrote, and what surrounds the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from app import desk, housing, paperwork, talks
from gcrm import crm
from gcrm.maps.labels import number_text, safe_label

if TYPE_CHECKING:
    from app.answers import Catalog
    from gcrm.cube.card import Card


#: Match level -> what it says of the point.
FOUND = {
    "given": "point given by the company",
    "exact": "found at its house number",
    "parcel": "found on its parcel",
    "decided": "placed by a person",
    "suffix": "found at its house number, without the letter",
    "range": "found by the numbers of its house",
    "interpolated": "between its neighbours on the street",
    "segment": "beside the part of the street that has the number",
    "intersection": "at the crossing of two streets",
    "street": "known to the street only",
    "postcode": "known to the postcode only",
    "place": "known to the place only",
}


def show(card: Card, catalog: Catalog) -> None:
    """Show a card.

    Parameters
    ----------
    card
        What the snapshot knows.
    catalog
        What the project has to choose from.
    """
    subject = crm.Subject("customer" if card.kind == "customers" else "prospect", card.id)
    _head(card, catalog.currency)
    people = desk.people()
    tasks = desk.store().find(crm.Task, subject=subject, state="open")
    todo = f"Notes and tasks ({len(tasks)})" if tasks else "Notes and tasks"
    notes, orders, contacts, around, consent = st.tabs([todo, "Orders", "Contacts", "Surroundings", "Consent"])
    with notes:
        paperwork.tasks(subject, tasks, people)
        paperwork.notes(subject)
    with orders:
        _orders(card, catalog.currency)
    with contacts:
        talks.visits(subject, people)
        talks.interactions(subject, card.interactions)
        talks.contacts(subject, card.contacts)
    with around:
        _around(card)
        if card.record["location_id"] is not None:
            st.markdown("**Notes on the building** · for everybody at this address")
            paperwork.notes(crm.Subject("building", str(card.record["location_id"])))
    with consent:
        paperwork.consents(subject, card.consents)


def _head(card: Card, currency: str) -> None:
    """Show who it is, where, and the figures of the whole time."""
    record = card.record
    address = record["address"] or ""
    # An address written as one text often holds postcode and city already.
    more = [record[n] for n in ("postcode", "city") if record[n] and record[n] not in address]
    place = ", ".join(part for part in (address, *more) if part)
    lines = [
        " · ".join(
            str(v)
            for v in (card.id, record["segment"] or "segment unknown", record["owner"] or record["owner_id"])
            if v
        ),
        place or "no written address",
        FOUND.get(record["match_level"], "not located")
        + (f", within {record['error_m']:,.0f} m" if record["error_m"] is not None else ""),
    ]
    state = _state(record)
    figures = []
    if card.kind == "customers":
        amounts = [float(a) for a in card.history["amount"].to_pylist() if a is not None]
        figures = [
            ("Revenue", number_text(sum(amounts), currency)),
            ("Orders", f"{sum(card.history['orders'].to_pylist()):,}"),
            ("Last order", str(card.orders["ordered_on"][0]) if card.orders.num_rows else "none"),
        ]
    tiles = "".join(
        f'<div><dt>{safe_label(title)}</dt><dd class="value">{safe_label(text)}</dd></div>' for title, text in figures
    )
    rest = "".join(f"<p>{safe_label(line)}</p>" for line in lines)
    name = record["name"] or card.id
    st.html(
        f'<section class="gcrm-card"><h2>{safe_label(name)} <small>{safe_label(state)}</small></h2>{rest}'
        + (f'<dl class="gcrm-kpis">{tiles}</dl>' if tiles else "")
        + "</section>"
    )


def _state(record: dict[str, Any]) -> str:
    since, until, status = record["since"], record["until"], record["status"]
    parts = [status, f"since {since}" if since else None, f"until {until}" if until else None]
    return " · ".join(p for p in parts if p)


def _orders(card: Card, currency: str) -> None:
    if not card.history.num_rows:
        st.info("No orders in the published data.")
        return
    months = card.history.to_pandas()
    months["amount"] = months["amount"].astype(float)
    months["month"] = months["month"].astype(str).str[:7]
    st.bar_chart(
        months, x="month", y="amount", height=150, x_label="", y_label=f"{currency} per month", color="#0b5a73"
    )
    st.caption(f"Latest orders: showing {card.orders.num_rows:,} of {sum(card.history['orders'].to_pylist()):,}")
    titles: dict[str, Any] = {
        "order_id": "Order",
        "ordered_on": "Day",
        "store": "Store",
        "channel": "Channel",
        "amount": st.column_config.NumberColumn(f"Amount ({currency})", format="%.2f"),
    }
    st.dataframe(card.orders, hide_index=True, height=330, placeholder="", column_config=titles)


def _home(home: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Say what the building is, and how many of its units are customers."""
    if home is None:
        return [("Building", "none known here")]
    kind = housing.TYPES.get(home["residence_type"], "type unknown, or no residence")
    known = housing.FROM.get(home["residence_from"])
    parts = [kind + (f" ({known})" if known else "")]
    parts += [f"{home['levels']:g} floors"] if home["levels"] else []
    parts += [f"built {home['built_year']}"] if home["built_year"] else []
    there = f"{housing.share_text(home)} are customers; prospects: {home['prospects']:,}"
    return [("Residence", ", ".join(parts)), ("In the building", there)]


def _roads(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Say which road the address stands on, and how far the nearest store is by car."""
    facts = [("Road", record["road_access"])] if record["road_access"] else []
    if record["drive_min_store"] is not None:
        basis = " (estimate)" if record["drive_basis"] == "estimate" else ""
        facts.append(("To the nearest store", f"{record['drive_min_store']:.0f} min by car, free flow{basis}"))
    return facts


def _around(card: Card) -> None:
    record = card.record
    facts = [
        (row["level"].replace("_", " ").capitalize(), row["name"]) for row in card.regions.to_pylist()
    ]  # largest first within each hierarchy
    facts += [*_home(card.home), *_roads(record)]
    lines = "".join(f"<dt>{safe_label(title)}</dt><dd>{safe_label(text)}</dd>" for title, text in facts)
    st.html(f'<dl class="gcrm-facts">{lines}</dl>')
    if record["lon"] is None:
        st.info("The address is not located, so nothing can be said of its surroundings.")
        return
    near, stores = st.columns(2)
    circles = [
        {
            "Within": f"{row['metres']:,} m" if row["metres"] else "same address",
            "Customers": row["customers"],
            "Prospects": row["prospects"],
        }
        for row in card.around.to_pylist()
    ]
    near.dataframe(circles, hide_index=True, height="content")
    shops = [{"Nearest store": s["name"], "Distance": number_text(s["metres"], "m")} for s in card.stores.to_pylist()]
    if shops:
        stores.dataframe(shops, hide_index=True, height="content")
    st.caption("Distances as the crow flies; counts of those active on the data's last day and known to the address.")
