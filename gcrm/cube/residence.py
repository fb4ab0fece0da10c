"""What people decide about buildings: which type of residence one is, and how many units it has.

A decision is about a building as its register names it; it is kept in the operational store, and counts from the next
build on, there also as an example that others are inferred from (see `gcrm/enrich/residence/evidence.sql`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.crm import Residence
from gcrm.cube.building import choose
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.access.scope import Scope
    from gcrm.crm import Store
    from gcrm.crm.record import ResidenceType
    from gcrm.warehouse.reader import Reader


def decide(
    reader: Reader,
    store: Store,
    building_id: str,
    residence_type: ResidenceType,
    units: int | None = None,
    *,
    scope: Scope,
    actor: str,
) -> Residence:
    """Say what type of residence a building is; a later word takes the place of an earlier one.

    Parameters
    ----------
    reader
        The snapshot.
    store
        The project's operational store.
    building_id
        The building, as `enrich.building` names it.
    residence_type
        Its type; `none` where nobody lives there.
    units
        Dwelling units; null leaves what is known otherwise.
    scope
        Who may see the building; it needs record rights.
    actor
        Who decides.

    Returns
    -------
    Residence
        The decision as the store keeps it.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If the scope sees no such building.
    RecordError
        If the type is none that there is, or units are negative.
    """
    chosen = choose(reader, scope=scope, where={"building_id": building_id})
    text = f"SELECT 1 FROM enrich.building AS b WHERE {chosen.condition}"
    if reader.cursor().execute(text, chosen.values).fetchone() is None:
        msg = "There is no building with this identifier in the published data you may see."
        raise QueryError(msg)
    with store.write(actor=actor) as unit:
        earlier = unit.find(Residence, building_id=building_id)
        if earlier:
            return unit.change(earlier[-1], residence_type=residence_type, units=units)
        return unit.add(Residence(building_id, residence_type, units))
