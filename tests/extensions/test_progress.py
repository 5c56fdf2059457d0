"""The progress of a crawl: figures, and live lines in a real pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import sys
from collections import Counter
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from newscrawl.crawl.progress_report import ProgressReport
from newscrawl.extensions.live_lines import lines_of
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, PROJECT, Crawls

if TYPE_CHECKING:
    from pathlib import Path

REPORT = ProgressReport(
    site="https://a.test",
    seconds=100,
    walked=50,
    expected=2500,
    published=40,
    outcomes=Counter(fetched=18, paywall=2),
    pending=60,
    waiting={"slow.test": 12.4, "[b]other[/b].test": 3},
)


def shown(report: ProgressReport, width: int) -> list[str]:
    console = Console(file=StringIO(), width=width, force_terminal=False)
    with console.capture() as captured:
        console.print(lines_of(report))
    return captured.get().splitlines()


def test_a_line_of_the_log_has_all_figures() -> None:
    assert str(REPORT) == (
        "Posts: 50 of 2500 walked, 40 published; articles: 20 done, 60 pending; waiting for 2"
        " hosts, longest for slow.test (12 s); about 5 min left"
    )


def test_live_lines_have_all_figures() -> None:
    text = "\n".join(shown(REPORT, 100))
    for words in (
        *("50 of 2,500, 40 published, 0.5/s", "20 of 80, 0.2/s, about 5 min left"),
        *("18 fetched, 2 paywall", "12 s for slow.test and 1 more"),
    ):
        assert words in text


@pytest.mark.parametrize("width", [20, 40, 80])
def test_live_lines_fit_a_narrow_terminal(width: int) -> None:
    lines = shown(REPORT, width)
    assert len(lines) == 4
    assert max(map(len, lines)) <= width


def test_a_crawl_without_figures_shows_its_search() -> None:
    report = ProgressReport(site="https://a.test", is_found=False)
    assert shown(report, 80) == ["Looking for the API of https://a.test"]


def test_the_log_stays_whole_above_the_live_lines(tmp_path: Path) -> None:
    with DemoSite(empty=True) as site:
        for _ in range(3):
            site.add_post()
        options = Crawls(site.url, tmp_path).options(
            {"DOWNLOAD_DELAY": 1, "NEWSCRAWL_ARTICLE_DELAY": 1}
        )
        command = ["crawl", "wordpress", "-a", f"site={site.url}", *options]
        code, written = in_a_terminal([sys.executable, "-m", "scrapy", *command])
    assert code == COMPLETE
    assert "Posts" in written
    assert "of 3, " in written
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "\n", written).replace("\r", "\n")
    logged = [line for line in plain.splitlines() if re.match(r"\d{4}-\d\d-\d\d ", line)]
    (last,) = (line for line in logged if "Next: run the same command" in line)
    assert last.endswith("it fetches only what has changed")  # far over 80 columns
    assert "Verdict: COMPLETE" in "\n".join(logged)
    assert "of 3, " not in plain.partition("Verdict:")[2]


def in_a_terminal(command: list[str]) -> tuple[int, str]:
    """Run a command in a pseudo-terminal of 80 columns; return its exit code and its output."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(PROJECT)
        os.execve(command[0], command, {**os.environ, "TERM": "xterm", "COLUMNS": "80"})
    written = b""
    while True:
        try:
            written += os.read(terminal, 65536)
        except OSError:  # the terminal is closed
            break
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), written.decode()
