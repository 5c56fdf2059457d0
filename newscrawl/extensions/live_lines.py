"""The progress of a crawl as live lines at the bottom of a terminal, below the log."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from newscrawl.crawl.progress_report import minutes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from newscrawl.crawl.progress_report import ProgressReport

BAR_WIDTH: Final = 20
MAX_OUTCOMES: Final = 5
"""The most outcomes that are shown; those with the most articles."""


class LiveLines:
    """Shows reports below the log, each in place of the last one."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._handlers = [
            handler
            for handler in logging.root.handlers
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr
        ]

    def start(self) -> None:
        """Take the bottom of the terminal; log records appear above it from now on."""
        self._live.start()
        # So that a killed crawl does not leave a terminal without its cursor.
        self._console.show_cursor(True)
        for handler in self._handlers:
            handler.setStream(_AboveLines(self._console))

    def stop(self) -> None:
        """Remove the lines, and give the terminal back."""
        for handler in self._handlers:
            handler.setStream(sys.stderr)
        self._live.stop()

    def show(self, report: ProgressReport) -> None:
        """Show a report."""
        self._live.update(lines_of(report), refresh=True)


class _AboveLines:
    """A stream whose text appears above the live lines, and is never broken or cut."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        self._console.out(text.removesuffix("\n"), highlight=False)
        return len(text)

    def flush(self) -> None:
        """Do nothing: each text was written at once."""


def lines_of(report: ProgressReport) -> RenderableType:
    """Return a report as lines that fit any width. Nothing in it is taken for markup."""
    if not report.is_found:
        return _line(str(report))
    lines = [_line("Posts", _bar(report.walked, report.expected), _posts(report))]
    total = report.articles + report.pending
    if total:
        lines.append(_line("Articles", _bar(report.articles, total), _articles(report)))
    if report.outcomes:
        lines.append(_line("", _outcomes(report)))
    if wait := report.longest_wait():
        others = len(report.waiting) - 1
        more = f" and {others} more" if others else ""
        lines.append(_line("Waiting", f"{wait[1]:.0f} s for {wait[0]}{more}"))
    return Group(*lines)


def _line(label: str, *parts: str | Text) -> Text:
    line = Text(f"{label:8}", no_wrap=True, overflow="ellipsis")
    for part in parts:
        line.append(" ").append(part)
    return line


def _bar(completed: int, total: int | None) -> Text:
    done = BAR_WIDTH * min(completed, total) // total if total else 0
    return Text("━" * done, style="green") + Text("─" * (BAR_WIDTH - done), style="bright_black")


def _posts(report: ProgressReport) -> str:
    expected = "" if report.expected is None else f" of {report.expected:,}"
    rate = report.rate(report.walked)
    return f"{report.walked:,}{expected}, {report.published:,} published, {rate:.1f}/s"


def _articles(report: ProgressReport) -> str:
    total = report.articles + report.pending
    line = f"{report.articles:,} of {total:,}, {report.rate(report.articles):.1f}/s"
    left = report.seconds_left()
    return line if left is None else f"{line}, about {minutes(left)} left"


def _outcomes(report: ProgressReport) -> str:
    most = report.outcomes.most_common(MAX_OUTCOMES)
    rest = report.articles - sum(count for _, count in most)
    words = [f"{count:,} {outcome}" for outcome, count in most]
    return ", ".join(words + ([f"{rest:,} others"] if rest else []))
