"""What a workspace offers planners; each part is imported when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gcrm.workspace.handover import Handover
    from gcrm.workspace.routing import Routing
    from gcrm.workspace.scenarios import Scenarios
    from gcrm.workspace.workspace import Workspace


class Planning:
    """The planner's part of a workspace."""

    @cached_property
    def scenarios(self) -> Scenarios:
        """Plans of territories: drafts, their history, comparisons, and what was published."""
        from gcrm.workspace.scenarios import Scenarios  # noqa: PLC0415 (takes long to import, and few need it)

        return Scenarios(cast("Workspace", self))

    @cached_property
    def handover(self) -> Handover:
        """Scenarios as files, files that were edited, and briefs for sales people."""
        from gcrm.workspace.handover import Handover  # noqa: PLC0415

        return Handover(cast("Workspace", self))

    @cached_property
    def routing(self) -> Routing:
        """Who looks after each customer and prospect, and who gets a new lead."""
        from gcrm.workspace.routing import Routing  # noqa: PLC0415

        return Routing(cast("Workspace", self))
