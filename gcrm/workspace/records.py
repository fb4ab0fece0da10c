"""The customers and prospects of a project one by one: as points, in a list, on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.cube.card import Card, card
from gcrm.cube.listing import Listing, Order, listing
from gcrm.cube.records import Points, records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.access.scope import Scope
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader


class Records:
    """What a workspace says of single records.

    Attributes
    ----------
    reader
        The snapshot, opened.
    scope
        Who reads; it needs record rights.
    """

    reader: Reader
    scope: Scope

    def points(
        self,
        kind: str = "customers",
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
        limit: int = 2000,
    ) -> Points:
        """Return the customers or prospects of a filter as points, those only whose address is known to the point.

        Parameters
        ----------
        kind
            `customers` or `prospects`, active at the end of the period.
        where, period
            As in `query`.
        limit
            Most points to return; the first by id.

        Returns
        -------
        Points
            The points, and how many are not among them.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return records(self.reader, scope=self.scope, kind=kind, where=where, period=period, limit=limit)

    def listing(
        self,
        kind: str = "customers",
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
        *,
        search: str = "",
        order: Order = "revenue",
        limit: int = 500,
    ) -> Listing:
        """List customers or prospects one by one, located or not.

        Parameters
        ----------
        kind
            `customers` or `prospects`, active at the end of the period.
        where, period
            As in `query`.
        search
            Part of the identifier, name or address, in any case.
        order
            `revenue`, `last_order`, `name` or `since`.
        limit
            Most records to list.

        Returns
        -------
        Listing
            The first records, and how many there are.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known.
        """
        return listing(
            self.reader,
            scope=self.scope,
            kind=kind,
            where=where,
            period=period,
            search=search,
            order=order,
            limit=limit,
        )

    def card(self, kind: str, id: str) -> Card:  # noqa: A002 - the word of every table here
        """Return what the snapshot knows about one customer or prospect.

        Parameters
        ----------
        kind
            `customers` or `prospects`.
        id
            The company's own identifier.

        Returns
        -------
        Card
            Record, regions, orders, interactions and surroundings.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If there is no such record among the regions of the scope.
        """
        return card(self.reader, scope=self.scope, kind=kind, id=id)
