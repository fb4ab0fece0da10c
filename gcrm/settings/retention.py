"""How long snapshots are kept."""

from __future__ import annotations

from pydantic import Field

from gcrm.settings.words import Strict


class Snapshots(Strict):
    """`[snapshots]`: how long snapshots are kept.

    Attributes
    ----------
    keep
        Snapshots kept, the published one included; older ones go, but for those that someone is reading.
    """

    keep: int = Field(default=3, ge=1)
