"""Records that did not reach a file of ``-o`` or ``FEEDS``: one error line, and no exit code 0."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter

from newscrawl.program import program

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

LOST: Final = "feeds/lost_count"
"""The stat with the number of failures."""
_STORED: Final = "feedexport/failed_count/"


class FeedFailures:
    """Counts what Scrapy's feeds could not write, as on a full disk.

    Scrapy logs each record with a traceback, and ends as if nothing had happened. Here the first
    traceback is logged only.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._lost = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not crawler.settings.getdict("FEEDS"):
            raise NotConfigured  # with a reason, Scrapy would log a warning
        extension = cls(crawler)
        logging.getLogger("scrapy.utils.signal").addFilter(extension.is_news)
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def is_news(self, record: logging.LogRecord) -> bool:
        """Return whether a line of Scrapy's log is logged; count the failures of feeds."""
        args = record.args
        receiver = args.get("receiver") if isinstance(args, dict) else None
        if not isinstance(getattr(receiver, "__self__", None), FeedExporter):
            return True
        self._lost += 1
        return self._lost == 1

    def engine_stopped(self) -> None:
        logging.getLogger("scrapy.utils.signal").removeFilter(self.is_news)
        stats = self._crawler.stats
        assert stats is not None
        stored = (n for name, n in stats.get_stats().items() if name.startswith(_STORED))
        if lost := self._lost + sum(stored):
            stats.set_value(LOST, lost)
            logger.error(
                "A file of -o or FEEDS could not be written and lacks records. They are in the"
                " archive and the output folder: mend the cause, then write the file with"
                " %s export",
                program(),
            )
