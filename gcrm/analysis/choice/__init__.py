"""The choice of a store: Huff's model and its kin, fitted to what customers did, and what a change would move."""

from __future__ import annotations

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.fit import Fit, fit
from gcrm.analysis.choice.holdout import held_out
from gcrm.analysis.choice.likelihood import Counts
from gcrm.analysis.choice.market import Market, Pairs
from gcrm.analysis.choice.model import Model, Shares, shares
from gcrm.analysis.choice.transfer import Transfer, transfer

__all__ = [
    "Counts",
    "Decay",
    "Fit",
    "Market",
    "Model",
    "Pairs",
    "Shares",
    "Transfer",
    "fit",
    "held_out",
    "shares",
    "transfer",
]
