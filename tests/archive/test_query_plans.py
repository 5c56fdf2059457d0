"""Every statement of a crawl finds its rows by an index, however many there are."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.archive.codec import pack
from newscrawl.testing.site import DemoSite
from tests import forks
from tests.archive import statements
from tests.crawls import Crawls

SMALL = r"alembic_version|hosts|runs|sites|walks|json_each|anon_\d+|\(subquery-\d+\)|CONSTANT ROW"
"""Tables with few rows, or of which few are looked at; and what a statement has made itself, also
of the values of a parameter."""

ARTICLE = {
    "url": "https://news.test/",
    "outcome": "extraction_failed",
    "rights": {"robots": "allowed", "policy": "full"},
    "fetched": "2026-01-01T00:00:00Z",
}

WHOLE_SITE_ON_PURPOSE = (
    # What a listing of every id of the site is compared with.
    r"SELECT posts\.post_id\s+FROM posts\s+WHERE posts\.site_id = \? AND posts\.type = \?",
    r"SELECT extras\.extra_id\s+FROM extras\s+WHERE extras\.site_id = \? AND extras\.kind = \?",
    # All files of a site, which are checked.
    r"SELECT segments\.id, .*\s+FROM segments\s+WHERE segments\.site_id = \? ORDER BY",
    r"SELECT segments\.id, .*\s+FROM segments\s+WHERE segments\.site_id = \? AND segments\.state",
    # All posts of a site, which are checked for doubles.
    r"SELECT posts\.guid, posts\.place\s+FROM posts\s+WHERE posts\.site_id = \?",
    # The last entry of an index.
    r"SELECT max\(segments\.number\)",
    # Counts, once in a run, and of guids in one that has something new.
    r"SELECT sum\(CASE WHEN",
    r"SELECT count\(\*\) AS count_1\s+FROM (posts|extras)",
    r"SELECT count\(\*\) FILTER .*\s+FROM queue",
)

UNFINISHED = "posts_failed|posts_forgotten|posts_stale|extras_stale|segments_unfinished"
"""Indices that hold what is not done yet or forgotten, and nothing else."""

WHOLE_TABLE_ON_PURPOSE = (
    # Migrations, once in the life of an archive, and the shape of its tables when it is opened.
    r"SELECT articles\.read_by\s+FROM articles\s+WHERE articles\.read_by LIKE",
    r"SELECT id, slug, body FROM posts",
    r"SELECT name FROM sqlite_master|sqlite_schema|sqlite_master",
    # The sizes of pages, by an index of them, whenever a part of the budget for them has come.
    r"DELETE FROM pages WHERE pages\.id IN \(SELECT",
)

EXTRAS = ("-a", "comments=1", "-a", "media=1")


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The plan of each statement: of a first run, of later ones, and of other commands."""
    folder = tmp_path_factory.mktemp("plans")
    found: dict[str, list[str]] = {}
    with DemoSite() as site:
        for arguments in (EXTRAS, ["-a", "full=1"], EXTRAS):
            crawl = ("crawl", "wordpress", "-a", f"site={site.url}")
            found |= _run(folder, *crawl, *arguments)
            site.trash(min(site.posts))
        _read_by_another(folder)
        found |= _run(folder, "extract", "--again", site.url)
        found |= _run(folder, "verify", site.url)
        found |= _run(folder, "export", "--latest", site.url)
        found |= _run(folder, "explain", f"{site.url}/?p={max(site.posts)}")
    with sqlite3.connect(folder / "archive.sqlite") as archive:
        return {words: list(_plan(archive, words, some)) for words, some in found.items()}


def _read_by_another(folder: Path) -> None:
    """Make every article one that another version of the extractor read, and read worse."""
    with sqlite3.connect(folder / "archive.sqlite") as archive:
        archive.execute("UPDATE articles SET read_by = 'another', data = ?", [pack(ARTICLE)])


def _run(folder: Path, *arguments: str) -> dict[str, list[str]]:
    report = folder / "statements.json"
    options = Crawls("", folder).options({})
    environment = {**os.environ, statements.FILE: str(report)}
    ended = forks.scrapy(*arguments, *options, env=environment, first=statements.__name__)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, list[str]] = json.loads(report.read_text())
    return found


def _plan(archive: sqlite3.Connection, statement: str, parameters: list[str]) -> Iterator[str]:
    if statement.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        for row in archive.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            yield row[3]


def test_no_statement_scans_a_table(plans: dict[str, list[str]]) -> None:
    scan = re.compile(rf"SCAN (?!({SMALL})( |$))")
    found = [words for words, plan in plans.items() if any(map(scan.match, plan))]
    on_purpose = re.compile("|".join(WHOLE_TABLE_ON_PURPOSE))
    assert [words for words in found if not on_purpose.match(words)] == []


def test_no_statement_reads_all_posts_of_a_site(plans: dict[str, list[str]]) -> None:
    """An index that is used only for its site is a scan if the archive has one site."""
    by_site = r"\(site_id=\?( AND (type|kind)=\?)?( AND deleted=\?)?( AND post_id>\?)?\)$"
    scan = re.compile(
        rf"SEARCH (extras|posts|queue|segments|things) .*INDEX (?!{UNFINISHED}).*{by_site}"
    )
    found = [words for words, plan in plans.items() if any(map(scan.match, plan))]
    on_purpose = re.compile("|".join(WHOLE_SITE_ON_PURPOSE))
    assert [words for words in found if not on_purpose.match(words)] == []


def test_the_statements_of_a_crawl_were_seen(plans: dict[str, list[str]]) -> None:
    """Otherwise, the tests above would prove nothing."""
    written = {words.split()[2] for words in plans if words.startswith("INSERT INTO")}
    assert written >= {"articles", "posts", "queue", "records", "segments", "things"}
    assert any("articles.data" in words for words in plans if words.startswith("SELECT"))
