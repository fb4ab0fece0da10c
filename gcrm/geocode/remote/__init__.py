"""Remote geocoders, off by default: what the own reference does not know may be asked of one named server.

Nothing here runs unless gcrm.toml has a table [geocode.remote], and nothing is sent without consent. `question` says
what would leave, `endpoint` and `web` whom it may reach, `store` what is kept, and `run` how sending goes. What the
stage makes of the answers stands beside it, in `gcrm.geocode.verdict.suggestion`.
"""

from __future__ import annotations

from gcrm.geocode.remote.planning import Plan, plan
from gcrm.geocode.remote.provider import PROVIDERS
from gcrm.geocode.remote.run import Sent, send

__all__ = ["PROVIDERS", "Plan", "Sent", "plan", "send"]
