"""Changes: the latest row of a key counts, whatever the order in which files brought them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.errors import SourceError
from tests.ingest.bench import Built, build, build_text
from tests.ingest.bench import settings as project

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = {"kind": "owners", "path": "o_*.csv", "load": "changes", "changed_at": "at", "deleted": "gone"}
ACCOUNT = "file, rows_in, rows_loaded, rows_rejected, rows_superseded, rows_deleted"
LINES = "physical_lines, header_lines, loaded_lines, rejected_lines, superseded_lines, deleted_lines"


def owners(built: Built) -> list[tuple[Any, ...]]:
    return built.rows("SELECT owner_id, name, team FROM ingest.owner ORDER BY owner_id")


def test_the_latest_change_of_a_key_counts(tmp_path: Path) -> None:
    (tmp_path / "o_1.csv").write_text(
        "owner_id,name,team,at,gone\n"
        '1,Ann,"no\nrth",2020-01-01,false\n'  # 2-3
        "2,Bob,south,2020-01-01 10:00,\n"  # 4
        "3,Cid,east,2020-01-01,no\n"  # 5
        "4,Dan,west,2020-02-01,0\n"  # 6
    )
    (tmp_path / "o_2.csv").write_text(
        "at,owner_id,name,team,gone\n"
        "2020-01-02,1,Anne,north,false\n"
        "2019-12-31,2,Robert,south,false\n"  # a late correction of what came before
        "2020-03-01,3,,,true\n"
        '2020-01-15,4,"D\n\nD",x,true\n'  # gone, and back later
        "soon,5,Eve,north,false\n"
        "2020-01-01,6,Fay,north,maybe\n"
        ",7,Gil,north,false\n"
    )
    built = build(tmp_path, it=CHANGES)
    assert owners(built) == [("1", "Anne", "north"), ("2", "Bob", "south"), ("4", "Dan", "west")]
    assert built.rows(f"SELECT {ACCOUNT} FROM ingest.source ORDER BY file") == [
        ("o_1.csv", 4, 2, 0, 2, 0),
        ("o_2.csv", 7, 1, 3, 2, 1),
    ]
    assert built.rows(f"SELECT {LINES} FROM ingest.source ORDER BY file") == [(6, 1, 2, 0, 3, 0), (10, 1, 1, 3, 4, 1)]
    assert built.rows("SELECT file, line, reason, column_name FROM ingest.reject ORDER BY line") == [
        ("o_2.csv", 8, "bad_date", "changed_at"),
        ("o_2.csv", 9, "bad_boolean", "deleted"),
        ("o_2.csv", 10, "missing_value", "changed_at"),
    ]
    assert "at" not in [name for name, *_ in built.rows("DESCRIBE ingest.owner")]


def test_at_the_same_time_the_later_row_counts(tmp_path: Path) -> None:
    (tmp_path / "o_1.csv").write_text("owner_id,name,at,gone\n1,a,2020-01-01,\n1,b,2020-01-01,\n2,a,2020-01-01,1\n")
    (tmp_path / "o_2.csv").write_text("owner_id,name,at,gone\n2,c,2020-01-01,0\n")
    assert owners(build(tmp_path, it=CHANGES)) == [("1", "b", None), ("2", "c", None)]


@pytest.mark.parametrize(
    ("early", "late"),
    [
        ("2020-01-01T10:00:00+02:00", "2020-01-01T09:00:00Z"),
        ("2020-01-01 10:00+0130", "2020-01-01 08:31Z"),
        ("2020-01-01 23:00-01", "2020-01-02 00:30:00.5"),
        ("2020-01-01T00:00+00:01", "2020-01-01"),
        ("2020-01-02T05:44:59+05:45", "2020-01-02"),
    ],
)
def test_times_are_compared_as_instants(tmp_path: Path, early: str, late: str) -> None:
    text = f"owner_id,name,at\n1,late,{late}\n1,early,{early}\n"
    built = build_text(tmp_path, "owners", text, load="changes", changed_at="at")
    assert owners(built) == [("1", "late", None)]


def test_times_by_a_format(tmp_path: Path) -> None:
    text = "owner_id,name,at\n1,late,31.12.2020 10:00\n1,early,01.12.2020 09:00\n"
    built = build_text(
        tmp_path, "owners", text, load="changes", changed_at="at", formats={"changed_at": "%d.%m.%Y %H:%M"}
    )
    assert owners(built) == [("1", "late", None)]


def test_words_of_deletion(tmp_path: Path) -> None:
    text = "owner_id,name,at,action\n1,a,2020-01-01,I\n2,b,2020-01-01,U\n1,,2020-01-02,d\n"
    text += "2,,2020-01-02, Removed\n3,c,2020-01-01,\n"
    built = build_text(
        tmp_path,
        "owners",
        text,
        load="changes",
        changed_at="at",
        deleted="action",
        deleted_words=["D", "removed"],
    )
    assert owners(built) == [("3", "c", None)]


def test_a_deletion_needs_nothing_but_its_key(tmp_path: Path) -> None:
    text = "order_id,customer_id,ordered_on,amount,at,gone\n1,c,2020-01-01,5,2020-01-01,n\n"
    text += "1,,,x,2020-01-02,y\n,,,,2020-01-02,y\n"
    built = build_text(tmp_path, "orders", text, load="changes", changed_at="at", deleted="gone")
    assert built.rows('SELECT count(*) FROM ingest."order"') == [(0,)]
    assert built.rejects() == [(4, 3, "missing_value", "order_id")]


def test_typed_columns(tmp_path: Path) -> None:
    times = pa.array([datetime(2020, 1, 2), datetime(2020, 1, 1)], pa.timestamp("us"))  # noqa: DTZ001
    rows = {"owner_id": [1, 1], "name": ["new", "old"], "at": times, "gone": pa.array([None, True])}
    pq.write_table(pa.table(rows), tmp_path / "o.parquet")
    assert owners(build(tmp_path, it={**CHANGES, "path": "o.parquet"})) == [("1", "new", None)]


def test_keys_of_other_sources_stay_theirs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("owner_id,name\n1,first\n")
    (tmp_path / "o_1.csv").write_text("owner_id,name,at,gone\n1,x,2020-01-01,n\n2,y,2020-01-01,n\n2,z,2020-01-02,n\n")
    built = build(tmp_path, first={"kind": "owners", "path": "a.csv"}, it=CHANGES)
    assert owners(built) == [("1", "first", None), ("2", "z", None)]
    assert built.rejects() == [(2, 1, "duplicate_key", "owner_id")]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"changed_at": "att"}, r"no column 'att' for 'changed_at'. Did you mean 'at'\?"),
        ({"deleted": "done"}, "no column 'done' for 'deleted'"),
    ],
)
def test_what_is_refused(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    (tmp_path / "o_1.csv").write_text("owner_id,name,at,gone\n")
    with pytest.raises(SourceError, match=says):
        build(tmp_path, it=CHANGES | more)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"kind": "owners", "load": "changes"}, "needs 'changed_at'"),
        ({"kind": "owners", "changed_at": "at"}, 'changed_at has no meaning for a full load; write load = "changes"'),
        ({"kind": "dwellings", "load": "changes", "changed_at": "at"}, "their rows have no key"),
        ({"kind": "owners", "load": "changes", "changed_at": "at", "deleted_words": ["D"]}, "without 'deleted'"),
        ({"kind": "owners", "load": "some"}, "'full' or 'changes'"),
    ],
)
def test_settings_that_mean_nothing(source: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        project(it={"path": "a.csv", **source})


BEGIN = datetime(2020, 1, 1)  # noqa: DTZ001
CHANGE = st.tuples(
    st.sampled_from("abc"), st.integers(0, 9), st.sampled_from(["x", "y", ""]), st.sampled_from(["true", "false", ""])
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_split_and_order_of_the_files_gives_the_same_table(tmp_path: Path, data: st.DataObject) -> None:
    """The table is a function of the set of changes; a plain loop over them in order of time says which."""
    drawn = data.draw(st.lists(CHANGE, max_size=14, unique_by=lambda row: (row[0], row[1])))
    wanted: dict[str, str] = {}
    for key, _, name, gone in sorted(drawn, key=lambda row: row[1]):
        wanted.pop(key, None)
        if gone != "true":
            wanted[key] = name
    rows = [f"{k},{(BEGIN + timedelta(hours=h)).isoformat()},{name},{gone}\n" for k, h, name, gone in drawn]
    for path in tmp_path.glob("o_*.csv"):
        path.unlink()
    order = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    for i, (begin, end) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True)):
        (tmp_path / f"o_{i}.csv").write_text("owner_id,at,name,gone\n" + "".join(order[begin:end]))
    built = build(tmp_path, it=CHANGES)
    assert owners(built) == [(key, name or None, None) for key, name in sorted(wanted.items())]
    sums = "sum(rows_in), sum(rows_loaded), sum(rows_loaded + rows_rejected + rows_superseded + rows_deleted)"
    assert built.rows(f"SELECT {sums} FROM ingest.source") == [(len(rows), len(wanted), len(rows))]
