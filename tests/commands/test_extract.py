"""``scrapy extract``: what would come of one page, from a file or asked for."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests import forks

PROJECT = Path(__file__).parents[2]

Ended = subprocess.CompletedProcess[str]

PARAGRAPH = "The harbour board met on Tuesday and counted the boats that had come back by night."
PAGE = f"""<!doctype html><html lang="en"><head>
<link rel="canonical" href="https://news.example/boats">
<meta property="og:title" content="Boats\x1b[31m come back">
<meta name="author" content="Maren Holt"></head>
<body><article><h1>Boats come back</h1>{f"<p>{PARAGRAPH}</p>" * 6}
<p><a href="/more">More</a> of it.</p></article></body></html>"""


@pytest.fixture
def extract(tmp_path: Path) -> Callable[..., Ended]:
    """Runs ``scrapy extract`` with an archive of its own."""

    def run(*words: str, **settings: object) -> Ended:
        settings = {
            "NEWSCRAWL_ARCHIVE": tmp_path / "archive.sqlite",
            "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "NEWSCRAWL_WORKERS": 1,
            "DOWNLOAD_DELAY": 0,
            **settings,
        }
        options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        ended = forks.scrapy("extract", *options, *words)
        assert "Traceback" not in ended.stderr
        return ended

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    return file


def link_of(site: DemoSite, outcome: str) -> str:
    return next(post.link for post in site.posts.values() if post.outcome == outcome) or ""


def test_a_file_is_shown_with_the_source_of_each_field(extract, file):
    ended = extract(str(file))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Outcome    fetched\n" in ended.stdout
    assert "Authors    Maren Holt   [meta author]\n" in ended.stdout
    assert "Canonical  https://news.example/boats   [link canonical]\n" in ended.stdout
    assert f"\n{PARAGRAPH}\n" in ended.stdout


def test_a_page_is_read_without_a_warning(file):
    command = [sys.executable, "-W", "error", "-m", "scrapy", "extract", str(file)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_nothing_of_a_page_reaches_the_terminal_as_a_control_character(extract, file):
    file.write_text(PAGE.replace("boats that", "boats \x9b2J\u202e that"))
    ended = extract(str(file), "--url", "https://news.example/\x1b[2J")
    assert not set(ended.stdout) & {*map(chr, range(32)), *map(chr, range(127, 160)), "\u202e"} - {
        "\n"
    }


def test_json_has_the_article_as_the_record_would(extract, file):
    found = json.loads(extract(str(file), "--json").stdout)
    assert (found["outcome"], found["authors"]) == ("fetched", ["Maren Holt"])
    assert found["sources"]["authors"] == "meta author"
    assert "(https://news.example/more)" in found["markdown"]


def test_a_file_has_the_url_that_the_command_gives(extract, file):
    found = json.loads(extract(str(file), "--json", "--url", "https://other.example/a").stdout)
    assert "(https://other.example/more)" in found["markdown"]


def test_a_policy_decides_what_is_shown_of_a_page(extract, file):
    ended = extract(str(file), "--json", NEWSCRAWL_POLICY="news.example=metadata")
    assert json.loads(ended.stdout)["text"] == ""


def test_a_page_is_asked_for_as_a_crawl_does(extract, site):
    url = link_of(site, "fetched")
    ended = extract(url)
    assert (ended.returncode, ended.stderr) == (0, "")
    asked = [visit.path for visit in site.log]
    assert asked[:2] == ["/robots.txt", "/.well-known/tdmrep.json"]
    assert url.endswith(asked[2])
    assert "robots allowed" in ended.stdout


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("paywall", 3), ("bot_wall", 3), ("not_found", 3), ("robots_disallowed", 1)],
)
def test_a_page_without_an_article_is_shown_and_has_its_exit_code(extract, site, outcome, code):
    ended = extract(link_of(site, outcome))
    assert ended.returncode == code
    assert ended.stdout.startswith(f"Outcome    {outcome}")


def test_https_at_a_port_that_speaks_http_names_the_remedy(extract, site):
    ended = extract(link_of(site, "fetched").replace("http://", "https://"))
    assert "try http:// instead of https://" in ended.stdout


def test_an_address_that_is_not_public_names_the_setting(extract, site):
    ended = extract(link_of(site, "fetched"), NEWSCRAWL_ALLOWED_NETWORKS="")
    assert "NEWSCRAWL_ALLOWED_NETWORKS" in ended.stdout


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/passwd", "http://[", "x://"])
def test_no_address_is_asked_that_a_crawl_would_not(extract, url):
    ended = extract(url, NEWSCRAWL_ALLOWED_NETWORKS="")
    assert ended.returncode == 1
    assert ended.stdout.startswith("Outcome    unsafe_address")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["/no/such/file"], "expected a file with a page, or a URL"),
        (["/"], "cannot be read (Is a directory)"),
        (["/dev/null", "--url", "example.org"], "It must start with http:// or https://"),
        (["/dev/null", "-s", "NEWSCRAWL_WORKERS=many"], "NEWSCRAWL_WORKERS=many"),
        (["http://a.test/", "-s", "NEWSCRAWL_ARCHIVE=/dev/null/a"], "set NEWSCRAWL_ARCHIVE"),
    ],
)
def test_a_wrong_argument_gives_one_line_with_the_remedy(extract, words, said):
    ended = extract(*words)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [[], ["a", "b"], ["http://a.test/", "--url", "http://b.test/"]])
def test_usage_errors_have_scrapys_exit_code(extract, words):
    assert extract(*words).returncode == 2


def test_an_empty_file_and_a_picture_are_no_articles(extract, tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert extract("/dev/null").stdout.startswith("Outcome    extraction_failed")
    assert extract(str(picture)).stdout.startswith("Outcome    not_html: PNG")


def test_a_page_that_is_too_large_is_not_read(extract):
    ended = extract("/dev/zero", NEWSCRAWL_ARTICLE_MAXSIZE=2048)
    assert (ended.returncode, ended.stdout.split()[1]) == (1, "too_large:")
