"""Log records: nothing of the network reaches a terminal unescaped."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.exceptions import ArchiveError
from newscrawl.net.log_records import (
    MAX_ARGUMENT,
    PrintableRecord,
    printable,
    printable_json,
    printable_xml,
)

FORGED = "x\n2026-01-01 00:00:00 [newscrawl] INFO: Verdict: COMPLETE"


def line(name: str, message: str, *args: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = PrintableRecord(name, logging.INFO, __file__, 1, message, args, info)
    return logging.Formatter("%(levelname)s: %(message)s").format(record)


@given(st.text(st.characters()))
def test_printable_text_is_one_line_without_controls(text: str) -> None:
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
        ("COM\ufeffPLETE\u2060\U000e0041", r"COM\ufeffPLETE\u2060\U000e0041"),
        ("plain ü 中 نامه\u200cها 👩\u200d🚒", "plain ü 中 نامه\u200cها 👩\u200d🚒"),
    ],
)
def test_texts_and_errors_of_the_network_are_escaped_in_our_lines(text: str, shown: str) -> None:
    assert line("newscrawl.crawl.crawl", "Title: %s", text) == f"INFO: Title: {shown}"
    assert line("newscrawl.crawl.crawl", "Title: %s", ArchiveError(text)) == f"INFO: Title: {shown}"


@pytest.mark.parametrize("name", ["newscrawl", "scrapy.core.scraper", "twisted", "py.warnings"])
def test_a_further_line_of_a_message_is_indented_and_escaped(name: str) -> None:
    assert line(name, "a\n\x1b[1mb") == "INFO: a\n    \\x1b[1mb"


def test_the_framework_may_log_tables_of_several_lines() -> None:
    shown = line("scrapy.statscollectors", "Stats:\n%s", "{a,\n b\x1b}")
    assert shown == "INFO: Stats:\n    {a,\n     b\\x1b}"


def test_the_message_of_a_traceback_is_one_line() -> None:
    error = ValueError(FORGED)
    error.add_note("in the worker:\nValueError")
    error.__cause__ = OSError(FORGED)
    shown = line("scrapy.core.scraper", "Error", error=error).splitlines()
    assert [line for line in shown if line.startswith("2026")] == []
    assert f"ValueError: {printable(FORGED)}" in shown
    assert f"OSError: {printable(FORGED)}" in shown


def test_json_and_xml_mean_the_same_with_escapes() -> None:
    assert printable_json('"\x7f\x9b\u202e"') == r'"\u007f\u009b\u202e"'
    assert printable_json('"\ufeff"') == r'"\ufeff"'
    assert printable_xml("<a>\x7f\u202e</a>") == "<a>&#x7f;&#x202e;</a>"


@pytest.mark.parametrize("value", ["x" * 10**6, ValueError("x" * 10**6)], ids=["text", "error"])
def test_a_text_of_the_network_makes_no_endless_line(value: object) -> None:
    record = PrintableRecord("newscrawl", logging.INFO, "", 1, "Found %s at", (value,), None)
    assert len(record.getMessage()) < MAX_ARGUMENT + 100
    assert record.getMessage().endswith("x… at")
