"""Consents: the latest word of a subject counts, by the day it was given, then by the order of entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.crm.query import find
from gcrm.crm.record import Consent, Subject
from gcrm.crm.rule import word
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def latest(con: Connection, channel: str, purpose: str, subject: Subject | None = None) -> dict[Subject, Consent]:
    """Return the latest consent of each subject.

    Parameters
    ----------
    con
        Connection to the store.
    channel, purpose
        By which channel and for what; written alike before they are compared.
    subject
        Only this one.

    Returns
    -------
    dict of Subject to Consent
        Given or withdrawn; subjects without a word are not in it.

    Raises
    ------
    QueryError
        If channel or purpose is no word.
    """
    try:
        wanted = {"channel": word(channel), "purpose": word(purpose)}
    except ValueError as error:
        msg = f"Channel or purpose {error}."
        raise QueryError(msg) from None
    only = {} if subject is None else {"subject": subject}
    found = find(con, Consent, order_by=("given_on", "id"), limit=None, **wanted, **only)
    return {c.subject: c for c in found}
