"""What the tables of this stage mean, written into the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

_WHO = {
    "kind": "customer or prospect.",
    "id": "The company's own identifier.",
    "source": "Source of the record.",
    "row_no": "Number of the record in its source, from 1.",
    "record_id": "Number of the record within this snapshot.",
    "population": "person or company: a name with a legal form is a company's.",
}
_PAIR = {
    "record_a": "The first record by number.",
    "record_b": "The other one.",
}
_COLUMNS = {
    "record": _WHO
    | {
        "name": "Name as written.",
        "full_name": "Folded name: of a person without titles, the surname last; of a company without its form.",
        "given_name": "Given names, folded; null where only one word is known, and for companies.",
        "surname": "Surname, folded; for companies the whole name.",
        "legal_form": "Legal form in one spelling; null for people.",
        "house_number": "Key of the house number; spelt as most records of the place, where that was found exactly.",
        "street": "Folded street, spelt in the same way.",
        "unit": "Folded unit.",
        "postcode": "Key of the postcode, spelt in the same way.",
        "city": "Key of the city, spelt in the same way.",
        "location_id": "Place of the record.",
        "born_on": "Day of birth as eight digits; null is unknown.",
        "official_id": "Folded number in an official register; null is unknown.",
        "email": "E-mail address in lower case, of the record or of its latest contact.",
        "phone": "Last nine digits of the telephone number, of the record or of its latest contact.",
        "since": "First day as a customer or prospect.",
        "became": "The customer that a prospect became, as the company says; null while it has not.",
    },
    "pair": _PAIR
    | {
        "kind_a": "customer or prospect: of the first record.",
        "id_a": "Identifier of the first record.",
        "kind_b": "customer or prospect: of the other record.",
        "id_b": "Identifier of the other record.",
        "population": "person or company.",
        "weight": "Base-2 logarithm of the odds that both are one party; null where only people said so.",
        "probability": "The same as a probability, 0 to 1.",
        "rule": "decided_same, decided_different (a person said so), became (a prospect became a customer), likely, "
        "unsure, family (one surname and address, but other given names), or what contradicts: name_differs, "
        "given_name_differs, legal_form_differs, official_id_differs or born_on_differs.",
        "same": "True where both belong to one party.",
        "state": "same, different, or open: a person should decide.",
    },
    "evidence": _PAIR
    | {
        "place": "Order of the fields; 0 is what holds of any two records.",
        "field": "What was compared.",
        "level": "How alike it is.",
        "weight": "What it adds to the weight of the pair.",
    },
    "parameter": {
        "population": "person or company.",
        "field": "What is compared.",
        "place": "Order of the fields.",
        "level": "How alike it is.",
        "same_share": "How often that is so of two records of one party (m).",
        "different_share": "How often that is so of two records of different parties (u).",
        "weight": "log2(m / u), before rare values count for more.",
        "estimated": "True where it was estimated from the records, false where it is assumed.",
    },
    "member": _WHO
    | {
        "party_id": "The party: kind and identifier of its first record.",
        "records": "Records of the party.",
        "household_id": "The household: kind and id of its first person; null for companies and without address.",
    },
    "golden": {
        "party_id": "The party.",
        "field": "The field.",
        "value": "The value that counts, as written.",
        "kind": "customer or prospect: of the record that it comes from.",
        "id": "Identifier of the record that it comes from.",
        "source": "Source that it comes from.",
        "rule": "trusted (the most trusted source), complete (the longest) or recent (the latest record).",
        "others": "How many other values the records of the party have.",
    },
}


def write_comments(con: duckdb.DuckDBPyConnection) -> None:
    """Write grain and meaning of each table of the stage into its catalog."""
    for table, columns in _COLUMNS.items():
        grain = sql.read(__package__, table).splitlines()[0].removeprefix("-- ")
        sql.comment(con, f"linkage.{table}", grain, columns)
