"""Scrapy's messages about items: one line each, without the item."""

from __future__ import annotations

import logging
import types
from typing import Any

from scrapy.exceptions import DropItem

from newscrawl.exceptions import ArchiveError
from newscrawl.extensions.log_formatter import LogFormatter

SPIDER: Any = types.SimpleNamespace(
    crawler=types.SimpleNamespace(settings={"DEFAULT_DROPITEM_LOG_LEVEL": "WARNING"})
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


def test_an_error_that_ends_the_run_is_not_logged_for_every_item() -> None:
    shown = LogFormatter().item_error(object(), ArchiveError("locked"), None, SPIDER)
    assert shown["level"] == logging.DEBUG
