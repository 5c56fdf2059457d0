"""Fixtures that every test may use."""

import inspect
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings

from newscrawl.archive.database import Archive
from newscrawl.testing.site import DemoSite
from tests import postgresql

SLOW: Final = (
    "archive/test_migrations.py",
    "archive/test_publishing.py",
    "archive/test_query_plans.py",
    "commands/",
    "crash/",
    "crawl/test_articles_over_time.py",
    "crawl/test_child_sync.py",
    "crawl/test_crawl.py",
    "crawl/test_fallback_sync.py",
    "crawl/test_following.py",
    "crawl/test_kept_pages.py",
    "crawl/test_our_failures.py",
    "crawl/test_proof.py",
    "crawl/test_two_roots.py",
    "demo/",
    "extract/test_fingerprint.py",
    "extract/test_hostile.py",
    "extract/test_publisher_rules.py",
    "hostile/",
    "markup/test_hostile.py",
    "markup/test_in_a_browser.py",
    "markup/test_laws.py",
    "net/test_decompression.py",
    "net/test_fetcher.py",
    "net/test_dns_resolver.py",
    "net/test_hostile_answers.py",
    "net/test_politeness.py",
    "real/",
    "runtime/test_worker_pool.py",
    "schedule/test_crawl_process.py",
    "schedule/test_schedule_command.py",
    "schedule/test_scheduler.py",
    "tools/",
)
"""Folders and modules that take minutes: whole crawls, killed processes, bombs, long searches for
counterexamples. `docs/testing.md` has their times."""

REAL: Final = Path(__file__).with_name("real")

SLOW_FIXTURES: Final = frozenset({"corpus", "postgres"})

STARTS_CRAWLS: Final = frozenset({"Crawls", "forks"})
"""A test that uses one of these names crawls a site whole, often several times."""

# The tests start a thousand processes. Without bytecode, each one compiles its imports again: 3 s
# of CPU time in place of 1 s. Images for containers often switch bytecode off.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A busy machine may be slow: an example has no deadline.
settings.register_profile("newscrawl", deadline=None)
settings.load_profile("newscrawl")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, so that ``-m "not slow"`` leaves them out.

    Tests of a real WordPress come first, in random order, so one worker gets nearly all of them.
    Each worker that gets one starts databases and servers, for half a minute of CPU time.
    """
    for item in items:
        if _is_slow(item):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: not item.path.is_relative_to(REAL))


def _is_slow(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    tests = Path(__file__).parent
    path = item.path.relative_to(tests).as_posix() if item.path.is_relative_to(tests) else ""
    names = inspect.unwrap(item.function).__code__.co_names
    cases = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (
        path.startswith(SLOW)
        or not SLOW_FIXTURES.isdisjoint(item.fixturenames)
        or "postgresql" in map(str, cases)
        or not STARTS_CRAWLS.isdisjoint(names)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """If NEWSCRAWL_NO_SKIP is set, as in CI, a skipped test is a failed test."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("NEWSCRAWL_NO_SKIP"):
        report.outcome = "failed"
        report.longrepr = f"skipped, although no test may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of recorded real answers and pages, which is not part of the project."""
    folder = os.environ.get("NEWSCRAWL_CORPUS")
    if not folder:
        pytest.skip("NEWSCRAWL_CORPUS is unset: it names the folder of recorded pages")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy, as making one takes longer than most tests."""
    path = tmp_path_factory.mktemp("archive") / "archive.sqlite"
    Archive.open(str(path)).close()
    return path


@pytest.fixture
def site() -> Iterator[DemoSite]:
    """A small magazine on WordPress with its publishers, up on loopback, fresh for each test."""
    with DemoSite() as site:
        yield site


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.PostgreSQL]:
    """A PostgreSQL server for archives that several machines share."""
    with postgresql.available() as server:
        yield server
