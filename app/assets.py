"""Copy other people's JavaScript and CSS out of their installed packages: `python -m app.assets`.

They are served by the dashboard itself and never committed. The dashboard copies them when it starts, should nobody
have done so before.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from gcrm.maps import assets

#: Where the map component finds MapLibre GL JS.
VENDOR = Path(__file__).parent / "components" / "map" / "vendor"

_log = logging.getLogger(__name__)


def copy() -> Path:
    """Copy what is missing or older than its package.

    Returns
    -------
    Path
        Folder with the copies; the packages' own folder where this one cannot be written.

    Raises
    ------
    DependencyError
        If a package is not installed.
    """
    files = assets.maplibre()
    try:
        VENDOR.mkdir(exist_ok=True)
        for file in files:
            target = VENDOR / file.name
            if not target.exists() or target.stat().st_size != file.stat().st_size:
                shutil.copyfile(file, target)
                _log.info("copied %s", file.name)
    except OSError:
        return files[0].parent
    return VENDOR


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    copy()
