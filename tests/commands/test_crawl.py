"""``scrapy crawl``: an error is one line, before the first request."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import newscrawl.commands
from tests import forks

COMMANDS = sorted(
    file.stem
    for file in Path(newscrawl.commands.__path__[0]).glob("*.py")
    if file.stem != "__init__"
)
PROJECT = Path(__file__).parents[2]

Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Ended]:
    """Runs ``scrapy crawl`` with an archive and an output of its own."""

    def run(*words: str, **environment: str) -> Ended:
        settings = {
            "NEWSCRAWL_ARCHIVE": tmp_path / "archive.sqlite",
            "NEWSCRAWL_OUTPUT": tmp_path / "output",
            "DOWNLOAD_DELAY": 0,
        }
        options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        return forks.scrapy("crawl", *options, *words, env={**os.environ, **environment})

    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wordpress"], "add -a site="),
        (["wordpress", "-a", "site=no url"], "expected the URL of a page of the site"),
        (["mint", "-a", "limt=5"], "Unknown argument 'limt'"),
        (["mint", "-a", "limit=many"], "limit=many"),
        (["mint", "-s", "DOWNLOAD_DELAY=fast"], "DOWNLOAD_DELAY=fast"),
        (["mint", "-s", "NEWSCRAWL_RAW=maybe"], "NEWSCRAWL_RAW=maybe: expected 0 or 1"),
        (["mint", "-s", "NEWSCRAWL_CONTCT=me"], "did you mean NEWSCRAWL_CONTACT?"),
        (["mint", "-s", "NEWSCRAWL_DOWNLOAD_DELAY=2"], "did you mean DOWNLOAD_DELAY?"),
        (["mint", "-s", "newscrawl_raw=1"], "did you mean NEWSCRAWL_RAW?"),
        (["mint", "-s", "DOWNLAOD_DELAY=2"], "did you mean DOWNLOAD_DELAY?"),
        (["mint", "-s", "NEWSCRAWL_ALLOWED_NETWORKS=localhost"], "127.0.0.0/8"),
        (["mint", "-s", "NEWSCRAWL_POLICY=reuters.com"], "HOST=POLICY"),
        (["mint", "-s", "NEWSCRAWL_ARCHIVE=/dev/null/a.sqlite"], "set NEWSCRAWL_ARCHIVE"),
        (["mint", "-s", "NEWSCRAWL_OUTPUT=/dev/null/output"], "set NEWSCRAWL_OUTPUT"),
        (["mint", "-s", "ROBOTSTXT_OBEY=0"], "NEWSCRAWL_ROBOTS_IGNORED_HOSTS"),
    ],
)
def test_a_wrong_argument_gives_one_line_with_the_remedy(crawl, words, said):
    ended = crawl(*words)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_command_starts_without_a_warning() -> None:
    command = [sys.executable, "-W", "error", "-m", "scrapy", "crawl", "mint", "-a", "limit=no"]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [[], ["nosuch"], ["mint", "wordpress"], ["mint", "-a", "x"]])
def test_scrapys_own_usage_errors_keep_their_exit_code(crawl, words):
    ended = crawl(*words)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_an_unknown_variable_of_ours_is_refused(crawl):
    ended = crawl("mint", NEWSCRAWL_ALOWED_NETWORKS="127.0.0.0/8")
    assert ended.returncode == 1
    assert "did you mean NEWSCRAWL_ALLOWED_NETWORKS?" in ended.stderr


def test_a_setting_of_an_add_on_is_accepted(crawl):
    ended = crawl("mint", "-s", "ZYTE_API_KEY=x", "-a", "limit=none")
    assert "limit=none" in ended.stderr  # the next thing that is wrong


@pytest.mark.parametrize("command", COMMANDS)
def test_a_word_with_a_dash_is_an_unknown_option(command):
    ended = forks.scrapy(command, "--nosuch")
    assert ended.returncode == 2
    assert "Unknown option --nosuch" in ended.stderr


def test_the_verdict_of_a_failed_crawl_is_the_last_line(crawl):
    *_, last = crawl(
        "wordpress", "-a", "site=http://127.0.0.1:9/", "-L", "ERROR"
    ).stderr.splitlines()
    assert "Verdict: FAILED; http://127.0.0.1:9/ can't be reached" in last


def test_a_site_that_can_not_be_reached_is_one_line(crawl):
    ended = crawl("wordpress", "-a", "site=http://127.0.0.1:9/")
    assert ended.returncode == 1
    assert "127.0.0.1 is not a public address" in ended.stderr
    assert "Traceback" not in ended.stderr
