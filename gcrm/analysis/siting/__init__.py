"""Siting: which of the possible sites to open, with a proof where there is one."""

from __future__ import annotations

from gcrm.analysis.siting.cover import cover_all, cover_most
from gcrm.analysis.siting.median import capacitated_median, median
from gcrm.analysis.siting.reach import centre
from gcrm.analysis.siting.sites import Choice, Sites

__all__ = ["Choice", "Sites", "capacitated_median", "centre", "cover_all", "cover_most", "median"]
