"""Commands about territories: design them, draft and publish scenarios of them."""

from gcrm.cli.territories import design, scenarios
from gcrm.cli.territories.group import app

__all__ = ["app", "design", "scenarios"]
