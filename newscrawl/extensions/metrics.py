"""Write the counts of each run to a file in Prometheus's text format."""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from newscrawl.archive.sites import folder_name
from newscrawl.run_summary import COMPLETE, FAILED, HELD, PARTIAL
from newscrawl.spiders.wordpress import WordPressSpider
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scrapy.crawler import Crawler

    from newscrawl.crawl.crawl import Crawl

logger = logging.getLogger(__name__)

SETTING: Final = "NEWSCRAWL_METRICS"

_HELP: Final = {
    "newscrawl_run_verdict": "1 for the verdict of the last run",
    "newscrawl_run_end_seconds": "Unix time of the end of the last run",
    "newscrawl_run_duration_seconds": "Duration of the last run",
    "newscrawl_posts": "Posts of the last run by state",
    "newscrawl_articles": "Articles that the last run fetched, by outcome",
    "newscrawl_articles_pending": "Articles without an outcome after the last run",
    "newscrawl_requests": "Requests of the last run by host",
    "newscrawl_bytes": "Bytes that the last run received, by host",
}

Sample = tuple[str, dict[str, str], float]


class Metrics:
    """Write one file per site, for the textfile collector of Prometheus's node exporter."""

    def __init__(self, crawler: Crawler, folder: Path) -> None:
        self.crawler = crawler
        self.folder = folder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder = crawler.settings.get(SETTING)
        if not folder:
            raise NotConfigured
        extension = cls(crawler, Path(folder).expanduser())
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        spider = self.crawler.spider
        if not isinstance(spider, WordPressSpider) or spider.crawl is None:
            return
        crawl = spider.crawl
        url = crawl.arguments.site
        key = crawl.context.site.key if crawl.context.has_site else site_key(url, [url], "")
        if crawl.verdict == HELD:
            return  # the run that has the site writes the file
        text = text_of(samples(crawl, spider.fetcher.traffic()), _HELP, {"site": key})
        write_metrics(self.folder / f"newscrawl-{folder_name(key)}.prom", text)


def write_metrics(path: Path, text: str) -> None:
    """Replace a file of metrics as a whole; an error is logged."""
    # In containers that share the folder, processes may have the same id.
    part = path.with_name(f".{path.name}.{socket.gethostname()}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text)
        part.replace(path)
    except OSError as error:
        logger.error("%s can't be written: %s", path, error.strerror or error)


def samples(crawl: Crawl, traffic: Mapping[str, Mapping[str, Any]]) -> Iterator[Sample]:
    """Yield the name, the labels and the value of each sample of a run."""
    tally, now = crawl.context.tally, time.time()
    for verdict in (COMPLETE, PARTIAL, FAILED):
        yield "newscrawl_run_verdict", {"verdict": verdict}, crawl.verdict == verdict
    yield "newscrawl_run_end_seconds", {}, now
    started = datetime.fromisoformat(crawl.context.started).timestamp()
    yield "newscrawl_run_duration_seconds", {}, max(0, now - started)
    counts = tally.as_dict()
    for state in ("expected", "seen", "new", "updated", "unchanged", "deleted"):
        if counts[state] is not None:
            yield "newscrawl_posts", {"state": state}, counts[state]
    yield "newscrawl_posts", {"state": "missing"}, len(tally.missing)
    for outcome, count in sorted(tally.outcomes.items()):
        yield "newscrawl_articles", {"outcome": outcome}, count
    yield "newscrawl_articles_pending", {}, tally.pending
    for host, of_host in sorted(traffic.items()):
        yield "newscrawl_requests", {"host": host}, of_host["requests"]
        yield "newscrawl_bytes", {"host": host}, of_host["bytes"]


def text_of(found: Iterable[Sample], meanings: Mapping[str, str], common: Mapping[str, str]) -> str:
    r"""Return samples in Prometheus's text format.

    Args:
        meanings: By the name of the sample.
        common: Labels of each sample.

    >>> print(text_of([("posts", {"state": "new"}, 3)], {"posts": "Posts"}, {"site": 'a"b'}))
    # HELP posts Posts
    # TYPE posts gauge
    posts{site="a\"b",state="new"} 3
    <BLANKLINE>
    """
    lines: list[str] = []
    last = ""
    for name, labels, value in found:
        if name != last:
            lines += [f"# HELP {name} {meanings[name]}", f"# TYPE {name} gauge"]
            last = name
        pairs = ",".join(f'{k}="{_escaped(v)}"' for k, v in {**common, **labels}.items())
        braces = f"{{{pairs}}}" if pairs else ""
        lines.append(f"{name}{braces} {_number(value)}")
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
