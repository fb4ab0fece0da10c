"""The small company, built once, and a copy of it for each test."""

from __future__ import annotations

import shutil

import pytest

import gcrm
from gcrm.pipeline import build
from tests.exports import company


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The company's project, built; copy it before anything is written."""
    folder = tmp_path_factory.mktemp("company") / "company"
    company.write(folder)
    build(folder)
    return folder


@pytest.fixture
def ws(built, tmp_path):
    """The company opened, in a copy of its own."""
    opened = gcrm.open(shutil.copytree(built, tmp_path / "company"))
    yield opened
    opened.crm.close()
    opened.close()
