"""Files that change while they are read, and files and folders that may not be read or written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gcrm.errors import UserError
from gcrm.ingest import rows
from gcrm.ingest.text import delimited
from gcrm.pipeline import build
from gcrm.warehouse import snapshot
from tests.traps.files.family import write_base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUILD = "import sys; from gcrm.cli import main; sys.argv = ['gcrm', 'build', sys.argv[1]]; main()"


def manifests(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / snapshot.FOLDER).glob("manifest*"))


def _append(path: Path) -> None:
    with path.open("a") as file:
        file.write("9,-122.5,37.5\n")


@pytest.mark.parametrize("change", [_append, Path.unlink, lambda path: path.write_text("store_id\n")])
@pytest.mark.parametrize("moment", ["after its lines were counted", "after its rows were read"])
def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], Any], moment: str
) -> None:
    write_base(tmp_path)
    build(tmp_path)
    before = manifests(tmp_path)
    _append(tmp_path / "stores.csv")
    module, name = (delimited, "survey") if "lines" in moment else (rows, "_check_places")
    real = getattr(module, name)

    def then_changed(*arguments: Any) -> Any:
        found = real(*arguments)
        change(tmp_path / "stores.csv")
        monkeypatch.setattr(module, name, real)
        return found

    monkeypatch.setattr(module, name, then_changed)
    with pytest.raises(UserError, match=r"changed while|cannot be read|No such file"):
        build(tmp_path)
    assert manifests(tmp_path) == before
    assert list((tmp_path / snapshot.FOLDER).glob("build-*")) == []


@pytest.fixture
def open_folder(tmp_path: Path) -> Iterator[Path]:
    """A project whose rights are given back at the end."""
    write_base(tmp_path)
    yield tmp_path
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755)


def build_without_privilege(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build in a process for which rights hold: root's lacks the privilege to pass over them."""
    command = [sys.executable, "-c", BUILD, str(folder)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("rights do not hold for root, and there is no setpriv to change that")
        lacking = "-dac_override,-dac_read_search"
        command = ["setpriv", f"--bounding-set={lacking}", f"--inh-caps={lacking}", *command]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_a_file_that_may_not_be_read(open_folder: Path) -> None:
    (open_folder / "stores.csv").chmod(0)
    done = build_without_privilege(open_folder)
    assert done.returncode == 1
    assert "stores.csvcannotberead:Permissiondenied" in "".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("before", [False, True], ids=["new", "published"])
def test_a_folder_that_cannot_be_written(open_folder: Path, *, before: bool) -> None:
    if before:
        build(open_folder)
        (open_folder / "stores.csv").write_text("store_id,lon,lat\n2,-122.5,37.5\n")
    for path in [open_folder, *open_folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    known = sorted(open_folder.rglob("*"))
    done = build_without_privilege(open_folder)
    assert done.returncode == 1
    assert "cannot be written" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert sorted(open_folder.rglob("*")) == known
