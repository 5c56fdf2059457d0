"""Fixtures that every test may use."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from newscrawl.testing.site import DemoSite
from tests import postgresql

# How long an example takes is no one's promise, least of all on a busy machine.
settings.register_profile("newscrawl", deadline=None)
settings.load_profile("newscrawl")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """If NEWSCRAWL_NO_SKIP is set, as in CI, a skipped test is a failed test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NEWSCRAWL_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded real answers and pages, which is not part of the project."""
    folder = os.environ.get("NEWSCRAWL_CORPUS")
    if not folder:
        pytest.skip("NEWSCRAWL_CORPUS is unset: it names the folder of recorded pages")
    return Path(folder).resolve()


@pytest.fixture
def site() -> Iterator[DemoSite]:
    """A small magazine on WordPress with its publishers, up on loopback, fresh for each test."""
    with DemoSite() as site:
        yield site


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.PostgreSQL]:
    """A PostgreSQL server for archives that several machines share."""
    if postgresql.program("postgres") is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with postgresql.running() as server:
        yield server
