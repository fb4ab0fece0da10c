"""Scenarios of territories, and their steps."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scenario",
        *_kept(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("based_on", sa.BigInteger()),
        sa.Column("comment", sa.Text()),
        sa.Column("effective", sa.Date()),
        sa.Column("product", sa.Text()),
        sa.Column("channel", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenario_name", "scenario", ["name"])
    op.create_table(
        "scenario_step",
        *_kept(),
        sa.Column("scenario_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("owners", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("comment", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scenario_step_scenario_id", "scenario_step", ["scenario_id"])


def _kept() -> list[sa.Column[Any]]:
    """Return the columns of every record."""
    return [
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("removed_at", _MOMENT),
    ]
