"""A process that crawls many sites side by side, in one event loop.

The schedule writes orders to its standard input, a JSON object a line: ``crawl`` with the number of
the crawl, ``spider``, ``arguments`` and ``log``; ``stop`` with the number of a crawl; or ``end``
after the last order. For each crawl that ends, the process writes ``crawl``, ``code`` and
``memory`` to its standard output. It ends after the last order, when its crawls have ended. If its
input ends without that order, the schedule was killed: the crawls go on, or are killed, too.

What holds for a crawl in a process of its own holds here: each has its lock, its log, its verdict
and its own Scrapy engine. They share the archive's connections, the extraction workers, the slots
for pages in memory, and all that Python imports.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from contextvars import copy_context
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypedDict

import psutil
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.project import get_project_settings
from twisted.internet.main import installReactor

from newscrawl.crawl import host_articles
from newscrawl.crawl.resources import Resources
from newscrawl.exceptions import NewscrawlError
from newscrawl.net.dns_resolver import FilteringResolver
from newscrawl.net.fair_slots import CRAWL
from newscrawl.net.log_records import make_log_records_printable
from newscrawl.run_summary import EXIT_CODES, FAILED
from newscrawl.runtime.malloc import share_one_pool
from newscrawl.schedule.crawl_logs import REACTOR, ContextReactor, CrawlLogs
from newscrawl.schedule.shared_process import DIES_WITH_US
from newscrawl.tools.command_base import apply_log_format

if TYPE_CHECKING:
    from contextvars import Context
    from typing import IO

    from scrapy.crawler import Crawler

    from newscrawl.crawl.host_articles import HostArticles
    from newscrawl.spiders.wordpress import WordPressSpider

logger = logging.getLogger(__name__)

LINE_BYTES: Final = 1 << 20
"""The longest order."""

SWITCH_SECONDS: Final = 0.0005
"""How long a thread runs before another one may. The thread that writes to the archive gives way in
each of its statements; with Python's 5 ms it would have its turn that late, with locks held."""

_STARTS: Final = ("scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.utils.log")
"""Loggers that name all components and settings when a crawl starts: the same for each crawl."""

# It adds a handler to the root logger for each crawl, which counts the records of all crawls.
_LOG_COUNT: Final = "scrapy.extensions.logcount.LogCount"


class SharedSettings(Settings):
    """Settings whose copies share their values.

    Scrapy makes a deep copy for each crawl, which takes longer than all its requests. No crawl
    changes a value: one that it sets replaces the shared one in its own copy.
    """

    def copy(self) -> Self:
        copied = copy(self)
        copied.attributes = {name: copy(value) for name, value in self.attributes.items()}
        return copied


_SPIDERS: Final = {host_articles.NAME: host_articles.HostArticles}
"""Spiders that the project does not list."""


class Order(TypedDict):
    """A crawl that the schedule wants."""

    crawl: int
    spider: str
    arguments: dict[str, str]
    log: str


class SharedCrawls:
    """The crawls of the process."""

    def __init__(
        self,
        runner: AsyncCrawlerRunner,
        logs: CrawlLogs,
        answers: IO[bytes],
        *,
        dies_with_parent: bool,
    ) -> None:
        self._runner = runner
        self._logs = logs
        self._answers = answers
        self._dies_with_parent = dies_with_parent
        self._memory = psutil.Process().memory_info
        self._resources: Resources | None = None
        self._crawlers: dict[int, tuple[Crawler, Context]] = {}
        self._stopped: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._has_last_order = asyncio.Event()

    async def serve(self, orders: asyncio.StreamReader) -> None:
        """Carry out orders until the last one came, and all crawls have ended."""
        reading = asyncio.create_task(self._read(orders))
        last = asyncio.create_task(self._has_last_order.wait())
        await asyncio.wait([reading, last], return_when=asyncio.FIRST_COMPLETED)
        while self._tasks:  # more "stop" orders may come
            await asyncio.wait(self._tasks)
        for task in (reading, last):
            task.cancel()
        if self._resources is not None:
            await self._resources.close()

    async def _read(self, orders: asyncio.StreamReader) -> None:
        async for line in orders:
            order = json.loads(line)
            if "end" in order:
                self._has_last_order.set()
            elif "stop" in order:
                self._stop(order["stop"])
            else:
                task = asyncio.create_task(self._crawl(order))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if self._dies_with_parent:
            os.killpg(0, signal.SIGKILL)

    def stop(self) -> None:
        """End all crawls early, each with a verdict."""
        for number in list(self._crawlers):
            self._stop(number)

    def _stop(self, number: int) -> None:
        self._stopped.add(number)
        self._limit_retries()
        crawler, context = self._crawlers.get(number, (None, None))
        if crawler is not None and context is not None and crawler.spider is not None:
            context.run(crawler.spider.stop)  # type: ignore[attr-defined]

    def _limit_retries(self) -> None:
        """Wait only briefly for the archive if all crawls were told to end."""
        if self._resources is not None:
            self._resources.retry_briefly(is_brief=self._crawlers.keys() <= self._stopped)

    async def _crawl(self, order: Order) -> None:
        code = EXIT_CODES[FAILED]
        CRAWL.set(order["crawl"])
        try:
            with self._logs.writing_to(Path(order["log"])):
                code = await self._run(order)
        except OSError as error:
            logger.error("%s can't be written: %s", order["log"], error)
        if self._resources is not None and not self._crawlers:
            await asyncio.to_thread(self._resources.archive.checkpoint)
        answer = {"crawl": order["crawl"], "code": code, "memory": self._memory().rss}
        with suppress(BrokenPipeError):  # the schedule was killed: the other crawls go on
            self._answers.write(json.dumps(answer).encode() + b"\n")

    async def _run(self, order: Order) -> int:
        """Crawl a site; return the code that a process of its own would exit with."""
        number = order["crawl"]
        crawler: Crawler | None = None

        def prepare(spider: WordPressSpider | HostArticles) -> None:
            spider.shared = self._resources
            if number in self._stopped:
                spider.stop()

        try:
            spider_class = _SPIDERS.get(order["spider"], order["spider"])
            crawler = self._runner.create_crawler(spider_class)
            self._crawlers[number] = crawler, copy_context()  # so that a stop is in its log
            crawler.signals.connect(prepare, signals.spider_opened)
            self._resources = self._resources or Resources.open(crawler.settings)
            self._limit_retries()
            await crawler.crawl_async(**order["arguments"])
        except NewscrawlError as error:
            logger.error("%s", error)
        except Exception:
            logger.exception("The crawl can't be started")
        finally:
            self._crawlers.pop(number, None)
            self._stopped.discard(number)
        return EXIT_CODES[getattr(crawler and crawler.spider, "verdict", FAILED)]


def main(given: list[str]) -> None:
    """Run the process.

    Args:
        given: Settings, "NAME=value"; before them `DIES_WITH_US`, if it applies.
    """
    dies_with_parent = given[:1] == [DIES_WITH_US]
    given = given[dies_with_parent:]
    sys.setswitchinterval(SWITCH_SECONDS)
    share_one_pool()
    make_log_records_printable()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # a library may print, and that is not an answer
    settings = SharedSettings()
    settings.update(get_project_settings())
    settings.setdict(dict(word.split("=", 1) for word in given), priority="cmdline")
    apply_log_format(settings)
    settings.set("TWISTED_REACTOR", REACTOR, priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", value=False, priority="cmdline")
    settings["EXTENSIONS_BASE"][_LOG_COUNT] = None
    logs = _log_apart(settings)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    installReactor(ContextReactor(loop))  # type: ignore[no-untyped-call]
    runner = AsyncCrawlerRunner(settings)
    crawls = SharedCrawls(runner, logs, answers, dies_with_parent=dies_with_parent)
    from twisted.internet import reactor as installed

    reactor: Any = installed  # Twisted's declarations are those of an interface
    FilteringResolver.from_crawler(runner, reactor).install_on_reactor()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, crawls.stop)
    serving = loop.create_task(_serve(crawls))
    serving.add_done_callback(lambda _: reactor.stop())
    reactor.run(installSignalHandlers=False)
    serving.result()


async def _serve(crawls: SharedCrawls) -> None:
    orders = asyncio.StreamReader(limit=LINE_BYTES)
    protocol: Any = asyncio.StreamReaderProtocol(orders)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    await crawls.serve(orders)


def _log_apart(settings: Settings) -> CrawlLogs:
    configure_logging(settings)
    logs = CrawlLogs(logging.StreamHandler(), settings)
    logging.root.setLevel(logging.NOTSET)
    logging.root.addHandler(logs)
    for name in ("newscrawl", "scrapy"):
        logging.getLogger(name).setLevel(logs.level)
    for name in _STARTS:
        logging.getLogger(name).setLevel(max(logs.level, logging.WARNING))
    return logs


if __name__ == "__main__":
    main(sys.argv[1:])
