"""What may and may not be committed: no registry hosts, no paths of a machine, no foreign scripts, nothing huge."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Split, so that this file does not find itself.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "conda.ana" + "conda.org")
MACHINE_PATH = re.compile(r"(?<![\w.$}*-])/(work|farm|home|Users|tmp|root)/")
FOREIGN_SCRIPT = re.compile(r"(\.min\.(js|css)|(leaflet|maplibre|deck)[^/]*\.(js|css))$")
MODULE_LINES = 400
FILE_BYTES = 8_000_000


@pytest.fixture(scope="module")
def committed() -> list[Path]:
    """Every file that git knows or would add, apart from deleted ones."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    return [path for name in set(listed.decode().split("\0")) if name and (path := ROOT / name).is_file()]


def texts(paths: list[Path]) -> dict[str, str]:
    """Those of the files that are UTF-8 text, by their path in the repository."""
    found = {}
    for path in paths:
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


def test_nothing_is_committed_that_is_to_be_ignored(committed: list[Path]) -> None:
    assert committed
    command = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout == b""


def test_no_registry_is_named(committed: list[Path]) -> None:
    found = {name for name, text in texts(committed).items() if any(host in text for host in REGISTRIES)}
    assert found == set()


def test_no_path_of_a_machine_is_written_down(committed: list[Path]) -> None:
    found = {name: match[0] for name, text in texts(committed).items() if (match := MACHINE_PATH.search(text))}
    assert found == {}


def test_no_foreign_script_is_committed(committed: list[Path]) -> None:
    assert [path.name for path in committed if FOREIGN_SCRIPT.search(path.name.lower())] == []


def test_no_file_is_huge(committed: list[Path]) -> None:
    assert {path.name: path.stat().st_size for path in committed if path.stat().st_size > FILE_BYTES} == {}


def test_modules_fit_on_a_few_screens(committed: list[Path]) -> None:
    code = {name: text.count("\n") for name, text in texts(committed).items() if re.match(r"(gcrm|app)/.*\.py$", name)}
    assert code
    assert {name: lines for name, lines in code.items() if lines > MODULE_LINES} == {}


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [block.split("\n")[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)] == []
    assert all(re.match(r"[A-Za-z0-9_.\[\]-]+==\S+", block) for block in blocks)


def test_the_lock_covers_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    names = {re.split(r"[^A-Za-z0-9_.-]", name)[0].lower() for name in asked} - {project["name"]}
    locked = re.findall(r"^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    assert names <= set(locked)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open('" + "/wo" + "rk/main/x')", True),
        ("see " + "/ho" + "me/someone/x", True),
        ("../shared/data", False),
        ("src/work/file", False),
        ("${ROOT}/tmp/x", False),
    ],
)
def test_a_machine_path_is_recognised(text: str, *, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is found
