"""Duplicates of a workspace: pairs of records that are one party or may be, explained, and decided by people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.crm import Sameness
from gcrm.crm import exists as has_store
from gcrm.cube.duplicates import State, check_records, duplicates, evidence
from gcrm.linkage.decision import decide, two

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.workspace.workspace import Workspace


class Duplicates:
    """Pairs of customers and prospects of an opened project.

    Parameters
    ----------
    workspace
        The opened project.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def pairs(self, state: State = "open", limit: int = 500) -> pa.Table:
        """List pairs of customers and prospects that are one party, or may be.

        Parameters
        ----------
        state
            `open` are those that a person should decide about, `same` are joined, `different` are kept apart; `all`.
        limit
            Most pairs, the likeliest first.

        Returns
        -------
        pa.Table
            One row per pair; see `gcrm.cube.duplicates.duplicates`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If the project does not look for duplicates.
        """
        decided = self._ws.crm.find(Sameness) if has_store(self._ws.folder, self._ws.settings) else []
        return duplicates(self._ws.reader, scope=self._ws.scope, state=state, decided=decided, limit=limit)

    def compare(self, a: str, b: str) -> pa.Table:
        """Explain how likely two records are one party: what each field adds.

        Parameters
        ----------
        a, b
            Identifiers: of customers (`C1` or `customer:C1`), or of prospects (`prospect:P1`).

        Returns
        -------
        pa.Table
            One row per field; see `gcrm.cube.duplicates.evidence`.

        Raises
        ------
        AccessError
            If the scope has no record rights, or does not reach both.
        QueryError
            If the project does not look for duplicates, or the two were not compared.
        """
        return evidence(self._ws.reader, *two(a, b), scope=self._ws.scope)

    def decide(self, a: str, b: str, *, same: bool | None, actor: str | None = None) -> None:
        """Decide that two records are one party or are not, or take that back; it counts from the next build on.

        Parameters
        ----------
        a, b
            The records, as in `compare`.
        same
            True where they are one party, false where they are not, null takes back what was decided.
        actor
            Who decides; the user of this machine where absent.

        Raises
        ------
        AccessError
            If the scope does not see both records.
        QueryError
            If the project does not look for duplicates, or has no such record.
        """
        check_records(self._ws.reader, *two(a, b), scope=self._ws.scope)
        decide(self._ws.crm, a, b, same=same, actor=actor)
