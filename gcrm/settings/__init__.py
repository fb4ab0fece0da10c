"""The settings of a project: gcrm.toml, read and checked.

Every mistake is reported with the file, the key and the nearest valid word; the first ones found are shown together.
"""

from __future__ import annotations

from gcrm.settings.limits import Limits
from gcrm.settings.load import FILE_NAME, load
from gcrm.settings.model import RESERVED, Settings
from gcrm.settings.source import Source

__all__ = ["FILE_NAME", "RESERVED", "Limits", "Settings", "Source", "load"]
