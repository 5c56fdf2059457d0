"""Scrapy's messages about items, without the items."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.archive.private_files import make_private
from newscrawl.exceptions import NewscrawlError
from newscrawl.net.log_records import make_log_records_printable, printable, write_logs_as

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's messages about items, on one line and without the item.

    Scrapy has a DEBUG message for each item, which is rarely shown: below the level of the log, no
    record is created.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        make_log_records_printable()  # a program may crawl without our commands
        handler = get_scrapy_root_handler()
        if crawler.settings["NEWSCRAWL_LOG_FORMAT"] == "json":
            write_logs_as("json")
            if handler is not None:
                handler.setFormatter(logging.Formatter("%(message)s"))
        if handler is not None:
            for name in ("newscrawl", "scrapy"):
                logging.getLogger(name).setLevel(handler.level)
        if isinstance(handler, logging.FileHandler):
            make_private(Path(handler.baseFilename))
        return cls()

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        result = super().scraped("", response, spider)
        return {"level": result["level"], "msg": "Scraped: %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        level = super().dropped("", exception, response, spider)["level"]
        args = {"exception": printable(str(exception)), "item": _name(item)}
        return {"level": level, "msg": "Dropped: %(exception)s (%(item)s)", "args": args}

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        level = super().item_error("", exception, response, spider)["level"]
        if isinstance(exception, NewscrawlError):
            level = logging.DEBUG  # it ends the run, which logs it once
        return {"level": level, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


def _name(item: Any) -> str:
    """Return a short name of an item: its type and the first name that it has."""
    fields = item if isinstance(item, dict) else {}
    for field in ("guid", "url", "link"):
        name = fields.get(field) or getattr(item, field, None)
        if isinstance(name, str):
            return f"{type(item).__name__} {printable(name[:200])}"
    return type(item).__name__
