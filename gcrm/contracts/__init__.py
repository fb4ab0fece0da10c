"""Load contracts: what a source brought, what must hold of it, and what changed since the last published snapshot."""

from __future__ import annotations

from gcrm.contracts.change import Change, changes
from gcrm.contracts.check import ContractError, Verdict, check, refuse_unknown
from gcrm.contracts.figures import Figures, measure

__all__ = ["Change", "ContractError", "Figures", "Verdict", "changes", "check", "measure", "refuse_unknown"]
