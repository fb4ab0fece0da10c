"""What can be wrong with a record: short codes for the ledger, and a sentence that gives nothing of the record away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Why a record is rejected.

    Attributes
    ----------
    reason
        Short code: `missing_value`, `bad_text`, `bad_number`, `bad_date`, `bad_boolean`, `bad_geometry`,
        `out_of_range`, `unknown_word`, `duplicate_key`, `forgotten`; records that cannot be taken apart have `ragged`,
        `blank_line` or `unreadable`.
    column
        gcrm's column.
    detail
        One sentence without the value.
    condition
        SQL that is true where the fault is there, over the columns `v_<column>` (the value as read) and `t_<column>`
        (the value as typed); null for faults that one row alone cannot show.
    misplaced
        True where it says that a place lies outside the world.
    """

    reason: str
    column: str
    detail: str
    condition: str | None = None
    misplaced: bool = False
