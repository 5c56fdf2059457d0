"""The runs of a site and their verdicts, told to a user."""

from collections.abc import Iterator

import pytest

from newscrawl.archive.reports import Run
from newscrawl.demo.site import DemoSite
from newscrawl.tools.reporting import report
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with DemoSite(empty=True) as site:
        for _ in range(3):
            site.add_post()
        crawl = Crawls(site.url, tmp_path_factory.mktemp("report"))
        assert crawl("-a", "limit=2") == PARTIAL
        assert crawl("-a", "articles=1") == COMPLETE
        yield crawl


def test_each_run_is_told_with_its_verdict_newest_first(crawl):
    assert crawl.scrapy("report") == COMPLETE
    newest, oldest = crawl.said.split("  run 1  ")
    assert "COMPLETE\n    posts: 3 of 3 seen; 1 new, 2 updated" in newest
    assert "articles: 3 fetched" in newest
    assert "requests, " in newest
    assert "PARTIAL\n" in oldest
    assert "    partial: " in oldest


def test_a_last_run_that_is_not_complete_is_an_exit_code(crawl):
    crawl.sql(
        "INSERT INTO runs SELECT 9, site_id, command, started, NULL,"
        " arguments, versions, NULL, NULL, NULL FROM runs WHERE id = 2"
    )
    assert crawl.scrapy("report", "--runs", "2") == PARTIAL
    assert "NOT ENDED" in crawl.said
    crawl.sql("DELETE FROM runs WHERE id = 9")


def test_as_many_runs_are_told_as_were_asked_for(crawl):
    crawl.scrapy("report", crawl.url, "--runs", "1")
    assert crawl.said.count("  run ") == 1


def test_without_an_archive_there_is_nothing_to_tell(crawl, tmp_path):
    assert crawl.scrapy("report", NEWSCRAWL_ARCHIVE=tmp_path / "none.sqlite") == FAILED
    assert crawl.log.startswith("scrapy report: There is no archive at")


def test_a_run_that_was_cut_off_has_no_verdict() -> None:
    run = Run(
        id=1,
        command="crawl",
        started="2026-01-01T00:00:00Z",
        ended=None,
        verdict=None,
        tally={"partial": ["x\x1b[2J"]},
        traffic={},
    )
    told = "\n".join(report("a.test", [run]))
    assert "  run 1  2026-01-01T00:00:00Z  NOT ENDED" in told
    assert "partial: x\\x1b[2J" in told
