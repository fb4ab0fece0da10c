"""Receipts: what was asked can be asked again, and what became otherwise since is named."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from gcrm import cli, crm, exports, receipt
from gcrm.access.scope import Scope
from gcrm.cube.question import Question, Scenario, Top, from_words
from gcrm.errors import QueryError
from gcrm.pipeline import build


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_figure_is_replayed_and_what_changed_is_named(ws, tmp_path):
    found = ws.query(["customers", "revenue"], by=["zone"], having=["customers >= 1"], top=2, period="2024-Q1")
    number = found.save_receipt(actor="ana")
    entry = ws.crm.find(crm.Export)[0]
    assert (entry.what, entry.rows, entry.path_name) == ("receipt", found.table.num_rows, None)
    json.dumps(entry.receipt)
    again = ws.replay(number[:8])
    assert (again.same, again.changed, again.origin) == (True, (), None)
    assert again.result.table.equals(found.table)

    # Other records: the figures change, and only the snapshot that gave them still does.
    with (ws.folder / "orders.csv").open("a", encoding="utf-8") as file:
        file.write("more,z1c0,2024-02-01,1000\n")
    build(ws.folder)
    ws.refresh()
    later = ws.replay(number)
    assert (later.same, later.changed, later.origin) == (False, (receipt.CAUSES["data"],), True)
    assert later.result.table["revenue"].to_pylist() != found.table["revenue"].to_pylist()
    exports.save(ws, "query", ws.query(["customers"], by=["segment"]), tmp_path / "a.csv")
    second = exports.journal(ws).num_rows
    kept = ws.crm.find(crm.Export, order_by="-id", limit=1)[0].receipt["id"]

    # Another border, another model, a level that is called otherwise, and a person less.
    halves = ws.query(["customers"], by=["half"]).save_receipt()
    edit(ws.folder / "gcrm.toml", 'levels = ["half"]', 'levels = ["part"]')
    edit(ws.folder / "gcrm.toml", 'level = "half"', 'level = "part"')
    edit(ws.folder / "zones.geojson", "Zone Three", "Zone 3")
    edit(
        ws.folder / "gcrm.toml",
        "[sources.orders]",
        '[cube.measures.largest]\nkind = "maximum"\nfact = "order"\nof = "amount"\n\n[sources.orders]',
    )
    ws.crm.erase([crm.Subject("customer", "z2c0")], actor="ana")
    build(ws.folder)
    ws.refresh()
    last = ws.replay(kept)
    assert not last.same
    causes = [line.partition(":")[0] for line in last.changed]
    assert causes == ["erased inputs", "data", "boundaries", "model"]
    assert "1 people were forgotten" in last.changed[0]
    gone = ws.replay(halves)
    assert (gone.same, gone.result, gone.origin) == (False, None, True)
    assert gone.changed[-1].startswith("question: There is no dimension 'half'")
    assert exports.journal(ws).num_rows == second + 1 == 3
    with pytest.raises(QueryError, match="No receipt was kept under 'nothing'"):
        ws.replay("nothing")


def test_a_receipt_tells_who_may_see_less(ws):
    found = ws.query(["customers"]).receipt
    guest = receipt.basis(ws.reader, Scope("guest"))
    assert receipt.changes(found, guest) == (receipt.CAUSES["scope"],)
    assert receipt.changes(found, found["basis"] | {"code": "x"}, 3) == (receipt.CAUSES["code"],)


def test_the_hash_of_an_answer_is_of_its_rows_in_any_order():
    table = pa.table({"a": ["x", "y", None], "b": [0.1 + 0.2, 2.0, None]})
    other = pa.table({"a": [None, "y", "x"], "b": [None, 2.0, 0.3]})
    assert receipt.digest(table) == receipt.digest(other)
    assert receipt.digest(table) != receipt.digest(table.slice(0, 2))
    assert receipt.digest(table) != receipt.digest(table.rename_columns(["a", "c"]))
    assert receipt.digest(table) != receipt.digest(pa.table({"a": ["x", "y", None], "b": [0.3, None, 2.0]}))


@pytest.mark.parametrize(
    "asked",
    [
        Question(("customers",)),
        Question(
            ("revenue", "share(revenue)"),
            ("zone", "month"),
            {"segment": ("a", None), "district": "1", "owner": None},
            ("2024-01-01", "2024-02-01"),
            "cube",
            ("revenue > 5",),
            Top(3, "revenue", "zone", others=False, smallest=True),
            Scenario("zone", "half", {"w": "z1", "e": None}),
            ({"within": {"level": "half", "region": "w"}},),
        ),
        Question(("customers",), geography="2024-01-01"),
    ],
)
def test_a_question_survives_being_written_down(asked):
    words = json.loads(json.dumps(asked.words()))
    assert from_words(words).words() == words
    with pytest.raises(QueryError, match="'colour' is missing or not known"):
        from_words({**words, "colour": "red"})
    with pytest.raises(QueryError, match="not the words of a question"):
        from_words({})


def test_the_command_line_replays(ws, capsys, monkeypatch):
    number = ws.query(["customers"], by=["zone"]).save_receipt()
    ws.crm.close()
    for words, ending, text in [
        ((number,), 0, "The same figures"),
        (("nothing",), 1, "No receipt was kept"),
    ]:
        monkeypatch.setattr("sys.argv", ["gcrm", "replay", *words, str(ws.folder)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == ending
        shown = capsys.readouterr()
        assert text in shown.out + shown.err
