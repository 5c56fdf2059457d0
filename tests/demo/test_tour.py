"""``scrapy demo`` crawls the embedded site for real, and knows whether all went well."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from newscrawl.demo.tour import (
    Folders,
    Record,
    crawl_command,
    differences,
    read_records,
    tour,
)
from newscrawl.testing.article_pages import NOT_TEXT
from newscrawl.testing.site import DemoSite
from newscrawl.testing.truth import Expected


def right_record(expected: Expected) -> Record:
    article = {"link": expected.link, "outcome": expected.outcome} if expected.link else None
    return {"post_id": expected.post.id, "title": expected.title, "article": article}


@pytest.fixture
def records(site: DemoSite) -> list[Record]:
    return [right_record(expected) for expected in site.posts.values()]


def test_right_records_do_not_differ(site: DemoSite, records: list[Record]) -> None:
    assert differences(site.posts, records) == []


def test_a_lost_and_a_doubled_post_are_named(site: DemoSite, records: list[Record]) -> None:
    assert differences(site.posts, records[1:]) == ["post 101 has 0 lines, not one"]
    assert differences(site.posts, [*records, records[0]]) == ["post 101 has 2 lines, not one"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": "Other"}, "post 101 has the title 'Other', not 'Ferry"),
        ({"article": None}, "post 101 has the link None, not 'http"),
        ({"post_id": 999}, "post 999 is not on the site"),
    ],
)
def test_a_wrong_record_is_named(
    site: DemoSite, records: list[Record], change: dict[str, Any], says: str
) -> None:
    assert differences(site.posts, [records[0] | change, *records[1:]])[0].startswith(says)


def test_the_command_to_try_allows_only_loopback(tmp_path: Path) -> None:
    words = crawl_command("http://127.0.0.1:1", Folders(tmp_path).settings())
    assert words[:4] == ["crawl", "wordpress", "-a", "site=http://127.0.0.1:1"]
    assert "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8" in words


@dataclass(frozen=True)
class Toured:
    """What one tour returned, showed and wrote."""

    project: Path
    code: int
    shown: str
    log: str
    records: dict[int, Record]


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    project = tmp_path_factory.mktemp("tour")
    code = (
        "import pathlib, sys; from newscrawl.demo.tour import tour;"
        " sys.exit(tour(pathlib.Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, str(project)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    records = read_records(Folders(project).output)
    by_id = {record["post_id"]: record for record in records}
    return Toured(project, ended.returncode, ended.stdout, ended.stderr, by_id)


def test_the_tour_archives_the_site_as_it_is(toured: Toured) -> None:
    assert "every title, link and outcome is as it should be" in toured.shown
    assert toured.code == 0


def test_the_tour_counts_articles_as_the_verdict_does(toured: Toured) -> None:
    counts = [re.search(r"Articles:? +(\d+) fetched", text) for text in (toured.shown, toured.log)]
    assert counts[0]
    assert counts[1]
    assert counts[0][1] == counts[1][1]


def test_articles_are_whole_and_nothing_but_the_article(site: DemoSite, toured: Toured) -> None:
    for post_id, expected in site.posts.items():
        if expected.article and expected.policy == "full":
            text = toured.records[post_id]["article"]["text"]
            lost = [p for p in expected.article.paragraphs if p.split()[-1] not in text]
            assert (post_id, lost) == (post_id, [])
            assert [words for words in NOT_TEXT if words in text] == []


def test_what_is_reserved_is_kept_as_an_excerpt(site: DemoSite, toured: Toured) -> None:
    [reserved] = [i for i, expected in site.posts.items() if expected.policy == "excerpt"]
    assert 0 < len(toured.records[reserved]["article"]["text"]) <= 300


def test_dates_are_those_of_the_site(site: DemoSite, toured: Toured) -> None:
    dates = {i: expected.published for i, expected in site.posts.items()}
    assert {i: record["published"] for i, record in toured.records.items()} == dates


def test_only_the_owner_can_read_the_state(toured: Toured) -> None:
    state = toured.project / ".newscrawl"
    assert [folder.stat().st_mode & 0o777 for folder in (state, state / "demo")] == [0o700] * 2


def test_two_tours_at_once_are_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = Folders(tmp_path).state
    state.mkdir(parents=True)
    with FileLock(state.with_suffix(".lock")):
        assert tour(tmp_path) == 1
    assert "Another demo is running" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--fault", "no-such-fault"], ["extra"]])
def test_wrong_words_are_a_usage_error(words: list[str]) -> None:
    command = [sys.executable, "-m", "scrapy", "demo", *words]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
