"""Encodings: what a file is in is declared or marked, never guessed, and its lines stay its lines."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.errors import SettingsError, SourceError
from gcrm.ingest.text.encoding import UnfitError, transcode
from gcrm.settings import load
from tests.ingest.bench import build, build_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = 'owner_id,name,team\n1,"김철수 ""K""",서울\n2,Kim\n3,"zwei\nZeilen",東\n4,똠방각하,펲시콜라\n'
LATIN = 'owner_id,name,team\n1,"Müller ""M""",Süd\n2,Zoë\n3,"zwei\nZeilen",ß\n4,é,€\n'
ACCOUNT = "physical_lines, header_lines, loaded_lines, rejected_lines, rows_in, rows_loaded, rows_rejected"
ENCODINGS = [
    ("utf-8", "김"),
    ("utf-8-sig", "김"),
    ("utf-16", "김"),
    ("utf-16-le", "김"),
    ("utf-16-be", "김"),
    ("utf-32", "김"),
    ("cp949", "김"),
    ("gb18030", "김"),
    ("cp1252", "ü"),
]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "letter"), ENCODINGS)
def test_the_same_rows_in_every_encoding(tmp_path: Path, encoding: str, letter: str, end: str) -> None:
    text = (TEXT if letter == "김" else LATIN).replace("\n", end)
    if end == "\r":  # a bare carriage return ends no line between quotes
        text = text.replace("zwei\r", "zwei ")
    built = build_text(tmp_path, "owners", text.encode(encoding), encoding=encoding)
    wanted = [tuple(line) for line in ([part or None for part in row] for row in _rows(text, end))]
    assert built.rows("SELECT owner_id, name, team FROM ingest.owner ORDER BY row_no") == wanted
    assert built.rejects() == [(3, 2, "ragged", None)]
    lines = 6 - (end == "\r")
    assert built.rows(f"SELECT {ACCOUNT} FROM ingest.source") == [(lines, 1, lines - 2, 1, 4, 3, 1)]


def _rows(text: str, end: str) -> list[list[str]]:
    """The good rows of the texts above."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    text = text if end != "\r" else text.replace("\r", "\n")
    return [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) == 3][1:]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_byte_order_mark_is_enough(tmp_path: Path, encoding: str) -> None:
    built = build_text(tmp_path, "owners", ("\ufeff" + TEXT).encode(encoding))
    assert built.rows("SELECT name FROM ingest.owner WHERE owner_id = '4'") == [("똠방각하",)]
    assert [row[0] for row in built.rejects()] == [3]


def test_trail_bytes_that_look_like_separators(tmp_path: Path) -> None:
    """In CP932 and Big5 the second byte of a letter may be a backslash or a bar; in CP949 a letter of the alphabet."""
    for encoding, letters in (("cp932", "表ソ能|"), ("big5", "功許蓋|"), ("cp949", "갂갃똠햏|"), ("gb18030", "乗俓|")):
        encoded = letters.encode(encoding)
        assert encoding == "cp949" or encoded.count(b"\\") + encoded.count(b"|") > 1
        text = f'owner_id|name\n1|"{letters}"\n2|{letters[:-1]}\n'
        built = build_text(tmp_path, "owners", text.encode(encoding), encoding=encoding, delimiter="|")
        assert built.rows("SELECT name FROM ingest.owner ORDER BY row_no") == [(letters,), (letters[:-1],)]


@pytest.mark.parametrize(
    ("text", "encoding", "says"),
    [
        (
            "owner_id,name\n1,a\n2,김\n".encode("cp949"),
            None,
            "line 3 is not UTF-8. All of its bytes could be cp1252 or cp949",
        ),
        ("owner_id,name\n1,김\n".encode("cp949"), "utf-8", "line 2 is not UTF-8"),
        (b"owner_id,name\n1,a\n2,\x81\n3,b\n", "cp1252", "line 3 is not CP1252, as gcrm.toml says"),
        (b"owner_id,name\r1,a\r2,\x81\r", "cp1252", "line 3 is not CP1252"),
        (b"owner_id,name\n1,\xc8\n", "cp949", "line 2 is not CP949"),
        ("owner_id,name\n1,a\n".encode("utf-16-le") + b"x", "utf-16-le", "line 3 is not UTF-16-LE"),
        ("owner_id\n1\n".encode("utf-16-le") + b"\x00\xd8", "utf-16-le", "line 3 is not UTF-16-LE"),
        ("owner_id\n1\n".encode("utf-16-le"), "utf-16", "no byte-order mark.*'utf-16-le'"),
        (codecs.BOM_UTF8 + b"owner_id\n1\n", "cp949", "says that it is CP949, but its byte-order mark says UTF-8"),
        ("\ufeffowner_id\n".encode("utf-16-le"), "utf-8", "but its byte-order mark says UTF-16-LE"),
        (b"owner_id\n1\n2\xff\xff", None, "All of its bytes could be cp1252"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: bytes, encoding: str | None, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        build_text(tmp_path, "owners", text, encoding=encoding)


def test_no_encoding_fits(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 1 is not UTF-8. Save the file as UTF-8 and build again.$"):
        build_text(tmp_path, "owners", b"\x81\xff\x90\x98\x00" * 3)


def test_a_file_in_utf8_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        pytest.fail("it was copied")

    monkeypatch.setattr("gcrm.ingest.text.encoding.transcode", fail)
    for encoding in (None, "utf-8", "utf8", "UTF-8-SIG"):
        build_text(tmp_path, "owners", TEXT, encoding=encoding)
        build_text(tmp_path, "owners", "\ufeff" + TEXT, encoding=encoding)


def test_line_of_the_fault_over_several_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("김,가나다\n".encode("cp949") * 9 + b"\xff\xff\n")
    for size in (1, 2, 3, 5, 64):
        monkeypatch.setattr("gcrm.ingest.text.encoding._CHUNK", size)
        with pytest.raises(UnfitError, match=r"^10$"):
            transcode(path, tmp_path / "draft.csv", "cp949")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    encoding=st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "cp949", "cp932", "cp1252"]),
    size=st.sampled_from([1, 2, 3, 7, 1 << 20]),
)
def test_transcoding_keeps_every_letter(tmp_path: Path, text: str, encoding: str, size: int) -> None:
    data = text.encode(encoding, "ignore")
    wanted = data.decode(encoding)
    (tmp_path / "file").write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gcrm.ingest.text.encoding._CHUNK", size)
        transcode(tmp_path / "file", tmp_path / "draft", encoding)
    assert (tmp_path / "draft").read_bytes().decode() == wanted.removeprefix("\ufeff")


@pytest.mark.parametrize(
    "name", ["cp94", "hex", "rot13", "punycode", "idna", "undefined", "utf-7", "unicode_escape", "\\0"]
)
def test_names_that_are_no_encodings(tmp_path: Path, name: str) -> None:
    toml = '[project]\nname = "T"\nmetric_crs = "EPSG:32610"\n[sources.a]\nkind = "owners"\npath = "a.csv"\n'
    (tmp_path / "gcrm.toml").write_text(f"{toml}encoding = '{name}'\n")
    with pytest.raises(SettingsError, match="there is no encoding called"):
        load(tmp_path)


def test_an_encoding_is_for_text_alone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"encoding has no meaning for a file that ends in '.parquet'"):
        build(tmp_path, it={"kind": "owners", "path": "a.parquet", "encoding": "cp949"})
