"""The tables of the operational store, one per type of record, the change log and the tombstones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, DateTime, Dialect, Double, Index, Integer, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored of a moment."""
        return value.astimezone(UTC) if value is not None and dialect.name else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment that is stored."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


_Number = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself there


class Base(DeclarativeBase):
    """Root of the tables."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it once
        str: Text(),
        int: BigInteger(),
        float: Double(),
        date: Date(),
        datetime: DateTime(),
        dict[str, Any]: JSON(none_as_null=True),
    }


class Kept:
    """Columns of every record.

    Attributes
    ----------
    id, version, created_at, created_by, changed_at, changed_by
        As in `record.Record`.
    removed_at
        When it was removed; null is still there.
    """

    __table_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it once
        "sqlite_autoincrement": True  # a number is never given twice
    }

    id: Mapped[int] = mapped_column(_Number, primary_key=True)
    version: Mapped[int] = mapped_column(Integer())
    created_at: Mapped[datetime] = mapped_column(Utc())
    created_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Utc())
    changed_by: Mapped[str]
    removed_at: Mapped[datetime | None] = mapped_column(Utc())


class About:
    """Columns of a record about a subject.

    Attributes
    ----------
    subject_id, subject_kind, subject_level
        As in `record.Subject`.
    """

    subject_id: Mapped[str] = mapped_column(index=True)
    subject_kind: Mapped[str]
    subject_level: Mapped[str | None]


class ContactRow(Kept, About, Base):
    """Contacts.

    Attributes
    ----------
    name, role, email, phone
        As in `record.Contact`.
    """

    __tablename__ = "contact"
    name: Mapped[str | None]
    role: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]


class InteractionRow(Kept, About, Base):
    """Interactions.

    Attributes
    ----------
    occurred_at, channel, kind, outcome, text
        As in `record.Interaction`.
    """

    __tablename__ = "interaction"
    occurred_at: Mapped[datetime]
    channel: Mapped[str]
    kind: Mapped[str]
    outcome: Mapped[str | None]
    text: Mapped[str | None]


class NoteRow(Kept, About, Base):
    """Notes.

    Attributes
    ----------
    text
        As in `record.Note`.
    """

    __tablename__ = "note"
    text: Mapped[str]


class TaskRow(Kept, About, Base):
    """Tasks.

    Attributes
    ----------
    title, due_on, owner_id, state
        As in `record.Task`.
    """

    __tablename__ = "task"
    title: Mapped[str]
    due_on: Mapped[date | None]
    owner_id: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str]


class VisitRow(Kept, About, Base):
    """Visits.

    Attributes
    ----------
    planned_at, owner_id, state, outcome
        As in `record.Visit`.
    """

    __tablename__ = "visit"
    planned_at: Mapped[datetime]
    owner_id: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str]
    outcome: Mapped[str | None]


class OwnerRow(Kept, Base):
    """Owners.

    Attributes
    ----------
    owner_id, name, team, valid_from, valid_to
        As in `record.Owner`.
    """

    __tablename__ = "owner"
    owner_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    team: Mapped[str | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class AssignmentRow(Kept, About, Base):
    """Assignments.

    Attributes
    ----------
    owner_id, valid_from, valid_to, product, channel
        As in `record.Assignment`.
    """

    __tablename__ = "assignment"
    owner_id: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    product: Mapped[str | None]
    channel: Mapped[str | None]


class ConsentRow(Kept, About, Base):
    """Consents.

    Attributes
    ----------
    channel, purpose, granted, given_on, evidence
        As in `record.Consent`.
    """

    __tablename__ = "consent"
    channel: Mapped[str]
    purpose: Mapped[str]
    granted: Mapped[bool]
    given_on: Mapped[date]
    evidence: Mapped[str | None]


class DecisionRow(Kept, Base):
    """Geocoding decisions.

    Attributes
    ----------
    address_key, action, lon, lat, location_id, note
        As in `record.Decision`.
    """

    __tablename__ = "decision"
    address_key: Mapped[str] = mapped_column(index=True)
    action: Mapped[str]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    location_id: Mapped[int | None]
    note: Mapped[str | None]


class SamenessRow(Kept, About, Base):
    """Decisions about two records.

    Attributes
    ----------
    other_kind, other_id, same
        As in `record.Sameness`.
    """

    __tablename__ = "sameness"
    other_kind: Mapped[str]
    other_id: Mapped[str] = mapped_column(index=True)
    same: Mapped[bool]


class ResidenceRow(Kept, Base):
    """Decisions about buildings.

    Attributes
    ----------
    building_id, residence_type, units
        As in `record.Residence`.
    """

    __tablename__ = "residence"
    building_id: Mapped[str] = mapped_column(index=True)
    residence_type: Mapped[str]
    units: Mapped[int | None]


class SavedViewRow(Kept, Base):
    """Saved views.

    Attributes
    ----------
    name, page, query
        As in `record.SavedView`.
    """

    __tablename__ = "saved_view"
    name: Mapped[str]
    page: Mapped[str]
    query: Mapped[str]


class ExportRow(Kept, Base):
    """Exports.

    Attributes
    ----------
    what, rows, receipt, path_name
        As in `record.Export`.
    """

    __tablename__ = "export"
    what: Mapped[str]
    rows: Mapped[int]
    receipt: Mapped[dict[str, Any]]
    path_name: Mapped[str | None]


class ScenarioRow(Kept, Base):
    """Scenarios.

    Attributes
    ----------
    name, level, unit, state, head, based_on, comment, effective, product, channel
        As in `scenario.Scenario`.
    """

    __tablename__ = "scenario"
    name: Mapped[str] = mapped_column(index=True)
    level: Mapped[str]
    unit: Mapped[str]
    state: Mapped[str]
    head: Mapped[int]
    based_on: Mapped[int | None]
    comment: Mapped[str | None]
    effective: Mapped[date | None]
    product: Mapped[str | None]
    channel: Mapped[str | None]


class ScenarioStepRow(Kept, Base):
    """Steps of scenarios.

    Attributes
    ----------
    scenario_id, number, units, owners, comment
        As in `scenario.ScenarioStep`.
    """

    __tablename__ = "scenario_step"
    scenario_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    units: Mapped[dict[str, Any]]
    owners: Mapped[dict[str, Any]]
    comment: Mapped[str | None]


class ChangeRow(Base):
    """The change log: one row per change, never changed, numbered without gaps in the order of the commits.

    Attributes
    ----------
    number, at, actor, action, entity, entity_id, version, before, after
        As in `log.Change`.
    blanked
        Number of the entry of the forgetting that took the values; null while they are there.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_entity_id", "entity", "entity_id"),
        Index("ix_change_entity_number", "entity", "number"),
    )
    number: Mapped[int] = mapped_column(_Number, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Utc())
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    entity_id: Mapped[int]
    version: Mapped[int] = mapped_column(Integer())
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    blanked: Mapped[int | None]


class TombstoneRow(Base):
    """Who was forgotten: hashes only.

    Attributes
    ----------
    hash
        As in `erasure.Tombstones`.
    at
        When.
    """

    __tablename__ = "tombstone"
    hash: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc())


class FactRow(Base):
    """What the store knows of itself: its identity and the salt of its tombstones.

    Attributes
    ----------
    name, value
        What it is called, and what it is.
    """

    __tablename__ = "fact"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
