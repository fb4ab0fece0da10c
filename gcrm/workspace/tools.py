"""The larger tools of a workspace: each is imported when it is first asked for, which takes long, and few need all."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from gcrm.workspace.change import WhatIf
    from gcrm.workspace.choice import Choices
    from gcrm.workspace.crosswalk import Crosswalks
    from gcrm.workspace.movement import Movement
    from gcrm.workspace.population import Population
    from gcrm.workspace.roads import Roads
    from gcrm.workspace.territories import Territories
    from gcrm.workspace.trading import TradeAreas
    from gcrm.workspace.workspace import Workspace


class Tools:
    """What a workspace has tools for."""

    @property
    def _whole(self) -> Workspace:
        return cast("Workspace", self)

    @cached_property
    def roads(self) -> Roads:
        """Travel times, isochrones, routes and nearest stores on the project's roads; estimates where it has none."""
        from gcrm.workspace.roads import Roads  # noqa: PLC0415

        return Roads(self._whole)

    @cached_property
    def trade_areas(self) -> TradeAreas:
        """Trading areas of the stores by any method, how sure they are, and which method foretells best."""
        from gcrm.workspace.trading import TradeAreas  # noqa: PLC0415

        return TradeAreas(self._whole)

    @cached_property
    def choice(self) -> Choices:
        """The choice of a store: Huff's model fitted to the customers, and what a change would move."""
        from gcrm.workspace.choice import Choices  # noqa: PLC0415

        return Choices(self._whole)

    @cached_property
    def what_if(self) -> WhatIf:
        """What a store that opens, closes or changes would take from whom, by areas and by the choice of a store."""
        from gcrm.workspace.change import WhatIf  # noqa: PLC0415

        return WhatIf(self._whole)

    @cached_property
    def crosswalk(self) -> Crosswalks:
        """Figures moved between systems of regions, and between versions of their borders."""
        from gcrm.workspace.crosswalk import Crosswalks  # noqa: PLC0415

        return Crosswalks(self._whole)

    @cached_property
    def movement(self) -> Movement:
        """Trips between places: who goes where at which hour."""
        from gcrm.workspace.movement import Movement  # noqa: PLC0415

        return Movement(self._whole)

    @cached_property
    def population(self) -> Population:
        """Floating population: who is around at which hour."""
        from gcrm.workspace.population import Population  # noqa: PLC0415

        return Population(self._whole)

    @cached_property
    def territories(self) -> Territories:
        """The design of territories over the workspace's regions and figures."""
        from gcrm.workspace.territories import Territories  # noqa: PLC0415

        return Territories(self._whole)
