"""The runs of a site and their verdicts, shown to a user."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from matplotlib.figure import Figure

from newscrawl.archive.runs import Run
from newscrawl.exceptions import ConfigurationError
from newscrawl.testing.site import DemoSite
from newscrawl.tools.report import report
from newscrawl.tools.report_plot import ARTICLES, POSTS, draw
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls

SVG = "{http://www.w3.org/2000/svg}"
USAGE = 2


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with DemoSite(empty=True) as site:
        for _ in range(3):
            site.add_post()
        crawl = Crawls(site.url, tmp_path_factory.mktemp("report"))
        assert crawl("-a", "limit=2") == PARTIAL
        assert crawl("-a", "articles=1") == COMPLETE
        yield crawl


def test_each_run_is_shown_with_its_verdict_newest_first(crawl):
    assert crawl.scrapy("report") == COMPLETE
    newest, oldest = crawl.said.split("  run 1  ")
    assert "COMPLETE\n    posts: 3 of 3 seen; 1 new, 2 updated" in newest
    assert "articles: 3 fetched" in newest
    assert "requests, " in newest
    assert "PARTIAL\n" in oldest
    assert "    as asked: only the 2 newest posts" in oldest


def test_a_last_run_that_is_not_complete_is_an_exit_code(crawl):
    crawl.sql(
        "INSERT INTO runs SELECT 9, site_id, command, started, NULL,"
        " arguments, versions, NULL, NULL, NULL FROM runs WHERE id = 2"
    )
    assert crawl.scrapy("report", "--runs", "2") == PARTIAL
    assert "NOT ENDED" in crawl.said
    crawl.sql("DELETE FROM runs WHERE id = 9")


def test_as_many_runs_are_shown_as_requested(crawl):
    crawl.scrapy("report", crawl.url, "--runs", "1")
    assert crawl.said.count("  run ") == 1


def test_the_report_is_also_json(crawl):
    assert crawl.scrapy("report", "--json") == COMPLETE
    (site,) = map(json.loads, crawl.said.splitlines())
    assert [run["verdict"] for run in site["runs"]] == ["complete", "partial"]
    assert site["runs"][0]["tally"]["outcomes"] == {"fetched": 3}


def test_runs_are_drawn_into_a_file(crawl, tmp_path):
    file = tmp_path / "runs.svg"
    assert crawl.scrapy("report", "--plot", str(file)) == COMPLETE
    assert f"The runs of 1 sites are in {file}" in crawl.said
    words = {"".join(text.itertext()) for text in ET.parse(file).iter(f"{SVG}text")}
    assert {crawl.url.partition("//")[2], "articles", *POSTS, *ARTICLES} <= words
    assert crawl.scrapy("report", "--plot", "runs.txt") == USAGE


def test_bars_are_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    tally = {"new": 5, "updated": 2, "outcomes": {"fetched": 3, "gone": 1, "timeout": 1}}
    runs = [run(3, {}), run(2, tally), run(1, {"pending": 7})]
    draw([("a.test/$x$_", runs)], BytesIO(), "png")
    posts, articles = (
        [[bar.get_height() for bar in piece] for piece in axes.containers] for axes in drawn[0].axes
    )
    assert posts == [[0, 5, 0], [0, 2, 0], [0, 0, 0]]
    assert articles == [[0, 3, 0], [7, 0, 0], [0, 2, 0]]


@pytest.mark.parametrize(
    ("sites", "kind", "start"), [(0, "png", b"\x89PNG"), (1, "pdf", b"%PDF"), (20, "svg", b"<?xml")]
)
def test_a_picture_of_nothing_is_a_picture(sites: int, kind: str, start: bytes) -> None:
    file = BytesIO()
    draw([(f"{n}.test", []) for n in range(sites)], file, kind)
    assert file.getvalue().startswith(start)


def test_too_many_sites_are_not_drawn() -> None:
    with pytest.raises(ConfigurationError, match="at most 20 sites, not 21"):
        draw([(f"{n}.test", []) for n in range(21)], BytesIO(), "png")


def run(number: int, tally: dict[str, Any]) -> Run:
    return Run(
        id=number,
        command="crawl",
        started=f"2026-01-0{number}T00:00:00Z",
        ended=None,
        verdict=None,
        tally=tally,
        traffic={},
    )


def test_without_an_archive_there_is_nothing_to_show(crawl, tmp_path):
    assert crawl.scrapy("report", NEWSCRAWL_ARCHIVE=tmp_path / "none.sqlite") == FAILED
    assert crawl.log.startswith("scrapy report: There is no archive at")


def test_a_run_that_was_cut_off_has_no_verdict() -> None:
    cut_off = run(1, {"partial": ["x\x1b[2J"]})
    told = "\n".join(report("a.test", [cut_off]))
    assert "  run 1  2026-01-01T00:00:00Z  NOT ENDED" in told
    assert "partial: x\\x1b[2J" in told


def test_the_page_has_the_publishers_of_the_archive(crawl, tmp_path):
    file = tmp_path / "report.html"
    assert crawl.scrapy("report", "--html", str(file)) == COMPLETE
    shown = file.read_text()
    assert "Articles: 3 · Publishers:" in shown
    assert "100 %" in shown
