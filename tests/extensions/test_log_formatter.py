"""Log lines: nothing from the network gets into a terminal unescaped."""

from __future__ import annotations

import logging
import types
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import DropItem

from newscrawl.exceptions import ArchiveError
from newscrawl.extensions.log_formatter import LogFormatter, PrintableFormatter, printable

SPIDER: Any = types.SimpleNamespace(
    crawler=types.SimpleNamespace(settings={"DEFAULT_DROPITEM_LOG_LEVEL": "WARNING"})
)


def line(name: str, message: str, *args: object) -> str:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, args, None)
    return PrintableFormatter(logging.Formatter("%(levelname)s: %(message)s")).format(record)


@given(st.text(st.characters()))
def test_what_is_printable_is_one_line_without_controls(text: str) -> None:
    assert len(printable(text).splitlines()) <= 1
    assert not set(printable(text)) & {chr(code) for code in (*range(32), *range(127, 160))}
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("one\nERROR: forged", r"one\x0aERROR: forged"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
        ("half \ud83d", r"half \ud83d"),
        ("plain ü 中", "plain ü 中"),
    ],
)
def test_texts_of_the_network_are_escaped_in_our_lines(text: str, shown: str) -> None:
    assert line("newscrawl.crawl.crawl", "Title: %s", text) == f"INFO: Title: {shown}"
    assert line("newscrawl.crawl.crawl", "Title: %s", ArchiveError(text)) == f"INFO: Title: {shown}"


def test_messages_without_arguments_are_escaped_too_but_keep_their_lines() -> None:
    assert line("newscrawl", "a\n\x1b[1mb") == "INFO: a\n\\x1b[1mb"


def test_the_framework_may_log_several_lines() -> None:
    assert line("scrapy.statscollectors", "Stats:\n%s", "{a,\n b\x1b}") == (
        "INFO: Stats:\n{a,\n b\\x1b}"
    )


def test_a_dropped_item_is_one_line_of_its_level_without_the_item() -> None:
    item = {"guid": "https://example.org/?p=1\n\x1b", "html": "<p>" * 1000}
    shown = LogFormatter().dropped(item, DropItem("pending", log_level="DEBUG"), None, SPIDER)
    assert shown["level"] == logging.DEBUG
    message = shown["msg"] % shown["args"]
    assert message == r"Dropped: pending (dict https://example.org/?p=1\x0a\x1b)"


def test_a_scraped_item_is_named_and_not_printed() -> None:
    shown = LogFormatter().scraped({"guid": "g", "html": "<p>" * 1000}, None, SPIDER)
    assert shown["msg"] % shown["args"] == "Scraped: dict g"


def test_an_item_that_failed_is_named_and_not_printed() -> None:
    shown = LogFormatter().item_error(object(), ValueError("x"), None, SPIDER)
    assert shown["msg"] % shown["args"] == "Error processing object"


def test_what_ends_the_run_is_not_told_of_every_item() -> None:
    shown = LogFormatter().item_error(object(), ArchiveError("locked"), None, SPIDER)
    assert shown["level"] == logging.DEBUG
