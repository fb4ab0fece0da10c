"""The little shop of the app's tests, with prospects, sales people, contacts, consents and assignments."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("prospects", "owners", "contacts", "consents", "assignments")
X, Y = shop.middle("z1")
#: q1 is open; q2 became a customer; q3 was lost in March; q4 has an address that nobody knows; q5 has no place at all.
PROSPECTS = [
    {"prospect_id": "q1", "name": "=Quentin", "lon": X, "lat": Y},
    {"prospect_id": "q2", "name": "Quill", "customer_id": "z1c0", "lon": X, "lat": Y},
    {"prospect_id": "q3", "name": "Quast", "until": "2024-03-01", "lon": X, "lat": Y},
    {"prospect_id": "q4", "name": "Quint", "address": "77 Nowhere Lane"},
    {"prospect_id": "q5", "name": "Quirk"},
]
OWNERS = [{"owner_id": "anna", "name": "Anna", "team": "North"}, {"owner_id": "ben", "name": "Ben", "team": "South"}]
CONTACTS = [
    {"contact_id": "k1", "customer_id": "z1c0", "email": "first@example.org", "phone": "+1"},
    {"contact_id": "k2", "customer_id": "z1c0", "email": "second@example.org"},
    {"contact_id": "k3", "customer_id": "z1c1", "email": "c1@example.org"},
    {"contact_id": "k4", "customer_id": "z2c0", "email": "z2@example.org"},
    {"contact_id": "k5", "prospect_id": "q1", "name": "Mr Q", "email": "q1@example.org"},
    {"contact_id": "k6", "customer_id": "z3c0", "phone": "+3"},
    {"contact_id": "k7", "prospect_id": "q2", "email": "q2@example.org"},
    {"contact_id": "k8", "prospect_id": "q3", "email": "q3@example.org"},
]
#: Customer or prospect, channel, granted, day; all for campaigns.
CONSENTS = [
    ("z1c0", "E-Mail", "yes", "2024-01-01"),
    ("z1c1", "email", "yes", "2024-01-01"),
    ("z1c1", "email", "no", "2024-02-01"),
    ("z1c2", "email", "yes", "2024-01-01"),
    ("z2c0", "email", "no", "2024-01-01"),
    ("z2c0", "email", "yes", "2024-02-01"),
    ("z3c0", "email", "yes", "2024-01-01"),
    ("z3c0", "phone", "yes", "2024-01-01"),
    ("q1", "email", "yes", "2024-01-01"),
    ("q1", "letter", "yes", "2024-01-01"),
    ("q2", "email", "yes", "2024-01-01"),
    ("q3", "email", "yes", "2024-01-01"),
    ("q4", "mail", "yes", "2024-01-01"),
    ("q5", "mail", "yes", "2024-01-01"),
    ("q4", "visit", "yes", "2024-01-01"),
    ("q1", "visit", "yes", "2024-01-01"),
]
ASSIGNMENTS = [
    {"subject_kind": "region", "level": "zone", "subject_id": "z1", "owner_id": "anna", "valid_from": "2024-01-01"},
    {"subject_kind": "region", "level": "zone", "subject_id": "z2", "owner_id": "ben", "valid_to": "2024-06-01"},
    {"subject_kind": "region", "level": "zone", "subject_id": "z3", "owner_id": "ben", "product": "tea"},
    {"subject_kind": "region", "level": "district", "subject_id": "n", "owner_id": "anna"},
]


def write(folder: Path) -> None:
    """Write the company's project into a folder."""
    shop.write(folder)
    consents = [
        {("prospect_id" if who.startswith("q") else "customer_id"): who, "channel": c, "granted": g, "given_on": day}
        | {"purpose": "campaign"}
        for who, c, g, day in CONSENTS
    ]
    for kind, found in zip(KINDS, (PROSPECTS, OWNERS, CONTACTS, consents, ASSIGNMENTS), strict=True):
        rows(folder / f"{kind}.csv", found)
    add(folder, KINDS)


def add(folder: Path, kinds: tuple[str, ...]) -> None:
    text = (folder / "gcrm.toml").read_text(encoding="utf-8")
    text += "".join(f'\n[sources.{kind}]\nkind = "{kind}"\npath = "{kind}.csv"\n' for kind in kinds)
    (folder / "gcrm.toml").write_text(text, encoding="utf-8")


def rows(path: Path, found: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in found for name in row)))
        writer.writeheader()
        writer.writerows(found)
