"""The records of the operational store: frozen values, apart from any database.

Whoever makes one gives the fields of its own; the store fills in the others (`id`, `version`, who and when).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the check reads the annotations
from typing import Literal, TypeVar

from gcrm.crm.rule import (  # noqa: TC001 - the check reads the annotations
    Clock,
    Count,
    Day,
    Email,
    Flag,
    Lat,
    Line,
    Lon,
    Prose,
    Query,
    Receipt,
    Word,
)

SubjectKind = Literal["customer", "prospect", "building", "region", "store"]
ResidenceType = Literal["detached", "semi_row", "small_multi", "large_multi", "mixed", "institutional", "none"]


@dataclass(frozen=True, order=True)
class Subject:
    """What a record is about.

    Attributes
    ----------
    kind
        What it is.
    id
        The company's own identifier; for a building the one of its place, for a region its region_id.
    level
        Level of a region; null for everything else.
    """

    kind: SubjectKind
    id: str
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every record has; the store fills it in.

    Attributes
    ----------
    id
        Number of the record among those of its type, never given twice; 0 before it is stored.
    version
        1 when stored, one more with every change; 0 before it is stored.
    created_at, changed_at
        When it was stored and last changed, UTC; null before it is stored.
    created_by, changed_by
        Who did.
    """

    id: int = 0
    version: int = 0
    created_at: datetime | None = None
    created_by: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Contact(Record):
    """A way to reach a subject: a person there, or the subject itself. At least one of name, e-mail and phone.

    Attributes
    ----------
    subject
        Who or what can be reached.
    name, role
        Name of the person, and what the person does there.
    email, phone
        Where the person can be reached.
    """

    subject: Subject
    name: Line | None = None
    role: Line | None = None
    email: Email | None = None
    phone: Line | None = None


@dataclass(frozen=True)
class Interaction(Record):
    """A contact that took place.

    Attributes
    ----------
    subject
        With whom, or where.
    occurred_at
        When, local time.
    channel
        How: `email`, `phone`, `mail`, `visit`, `web`, `store`, or a word of the company's own.
    kind
        What it was: `call`, `complaint`, ...
    outcome, text
        What came of it in a word, and in sentences.
    """

    subject: Subject
    occurred_at: Clock
    channel: Word
    kind: Word
    outcome: Line | None = None
    text: Prose | None = None


@dataclass(frozen=True)
class Note(Record):
    """Something worth knowing about a subject.

    Attributes
    ----------
    subject
        What it is about.
    text
        What is worth knowing.
    """

    subject: Subject
    text: Prose


@dataclass(frozen=True)
class Task(Record):
    """Something to be done.

    Attributes
    ----------
    subject
        What it is about.
    title
        What is to be done.
    due_on
        By when; null is any time.
    owner_id
        Sales person who does it; null is nobody yet.
    state
        How far it is.
    """

    subject: Subject
    title: Line
    due_on: Day | None = None
    owner_id: Line | None = None
    state: Literal["open", "done", "dropped"] = "open"


@dataclass(frozen=True)
class Visit(Record):
    """A visit, planned or made.

    Attributes
    ----------
    subject
        Whom, or where.
    planned_at
        When, local time.
    owner_id
        Sales person who goes there; null is nobody yet.
    state
        Whether it took place.
    outcome
        What came of it.
    """

    subject: Subject
    planned_at: Clock
    owner_id: Line | None = None
    state: Literal["planned", "done", "missed"] = "planned"
    outcome: Line | None = None


@dataclass(frozen=True)
class Owner(Record):
    """A sales person in a team, for a time.

    Attributes
    ----------
    owner_id
        The company's own identifier; the same person in another team is another record with the same one.
    name, team
        Name of the person, and the team.
    valid_from, valid_to
        First day, and first day no longer; null is open.
    """

    owner_id: Line
    name: Line
    team: Line | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None


@dataclass(frozen=True)
class Assignment(Record):
    """Who looks after a subject, for a time; two of the same subject, product and channel never overlap.

    Attributes
    ----------
    subject
        What is looked after.
    owner_id
        The sales person.
    valid_from, valid_to
        First day, and first day no longer (null is open).
    product, channel
        What alone the assignment is for; null is everything.
    """

    subject: Subject
    owner_id: Line
    valid_from: Day
    valid_to: Day | None = None
    product: Line | None = None
    channel: Word | None = None


@dataclass(frozen=True)
class Consent(Record):
    """A consent given or withdrawn; the latest counts, and without any there is none.

    Attributes
    ----------
    subject
        Who.
    channel, purpose
        By which channel, and for what (`newsletter`, `campaign`).
    granted
        True where it was given, false where it was withdrawn.
    given_on
        Since when.
    evidence
        Where that can be looked up.
    """

    subject: Subject
    channel: Word
    purpose: Word
    granted: Flag
    given_on: Day
    evidence: Line | None = None


@dataclass(frozen=True)
class Decision(Record):
    """What a person decided about an address that geocoding could not settle.

    Attributes
    ----------
    address_key
        Hash of the address as it was written: see `gcrm/geocode/key_macro.sql`.
    action
        Whether a place that was found is right, the address lies elsewhere, or nowhere.
    lon, lat
        The point that was accepted, or that the address was moved to, in degrees, WGS84; null where it is nowhere.
    location_id
        The place it was about; null where there was none.
    note
        Why.
    """

    address_key: Line
    action: Literal["accept", "move", "not_found"]
    lon: Lon | None = None
    lat: Lat | None = None
    location_id: Count | None = None
    note: Prose | None = None


@dataclass(frozen=True)
class Sameness(Record):
    """What a person decided about two records: that they are the same party, or that they are not.

    Attributes
    ----------
    subject
        One of the two: a customer or prospect.
    other_kind, other_id
        The other one; of kind and id it comes after the subject, so that each two have one order.
    same
        True where they are the same party, false where they are not.
    """

    subject: Subject
    other_kind: Literal["customer", "prospect"]
    other_id: Line
    same: Flag


@dataclass(frozen=True)
class Residence(Record):
    """What a person decided about a building: which type of residence it is.

    Attributes
    ----------
    building_id
        The building, as `enrich.building` names it.
    residence_type
        Its type; `none` where nobody lives there.
    units
        Dwelling units; null leaves what is known otherwise.
    """

    building_id: Line
    residence_type: ResidenceType
    units: Count | None = None


@dataclass(frozen=True)
class SavedView(Record):
    """A page of the dashboard with its selection.

    Attributes
    ----------
    name
        What to call it.
    page, query
        Page of the dashboard, and what stands behind the ? of its address.
    """

    name: Line
    page: Line
    query: Query = ""


@dataclass(frozen=True)
class Export(Record):
    """A file that left the building.

    Attributes
    ----------
    what
        What was exported.
    rows
        How many rows.
    receipt
        What makes it repeatable: query, parameters, snapshot, version, hash of the file.
    path_name
        Name of the file.
    """

    what: Line
    rows: Count
    receipt: Receipt
    path_name: Line | None = None
