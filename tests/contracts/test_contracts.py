"""Load contracts: a broken one keeps a build from publishing, says what was expected and found, and what changed."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime

import pytest

from gcrm.contracts import ContractError
from gcrm.errors import QueryError, SettingsError
from gcrm.pipeline import build
from gcrm.warehouse import snapshot
from tests import project

NOON = datetime(2020, 1, 31, 12, tzinfo=UTC).timestamp()


def with_contract(source: str, contract: str) -> str:
    return f"{project.TOML}\n[sources.{source}.contract]\n{contract}\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project with a published snapshot of 3 customers and 4 orders, one of them of an unknown customer."""
    folder = tmp_path_factory.mktemp("built")
    project.write(folder)
    build(folder)
    return folder


@pytest.fixture
def folder(built, tmp_path):
    return shutil.copytree(built, tmp_path / "p")


# Order i amounts to i.25: the sum of 4 is 7.00, the newest is of 4 January 2020. Customer c3 is not known.
@pytest.mark.parametrize(
    ("source", "contract", "name", "expected", "found"),
    [
        ("orders", "rows_min = 5", "rows_min", "at least 5 rows", "4"),
        ("orders", "rows_max = 3", "rows_max", "at most 3 rows", "4"),
        ("orders", "known = { customer_id = 0.8 }", "known.customer_id", "at least 80.00% known", "75.00%: 3 of 4"),
        ("orders", "sum.amount = { min = 7.01 }", "sum.amount.min", "a sum of at least 7.01", "7.00"),
        ("orders", "sum.amount = { max = 6.99 }", "sum.amount.max", "a sum of at most 6.99", "7.00"),
        ("customers", 'crs = "EPSG:32610"', "crs", "EPSG:32610", "EPSG:4326"),
        (
            "orders",
            "newest.ordered_on = { max_age_days = 6, as_of = 2020-01-11 }",
            "newest.ordered_on",
            "newest at most 6 days before 2020-01-11",
            "2020-01-04, 7 days before",
        ),
        (
            "orders",
            'newest.ordered_on = { max_age_days = 26, as_of = "file" }',
            "newest.ordered_on",
            "newest at most 26 days before 2020-01-31",
            "2020-01-04, 27 days before",
        ),
    ],
)
def test_a_broken_contract_publishes_nothing_and_says_why(folder, source, contract, name, expected, found):
    (folder / "gcrm.toml").write_text(with_contract(source, contract), encoding="utf-8")
    os.utime(folder / "orders.csv", (NOON, NOON))
    before = snapshot.newest(folder)
    with pytest.raises(ContractError) as caught:
        build(folder)
    assert f"{source}.{name}: expected {expected}, found {found}" in str(caught.value).splitlines()[1]
    assert f"--accept {source}.{name}" in str(caught.value)
    assert snapshot.newest(folder) == before


@pytest.mark.parametrize(
    ("source", "contract"),
    [
        ("orders", "rows_min = 4\nrows_max = 4\nmax_rejected_share = 0.0\nmax_change_share = 0.0"),
        ("orders", "known = { customer_id = 0.75 }\nsum.amount = { min = 7.00, max = 7.00, max_change_share = 0 }"),
        ("customers", 'crs = "WGS84"\nmin_located_share = 1.0\nlocated_level = "given"'),
        ("orders", "newest.ordered_on = { max_age_days = 7, as_of = 2020-01-11 }"),
        ("orders", 'newest.ordered_on = { max_age_days = 27, as_of = "file" }'),
    ],
)
def test_a_contract_that_just_holds_is_kept(folder, source, contract):
    (folder / "gcrm.toml").write_text(with_contract(source, contract), encoding="utf-8")
    os.utime(folder / "orders.csv", (NOON, NOON))
    verdicts = build(folder).published.verdicts
    assert verdicts
    assert {v.state for v in verdicts} == {"kept"}
    assert {v.name.partition(".")[0] for v in verdicts} == {source}


def test_rejected_and_unlocated_rows_are_shares_of_their_own(folder):
    contract = "max_rejected_share = 0.25\nmin_located_share = 0.7"
    (folder / "gcrm.toml").write_text(with_contract("customers", contract), encoding="utf-8")
    rows = "customer_id,lon,lat,address\na,-122,37,\nb,-122,37,\nc,,,Nowhere Road 1\nd,x,37,\n"
    (folder / "customers.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        build(folder)  # one of four rejected will do; two of three located will not
    text = str(caught.value)
    assert "of 2 load contracts 1 broken" in text
    assert "min_located_share: expected at least 70.00% located as 'postcode' or better, found 66.67%: 2 of 3" in text


def test_what_changed_since_the_last_snapshot_is_said(folder):
    (folder / "gcrm.toml").write_text(with_contract("orders", "max_change_share = 0.5"), encoding="utf-8")
    build(folder)
    bought = "order_id,customer_id,ordered_on,amount,channel\no1,c0,2020-01-01,9.00,web\no2,c0,2020-13-01,1,web\n"
    (folder / "orders.csv").write_text(bought, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        build(folder)
    lines = [line.strip() for line in str(caught.value).splitlines()]
    assert "orders.max_change_share: expected rows changed by at most 50.00%, found -75.00%: 4 -> 1" in lines
    assert "Since snapshot 2" in str(caught.value)
    for change in (
        "orders: rows in 4 -> 2",
        "orders: rows loaded 4 -> 1",
        "orders: rejected: bad_date 0 -> 1",
        "orders: sum of amount 7.00 -> 9.00",
        "orders: column channel new - -> there",
    ):
        assert change in lines
    assert not [line for line in lines if line.startswith("customers:")]
    assert "c0" not in str(caught.value)


def test_a_source_that_comes_and_one_that_goes_are_changes(folder):
    stores = '\n[sources.stores]\nkind = "stores"\npath = "stores.csv"\n'
    (folder / "stores.csv").write_text("store_id,lon,lat\ns,-122,37\n", encoding="utf-8")
    (folder / "gcrm.toml").write_text(project.TOML + stores, encoding="utf-8")
    came = build(folder).published.changes
    assert [(c.source, c.what, c.before, c.after) for c in came] == [("stores", "new source", "", "1")]
    (folder / "gcrm.toml").write_text(project.TOML, encoding="utf-8")
    gone = build(folder).published.changes
    assert [(c.source, c.what, c.before, c.after) for c in gone] == [("stores", "source gone", "1", "")]


def test_an_accepted_breach_is_published_and_noted(folder):
    (folder / "gcrm.toml").write_text(with_contract("orders", "rows_min = 5\nrows_max = 3"), encoding="utf-8")
    with pytest.raises(ContractError, match="rows_max"):
        build(folder, accept=["orders.rows_min"])
    report = build(folder, accept=["orders"])
    assert report.changed
    assert report.manifest.accepted == ("orders.rows_min", "orders.rows_max")
    assert {v.state for v in report.published.verdicts} == {"accepted"}
    assert snapshot.newest(folder).accepted == report.manifest.accepted
    again = build(folder)  # the same data was accepted already
    assert not again.changed
    project.write(folder, orders=2, toml=with_contract("orders", "rows_min = 5\nrows_max = 3"))
    with pytest.raises(ContractError, match=r"1 broken"):
        build(folder)


def test_built_stages_are_reused_once_the_breach_is_accepted(folder):
    project.write(folder, orders=2, toml=with_contract("orders", "rows_min = 3"))
    with pytest.raises(ContractError):
        build(folder)
    report = build(folder, accept=["orders.rows_min"])
    assert all(stage.reused for stage in report.stages)


def test_a_contract_shapes_no_stage(folder):
    (folder / "gcrm.toml").write_text(with_contract("orders", "rows_min = 1"), encoding="utf-8")
    report = build(folder)
    assert all(stage.reused for stage in report.stages)
    assert report.changed


def test_unknown_contracts_cannot_be_accepted(folder):
    (folder / "gcrm.toml").write_text(with_contract("orders", "rows_min = 1"), encoding="utf-8")
    for word in ("orders.rows_mn", "customers", "order"):
        with pytest.raises(QueryError, match="no such contract"):
            build(folder, accept=[word])


@pytest.mark.parametrize(
    ("source", "contract", "message"),
    [
        ("orders", "known = { customer = 1 }", "orders has no column 'customer'. Did you mean 'customer_id'?"),
        ("orders", "known = { amount = 1 }", "column 'amount' of orders names no row of another kind"),
        ("orders", "sum.channel = { min = 1 }", "column 'channel' of orders is no number. Known: amount."),
        ("customers", "newest.ordered_on = { max_age_days = 1 }", "customers has no column 'ordered_on'"),
        ("orders", "min_located_share = 0.5", "a source of orders has no places of its own"),
        ("orders", 'crs = "EPSG:4326"', "a source of orders has no coordinates"),
        ("orders", "max_rejected_share = 2", "sources.orders.contract.max_rejected_share"),
        ("orders", "row_min = 2", "sources.orders.contract.row_min: there is no such key. Did you mean 'rows_min'?"),
        ("orders", "sum.amount = { mn = 2 }", "sum.amount.mn: there is no such key. Did you mean 'min'?"),
        ("orders", "newest.ordered_on = { max_age_days = 1, as_of = 'soon' }", "sources.orders.contract.newest"),
    ],
)
def test_a_contract_on_what_is_not_there_is_refused(folder, source, contract, message):
    (folder / "gcrm.toml").write_text(with_contract(source, contract), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        build(folder)
    assert message in str(caught.value)


def test_the_guide_shows_a_contract_that_is_understood(folder, repository):
    guide = (repository / "docs" / "guides" / "contracts.md").read_text(encoding="utf-8")
    example = guide.partition("```toml\n")[2].partition("```")[0]
    (folder / "gcrm.toml").write_text(project.TOML + example, encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        build(folder)
    assert "orders.rows_min" in str(caught.value)
    assert "orders.known.customer_id" in str(caught.value)
