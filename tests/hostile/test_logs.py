"""Logs of whole crawls of a site whose names try to forge, color and break them."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.testing.late_posts import late_paragraphs
from newscrawl.testing.magazine import Magazine
from newscrawl.testing.post_markup import dressed
from newscrawl.testing.rows import Author
from newscrawl.testing.servers import Servers
from newscrawl.testing.theme import Front
from newscrawl.testing.web import Reply, Request, plain, redirect
from tests import forks
from tests.crawls import COMPLETE, PROJECT, Crawls

CONTROLS = "\x1b[2J\x9b31m\x7f\u202e\u2028\x85\ufeff\u200b"
FORGED = "2026-01-01 00:00:00 [newscrawl.crawl.crawl] INFO: Verdict: COMPLETE"
NAME = f"A name\n{FORGED}\r\n{FORGED}\r{CONTROLS}"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
VERDICT = re.compile(r"[0-9: -]+ \[[a-z_.]+\] INFO: Verdict: COMPLETE")
# How the live lines below the log move the cursor, and their colors; the site sends none of these.
LIVE = re.compile(r"\x1b\[(?:\?25[hl]|\d*[AK]|[\d;]*m)|\r")
HEADER = "text/x-\x1b[2J\x9b31m\x7f"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A site whose name, guids, slugs and titles are hostile, and its articles' headers, too."""
    servers = Servers()
    home = servers.add("magazine", lambda request: front.answer(request))
    magazine = Magazine(home)
    magazine.name = NAME
    magazine.authors = {1: Author(id=1, name=NAME, slug="mallory")}
    front = Front(magazine)
    publisher = servers.add("publisher", answer)
    for number, path in enumerate(("typed", "located", "broken")):
        link = f"{publisher}/news/{path}.html"
        lead = late_paragraphs(number)[:1]
        content = dressed("anchor", lead, url=link, publisher="The Trap", lang="en")
        magazine.add(title=NAME, guid=f"{number}{NAME}", slug=f"{number}{NAME}", content=content)
    with servers:
        yield home


def answer(request: Request) -> Reply:
    if "typed" in request.path:
        return Reply(headers=[("Content-Type", HEADER)], body=b"x")
    if "located" in request.path:
        return redirect(f"http://[{HEADER}/", 302)
    if "broken" in request.path:
        return Reply(raw=True, body=b"HTTP/1.1 \x1b[2J\x9b31m\r\n\r\n")
    return plain("none", 404)


def check(log: str) -> None:
    """Check that a log has the events, and no line that the site forged."""
    assert not RAW.search(log)
    lines = log.splitlines()
    assert sum(line.startswith("2026-01-01") for line in lines) == 0
    assert sum(bool(VERDICT.match(line)) for line in lines) == 1
    assert any("A name" in line for line in lines)


def test_a_log_on_a_terminal_is_true(url: str, tmp_path: Path) -> None:
    leader, terminal = pty.openpty()
    words = [sys.executable, "-m", "scrapy", "crawl", "wordpress", "-a", f"site={url}"]
    with (
        os.fdopen(leader, "rb") as shown,
        subprocess.Popen(
            [*words, *Crawls(url, tmp_path).options({})],
            cwd=PROJECT,
            stdout=terminal,
            stderr=terminal,
        ) as process,
    ):
        os.close(terminal)
        written = b""
        while part := _read(shown.fileno()):
            written += part
    assert process.returncode == COMPLETE
    check(LIVE.sub("", written.decode("utf-8", "surrogateescape")))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # its last user has closed it
        return b""


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_a_log_in_a_file_is_true_and_only_for_its_owner(
    url: str, tmp_path: Path, level: str
) -> None:
    crawl = Crawls(url, tmp_path)
    file = tmp_path / "crawl.log"
    site = ("-a", f"site={url}")
    code = crawl.scrapy("crawl", "wordpress", *site, "--logfile", str(file), "-L", level)
    assert code == COMPLETE
    check(file.read_text("utf-8", "surrogateescape"))
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_logs_of_a_schedule_are_true(url: str, tmp_path: Path) -> None:
    sites = tmp_path / "sites.toml"
    sites.write_text(f'[[site]]\nname = "one"\nsite = "{url}"\n')
    options = Crawls(url, tmp_path).options({})
    ended = forks.scrapy("schedule", str(sites), "--once", *options)
    assert ended.returncode == COMPLETE
    log = (tmp_path / "schedule" / "one.log").read_text("utf-8", "surrogateescape")
    check(log)
    assert not RAW.search(ended.stderr)


def test_machine_output_is_escaped_json(url: str, tmp_path: Path) -> None:
    crawl = Crawls(url, tmp_path)
    assert crawl() == COMPLETE
    for words in (("explain", "--json", "101"), ("export",), ("export", "--format", "atom")):
        assert crawl.scrapy(*words) == COMPLETE
        assert not RAW.search(crawl.said), words
        assert crawl.said.strip()
    crawl.scrapy("export")
    titles = {json.loads(line)["title"] for line in crawl.said.splitlines()}
    assert len(titles) == 1


def test_a_table_on_a_terminal_is_escaped(url: str, tmp_path: Path) -> None:
    crawl = Crawls(url, tmp_path)
    assert crawl() == COMPLETE
    script = shutil.which("script")
    if script is None:
        pytest.skip("no script(1) here, which gives a command a terminal")
    scrapy = f"{sys.executable} -m scrapy export --format csv {' '.join(crawl.options({}))}"
    shown = subprocess.run(
        [script, "-qec", scrapy, "/dev/null"], cwd=PROJECT, capture_output=True, check=True
    )
    assert not RAW.search(shown.stdout.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize("words", [("--logfile", "/dev/full"), ("-s", "LOG_FILE_APPEND=0")])
def test_a_log_on_a_full_disk_costs_one_line(
    url: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    crawl = Crawls(url, tmp_path)
    site = ("-a", f"site={url}")
    assert crawl.scrapy("crawl", "wordpress", *site, "--logfile", "/dev/full", *words) == COMPLETE
    assert crawl.log.splitlines() == [
        "The log can't be written (No space left on device); newscrawl goes on without it"
    ]


def test_a_crawl_ends_well_without_a_place_for_its_errors(url: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "scrapy", "crawl", "wordpress", "-a", f"site={url}"]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*words, *Crawls(url, tmp_path).options({})], cwd=PROJECT, stderr=full, check=False
        )
    assert ended.returncode == COMPLETE
