"""Forgetting: people leave the whole project, and a scan of every file proves it."""

from __future__ import annotations

from gcrm.forget.command import WAIT_S, ForgetError, Report, forget

__all__ = ["WAIT_S", "ForgetError", "Report", "forget"]
