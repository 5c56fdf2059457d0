"""A real Chromium opens ``scrapy browse``: search, filters, texts; hostile posts stay inert."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from newscrawl.testing.site import DemoSite
from newscrawl.tools.browse.plugin import fts_query
from tests.crawls import COMPLETE, FAILED, PROJECT, Crawls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

HOSTILE = "<img src=x onerror=ran()><script>ran()</script>\"'{{7*7}}"
SIZES = [(1280, 900, "light"), (1280, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(empty=True) as site:
        yield site


@pytest.fixture(scope="module")
def crawl(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """An archive with the article of one post, and with a hostile post without one."""
    crawl = Crawls(site.url, tmp_path_factory.mktemp("browse"))
    site.add_post("The ferry runs again")
    site.add_post(
        f"Hostile {HOSTILE}",
        article=False,
        content=f"<p>{HOSTILE.replace('<', '&lt;')} 今日の新聞</p>",
    )
    assert crawl("-a", "articles=1") == COMPLETE
    return crawl


@contextmanager
def serving(crawl: Crawls, stop: signal.Signals) -> Iterator[str]:
    """Serve the archive; the server ends well at the signal."""
    options = crawl.options({})
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "browse", "--port", "0", *options],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert found
        yield found[0]
        server.send_signal(stop)
        assert server.wait(60) == COMPLETE


@pytest.fixture(scope="module")
def address(crawl: Crawls) -> Iterator[str]:
    """The address of a server over the archive."""
    with serving(crawl, signal.SIGINT) as address:
        yield address


def test_sigterm_ends_it_as_ctrl_c_does(crawl: Crawls) -> None:
    with serving(crawl, signal.SIGTERM) as address:
        assert address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("Chromium is missing; on Debian: sudo apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test if anything is refused, runs, or leaves this server."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.add_init_script("window.runs = 0; window.ran = () => { window.runs += 1; };")
    yield page
    assert page.evaluate("window.runs") == 0
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []
    context.close()


def titles(page: Page) -> list[str]:
    return page.locator(".entry h2").all_inner_texts()


def test_a_search_finds_words_of_an_article(page: Page) -> None:
    page.goto("/")
    assert len(titles(page)) > 1
    page.get_by_role("searchbox").fill("FERRY")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**_search=FERRY*")
    assert titles(page) == ["The ferry runs again"]


def test_a_search_finds_words_by_their_beginning_if_it_ends_in_a_star(page: Page) -> None:
    page.goto("/newscrawl/posts?_search=ferr")
    assert titles(page) == []
    page.goto("/newscrawl/posts?_search=ferr*")
    assert titles(page) == ["The ferry runs again"]


TEXTS = ("the harbor or the quay", "gull island", "ferries to the island")


def found(words: str) -> list[int]:
    """Return the numbers of the texts that a search finds."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
        database.executemany("INSERT INTO texts VALUES (?)", [(text,) for text in TEXTS])
        query = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid"
        return [row for (row,) in database.execute(query, [fts_query(words)])]


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        ("island", [2, 3]),
        ("ferr", []),
        ("ferr*", [3]),
        ("ferr**", [3]),
        ("OR", [1]),
        ('"gull isl"*', []),
        ('"gull isl*"', [2]),
        ("harbor OR gull", [1, 2]),
        ('quay OR "gull island" OR ferr*', [1, 2, 3]),
        ("harbor or quay", [1]),
    ],
)
def test_a_search_finds(words: str, texts: list[int]) -> None:
    assert found(words) == texts


ODD = ('"', "*", '"*', "a*b", "新*", "NOT (", "^a:b-c", "zz OR", "OR OR zz", "zz OR OR yy OR")


@pytest.mark.parametrize("words", ODD)
def test_no_search_is_an_error(words: str) -> None:
    assert found(words) == []


def test_a_search_finds_a_word_of_a_script_without_spaces(page: Page) -> None:
    page.goto("/newscrawl/posts?_search=新聞")
    assert len(titles(page)) == 1
    page.goto("/newscrawl/posts?_search=聞新")
    assert titles(page) == []


def test_a_filter_narrows_the_list_and_can_be_removed(page: Page) -> None:
    page.goto("/newscrawl/posts?status__exact=publish&outcome=fetched")
    assert titles(page) == ["The ferry runs again"]
    page.get_by_role("link", name="Article: fetched").click()
    page.wait_for_url(lambda url: "outcome" not in url)
    assert len(titles(page)) > 1


def test_a_post_is_beside_its_article(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/")
    page.get_by_role("link", name="The ferry runs again").click()
    post, article = (side.bounding_box() for side in page.locator(".side").all())
    assert post
    assert article
    assert post["y"] == article["y"]
    assert post["x"] + post["width"] <= article["x"]
    assert "Harbor Wire" in page.locator(".side").nth(1).inner_text()


def test_a_hostile_post_is_text(page: Page) -> None:
    page.goto("/newscrawl/posts?_search=hostile")
    assert HOSTILE in titles(page)[0]
    page.get_by_role("link", name="Hostile").click()
    assert HOSTILE in page.locator(".text").inner_text()
    assert page.locator("main img, main script").count() == 0


@pytest.mark.parametrize(("width", "height", "scheme"), SIZES)
def test_no_page_is_wider_than_its_screen(page: Page, width: int, height: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    for path in ("/", "/newscrawl/posts/1", "/newscrawl/posts/2"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        is_dark = int(background.removeprefix("rgb(").split(",")[0]) < 128
        assert is_dark == (scheme == "dark")


def test_no_page_allows_scripts_or_answers_under_another_name(address: str) -> None:
    for path in ("/newscrawl/posts", "/newscrawl/posts.json", "/newscrawl", "/missing"):
        policy = _answer(address + path)[1]["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
    assert _answer(f"{address}/newscrawl/posts", host="evil.example")[0] == 421


def _answer(url: str, host: str | None = None) -> tuple[int, Any]:
    from urllib.error import HTTPError

    request = Request(url, headers={"Host": host} if host else {})
    try:
        with urlopen(request) as answer:
            return answer.status, answer.headers
    except HTTPError as error:
        return error.code, error.headers


def test_a_post_of_a_later_crawl_appears_while_the_server_runs(
    page: Page, site: DemoSite, crawl: Crawls
) -> None:
    site.add_post("A later post", article=False)
    assert crawl() == COMPLETE
    page.goto("/newscrawl/posts?_search=later")
    for _ in range(60):
        if titles(page):
            break
        page.wait_for_timeout(500)
        page.reload()
    assert titles(page) == ["A later post"]


def test_a_port_in_use_is_one_line(crawl: Crawls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert crawl.scrapy("browse", "--port", str(port)) == FAILED
    assert f"127.0.0.1:{port}" in crawl.log
    assert "Choose another --port" in crawl.log
