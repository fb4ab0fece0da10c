"""The first schema: a table per type of record, the change log with its guards, and the tombstones."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
#: Columns that blanking an entry leaves as they are.
_FIXED = ("number", "at", "actor", "action", "entity", "entity_id", "version")
_REFUSAL = "the change log is append-only"


def upgrade() -> None:
    """Make the tables."""
    _records("contact", *_texts("name?", "role?", "email?", "phone?"))
    _records(
        "interaction",
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        *_texts("channel", "kind", "outcome?", "text?"),
    )
    _records("note", *_texts("text"))
    _records("task", *_texts("title"), _day("due_on"), *_texts("owner_id?", "state"))
    _records("visit", sa.Column("planned_at", sa.DateTime(), nullable=False), *_texts("owner_id?", "state", "outcome?"))
    _records("owner", *_texts("owner_id", "name", "team?"), _day("valid_from"), _day("valid_to"), about=False)
    _records(
        "assignment",
        *_texts("owner_id"),
        _day("valid_from", nullable=False),
        _day("valid_to"),
        *_texts("product?", "channel?"),
    )
    _records(
        "consent",
        *_texts("channel", "purpose"),
        sa.Column("granted", sa.Boolean(), nullable=False),
        _day("given_on", nullable=False),
        *_texts("evidence?"),
    )
    _records(
        "decision",
        *_texts("address_key", "action"),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("location_id", sa.BigInteger()),
        *_texts("note?"),
        about=False,
    )
    _records("saved_view", *_texts("name", "page", "query"), about=False)
    rows = (sa.Column("rows", sa.BigInteger(), nullable=False), sa.Column("receipt", sa.JSON(), nullable=False))
    _records("export", *_texts("what"), *rows, *_texts("path_name?"), about=False)
    for table in ("task", "visit", "owner", "assignment"):
        op.create_index(f"ix_{table}_owner_id", table, ["owner_id"])
    op.create_index("ix_decision_address_key", "decision", ["address_key"])
    _log()
    op.create_table(
        "tombstone", sa.Column("hash", sa.Text(), primary_key=True), sa.Column("at", _MOMENT, nullable=False)
    )
    fact = op.create_table("fact", sa.Column("name", sa.Text(), primary_key=True), *_texts("value"))
    secret = [{"name": name, "value": secrets.token_hex(32)} for name in ("identity", "salt")]
    op.bulk_insert(fact, secret)


def _texts(*names: str) -> list[sa.Column[Any]]:
    """Return columns of text; those with a ? may be null."""
    return [sa.Column(name.removesuffix("?"), sa.Text(), nullable=name.endswith("?")) for name in names]


def _day(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _records(name: str, *columns: sa.Column[Any], about: bool = True) -> None:
    """Make the table of a type of record."""
    op.create_table(
        name,
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        *_texts("created_by"),
        sa.Column("changed_at", _MOMENT, nullable=False),
        *_texts("changed_by"),
        sa.Column("removed_at", _MOMENT),
        *(_texts("subject_id", "subject_kind", "subject_level?") if about else []),
        *columns,
        sqlite_autoincrement=True,
    )
    if about:
        op.create_index(f"ix_{name}_subject_id", name, ["subject_id"])


def _log() -> None:
    """Make the change log and its guards."""
    op.create_table(
        "change",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        *_texts("actor", "action", "entity"),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sa.Column("blanked", sa.BigInteger()),
    )
    op.create_index("ix_change_entity_id", "change", ["entity", "entity_id"])
    op.create_index("ix_change_entity_number", "change", ["entity", "number"])
    (_guard_postgresql if op.get_bind().dialect.name == "postgresql" else _guard_sqlite)()


# An entry may be blanked, and nothing else: its values go, and it names the entry of the forgetting that took them.
def _guard_sqlite() -> None:
    kept = " AND ".join(f"NEW.{c} IS OLD.{c}" for c in _FIXED)
    blanks = (
        f"{kept} AND NEW.before IS NULL AND NEW.after IS NULL "
        "AND EXISTS (SELECT 1 FROM change WHERE number = NEW.blanked AND action = 'forget')"
    )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    last = "(SELECT coalesce(max(number), 0) FROM change)"
    op.execute(f"CREATE TRIGGER change_stays BEFORE DELETE ON change {refuse}")
    op.execute(f"CREATE TRIGGER change_holds BEFORE UPDATE ON change WHEN NOT ({blanks}) {refuse}")
    op.execute(f"CREATE TRIGGER change_follows BEFORE INSERT ON change WHEN NEW.number IS NOT {last} + 1 {refuse}")


def _guard_postgresql() -> None:
    kept = " AND ".join(f"NEW.{c} IS NOT DISTINCT FROM OLD.{c}" for c in _FIXED)
    forgotten = "EXISTS (SELECT 1 FROM change WHERE number = NEW.blanked AND action = 'forget')"
    follows = "NEW.number IS NOT DISTINCT FROM (SELECT coalesce(max(number), 0) + 1 FROM change)"
    blanks = f"{kept} AND NEW.before IS NULL AND NEW.after IS NULL AND {forgotten}"
    op.execute(
        "CREATE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF {follows} THEN RETURN NEW; END IF; END IF; "
        f"IF TG_OP = 'UPDATE' THEN IF {blanks} THEN RETURN NEW; END IF; END IF; "
        f"RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    each = "ON change FOR EACH ROW EXECUTE FUNCTION guard_change()"
    op.execute(f"CREATE TRIGGER change_holds BEFORE INSERT OR UPDATE OR DELETE {each}")
    whole = "ON change FOR EACH STATEMENT EXECUTE FUNCTION guard_change()"
    op.execute(f"CREATE TRIGGER change_stays BEFORE TRUNCATE {whole}")
