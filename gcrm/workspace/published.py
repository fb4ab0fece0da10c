"""Publishing a scenario: its assignments are written from a day on, all of them or none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gcrm import crm, exports
from gcrm.crm import drafting
from gcrm.errors import RecordError, near

if TYPE_CHECKING:
    from gcrm.crm.drafting import Layout
    from gcrm.workspace.workspace import Workspace


def published(ws: Workspace, scenario: crm.Scenario, effective: date, *, vacant: bool, actor: str) -> crm.Scenario:
    """Write the assignments of a scenario: see `Scenarios.publish`.

    Parameters
    ----------
    ws
        The project.
    scenario
        The scenario as it was read.
    effective
        First day.
    vacant
        Let territories be that nobody looks after.
    actor
        Who publishes it.

    Returns
    -------
    crm.Scenario
        The scenario, published.

    Raises
    ------
    ConflictError
        If somebody changed it since it was read.
    RecordError
        If it cannot be published; nothing is written then.
    """
    plan = drafting.layout(ws.crm, scenario)
    _check_owners(ws, scenario, plan, effective, vacant=vacant)
    about: dict[str, Any] = {"product": scenario.product, "channel": scenario.channel}
    held = exports.holders(ws, scenario.unit, effective, **about)
    changes = {u: plan.owner(u) for u in plan.units if plan.owner(u) != held.get(u, {}).get("owner_id")}
    filed = {u: held[u]["owner_id"] for u, o in changes.items() if o is None and held[u]["source"] == "file"}
    with ws.crm.write(actor=actor) as work:
        for region, owner in filed.items():  # the store takes over a day earlier, so that the file's word ends
            subject = crm.Subject("region", region, scenario.unit)
            work.add(crm.Assignment(subject, owner, effective - timedelta(days=1), effective, **about))
        return drafting.publish(work, scenario, changes, effective)


def _check_owners(ws: Workspace, scenario: crm.Scenario, plan: Layout, day: date, *, vacant: bool) -> None:
    names = sorted({t for t in plan.units.values() if t is not None})
    empty = [t for t in names if plan.owners.get(t) is None]
    if empty and not vacant:
        msg = (
            f"Nobody looks after {len(empty)} of {len(names)} territories of '{scenario.name}': "
            f"{', '.join(empty[:5])}. Give each a sales person, or allow vacant ones."
        )
        raise RecordError(msg)
    known = {str(o) for o in exports.owners(ws, day)}
    for owner in sorted({o for t in names if (o := plan.owners.get(t)) is not None}):
        if owner not in known:
            msg = f"There is no sales person '{owner}' on {day}.{near(owner, known)} Nothing was published."
            raise RecordError(msg)
