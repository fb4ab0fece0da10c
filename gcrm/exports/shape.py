"""Customers and prospects with their owners in the columns that other systems import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm.errors import ExportError, near

if TYPE_CHECKING:
    from gcrm.crm.drafting import Layout

#: System -> kind of party -> its column -> ours.
SHAPES: dict[str, dict[str, dict[str, str]]] = {
    "salesforce": {
        "customers": {
            "External_Id__c": "id",
            "Name": "name",
            "Owner.External_Id__c": "owner_id",
            "Territory__c": "territory",
            "Region__c": "region_id",
        },
        "prospects": {
            "External_Id__c": "id",
            "LastName": "name",
            "Owner.External_Id__c": "owner_id",
            "Territory__c": "territory",
            "Region__c": "region_id",
        },
    },
    "hubspot": {
        "customers": {
            "Customer ID": "id",
            "Company name": "name",
            "Company owner": "owner_name",
            "Territory": "territory",
            "Region": "region_id",
        },
        "prospects": {
            "Prospect ID": "id",
            "Last name": "name",
            "Contact owner": "owner_name",
            "Territory": "territory",
            "Region": "region_id",
        },
    },
}


def shaped(parties: pa.Table, layout: Layout, unit: str, system: str, kind: str, receipt: dict[str, Any]) -> Shaped:
    """Return customers or prospects with their owners in the columns of another system.

    Parameters
    ----------
    parties
        As of `routing.route`.
    layout, unit
        What names the territory of a region, and the level of its units.
    system
        `salesforce` or `hubspot`.
    kind
        `customers` or `prospects`.
    receipt
        What they rest on.

    Returns
    -------
    Shaped
        The rows.

    Raises
    ------
    ExportError
        If there is no such system or kind.
    """
    if system not in SHAPES:
        msg = f"There is no shape '{system}'.{near(system, SHAPES)}"
        raise ExportError(msg)
    if kind not in SHAPES[system]:
        msg = f"{system} has no table for '{kind}'.{near(kind, SHAPES[system])}"
        raise ExportError(msg)
    columns = SHAPES[system][kind]
    rows = []
    for row in parties.to_pylist():
        if row["kind"] == kind.removesuffix("s"):
            own = row | {"territory": layout.units.get(row["region_id"]) if row["level"] == unit else None}
            own["name"] = own["name"] or own["id"]  # both systems refuse records without a name
            rows.append({theirs: own[ours] for theirs, ours in columns.items()})
    schema = pa.schema(dict.fromkeys(columns, pa.string()))
    return Shaped(pa.Table.from_pylist(rows, schema), {**receipt, "question": f"{system} {kind}"})


@dataclass(frozen=True)
class Shaped:
    """Rows in the columns of another system.

    Attributes
    ----------
    table, receipt
        The rows, and what they rest on.
    """

    table: pa.Table
    receipt: dict[str, Any]
