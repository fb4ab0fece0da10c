"""gcrm: a geographic CRM.

Customers, prospects, orders and what surrounds each address, conformed to a map and aggregated in regional cubes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "open"]

if TYPE_CHECKING:
    from gcrm.workspace import open_workspace as open  # noqa: A004


def __getattr__(name: str) -> Any:
    """Import the workspace when `gcrm.open` is first used: the base modules stay light."""
    if name == "open":
        from gcrm.workspace import open_workspace  # noqa: PLC0415

        return open_workspace
    msg = f"module 'gcrm' has no attribute '{name}'"
    raise AttributeError(msg)
