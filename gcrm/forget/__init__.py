"""Forgetting: people leave the whole project, and a scan of every file proves it."""

from __future__ import annotations

from gcrm.forget.command import Report, forget
from gcrm.forget.older import WAIT_S, ForgetError

__all__ = ["WAIT_S", "ForgetError", "Report", "forget"]
