"""Decisions about buildings: what type of residence one is, and how many units it has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "residence",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", _MOMENT),
        sa.Column("building_id", sa.Text(), nullable=False),
        sa.Column("residence_type", sa.Text(), nullable=False),
        sa.Column("units", sa.BigInteger()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_residence_building_id", "residence", ["building_id"])
