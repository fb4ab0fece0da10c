"""Review of a workspace: addresses that wait for a person, what else they may be, and what people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.crm import Decision, local_actor
from gcrm.crm import exists as has_store
from gcrm.cube import decision as decisions
from gcrm.cube import review as reviews

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.workspace.workspace import Workspace


class Review:
    """The review queue of an opened project.

    Parameters
    ----------
    workspace
        The opened project.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def queue(self, below: float = reviews.BELOW, limit: int = 500) -> reviews.Queue:
        """List the addresses that wait for a person: unsure ones and pile-ups, the most valuable first.

        Parameters
        ----------
        below
            Confidence below which an address that was found waits, too.
        limit
            Most places to list.

        Returns
        -------
        reviews.Queue
            One row per place; what was decided since the build is not among them.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        """
        decided = (
            [d.address_key for d in self._ws.crm.find(Decision)]
            if has_store(self._ws.folder, self._ws.settings)
            else []
        )
        return reviews.queue(self._ws.reader, scope=self._ws.scope, decided=decided, below=below, limit=limit)

    def alternatives(self, location_id: int) -> pa.Table:
        """Return what else an address of the queue may be, the likeliest first.

        Parameters
        ----------
        location_id
            The place.

        Returns
        -------
        pa.Table
            One row per address of the reference; see `gcrm.cube.review.alternatives`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If no record that the scope may see stands at the place.
        """
        return reviews.alternatives(self._ws.reader, location_id, scope=self._ws.scope)

    def decide(
        self,
        location_id: int,
        action: decisions.Action,
        *,
        point: tuple[float, float] | None = None,
        rank: int | None = None,
        note: str | None = None,
        actor: str | None = None,
    ) -> tuple[Decision, ...]:
        """Decide where an address lies, for all records of it; it outranks what is found from the next build on.

        Parameters
        ----------
        location_id
            The place, as `queue` lists it.
        action
            `accept` a place that was found, `move` the address to a point, or `not_found`.
        point
            Longitude and latitude to move to.
        rank
            The alternative that is accepted; null accepts the point that was found.
        note
            Why.
        actor
            Who decides; the user of this machine where absent.

        Returns
        -------
        tuple of Decision
            One per way in which the address is written.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If no record that the scope may see stands at the place, or it has no such alternative.
        RecordError
            If the place has no address in words, or the point is missing, too much or the middle of something.
        """
        return decisions.decide(
            self._ws.reader,
            self._ws.crm,
            location_id,
            action,
            scope=self._ws.scope,
            actor=actor or local_actor(),
            point=point,
            rank=rank,
            note=note,
        )

    def undo(self, location_id: int, actor: str | None = None) -> int:
        """Take back what was decided about an address.

        Parameters
        ----------
        location_id
            The place.
        actor
            Who takes it back; the user of this machine where absent.

        Returns
        -------
        int
            Decisions that were taken back.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If no record that the scope may see stands at the place.
        """
        who = actor or local_actor()
        return decisions.undo(self._ws.reader, self._ws.crm, location_id, scope=self._ws.scope, actor=who)
