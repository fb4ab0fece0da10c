"""Every type of record, and what it is called in the log."""

from __future__ import annotations

from dataclasses import fields

from gcrm.crm.record import (
    Assignment,
    Consent,
    Contact,
    Decision,
    Export,
    Interaction,
    Note,
    Owner,
    Record,
    Residence,
    Sameness,
    SavedView,
    Task,
    Visit,
)
from gcrm.crm.scenario import Scenario, ScenarioStep

#: Every type of record by the name under which the log knows it.
TYPES: dict[str, type[Record]] = {
    "contact": Contact,
    "interaction": Interaction,
    "note": Note,
    "task": Task,
    "visit": Visit,
    "owner": Owner,
    "assignment": Assignment,
    "consent": Consent,
    "decision": Decision,
    "residence": Residence,
    "sameness": Sameness,
    "saved_view": SavedView,
    "export": Export,
    "scenario": Scenario,
    "scenario_step": ScenarioStep,
}
ENTITIES: dict[type[Record], str] = {kind: name for name, kind in TYPES.items()}
#: Fields that the store fills in.
KEPT = tuple(f.name for f in fields(Record))


def own_fields(kind: type[Record]) -> tuple[str, ...]:
    """Return the fields that whoever makes a record gives, in order."""
    return tuple(f.name for f in fields(kind) if f.name not in KEPT)
