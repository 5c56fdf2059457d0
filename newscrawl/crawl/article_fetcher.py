"""One article: fetch its page, extract it in a worker, keep the result in the archive."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import articles, page_cache, reextraction
from newscrawl.crawl.article_reader import ArticleReader, may_keep, read_again
from newscrawl.crawl.context import now_iso
from newscrawl.extract.version import extractor_version
from newscrawl.outcomes import EXTRACTION_FAILED, FETCHED, HEALING, PENDING
from newscrawl.runtime.batcher import Batcher
from newscrawl.urls.canonical import request_url
from newscrawl.urls.hosts import host_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.extract.page_result import Page
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.net.response import Answer, Fetch

logger = logging.getLogger(__name__)

UNREAD_SECONDS: Final = (30, 86_400)
"""Waits before the next try of an article that newscrawl failed on. A new run tries at once."""

RETRY_SECONDS: Final = (3_600, 6 * 3_600, 86_400, 7 * 86_400)
"""Waits before the next attempts after an outcome that may pass; then no more attempt is made."""

RETRIED: Final = frozenset({"server_error", "timeout", "dns_error", "connection_error"})
"""Failures that often pass within minutes: the same run tries again before they are outcomes."""

RETRY_DELAYS: Final = (4, 12)
"""Delays of the publisher before each further try in the same run."""

MAX_RETRY_SECONDS: Final = 30.0
"""The longest time that a host which refuses requests may keep a further try waiting."""

MAX_FAILURES_IN_A_ROW: Final = 5
"""Failures of a host, one after another, after which its articles get no further try."""

NOT_MODIFIED: Final = 304

MAX_VALIDATOR: Final = 1_000
"""Characters of an ETag that are kept, and sent back."""

BATCH_SECONDS: Final = 0.05
"""How long a finished article waits for others, to be kept in one transaction."""

TRIM_PARTS: Final = 64
"""The budget for kept pages is checked after each such part of it, and as much is kept free. So a
few crawls at the same time stay within the budget, too."""


class ArticleFetcher:
    """Fetches articles, one call each."""

    def __init__(self, context: CrawlContext, fetcher: Fetcher) -> None:
        self._context = context
        self._fetcher = fetcher
        self._fetch = partial(fetcher.fetch, request_type="article")
        self._reading = ArticleReader(context.workers, context.policies)
        self._untrimmed = context.pages  # the budget may have changed since the last run
        self._results = Batcher(self._save, seconds=BATCH_SECONDS)
        self._tries: Counter[int] = Counter()
        self._due: dict[int, tuple[float, str]] = {}  # when, and at which host
        self._failures: Counter[str] = Counter()

    def next_retry(self) -> float | None:
        """Return when the next article is due again in this run, in Unix seconds, or None."""
        return min((due for due, _ in self._due.values()), default=None)

    async def read(self, task: articles.Task) -> bool:
        """Fetch an article and save the result; return False if its host is skipped in this run."""
        self._due.pop(task.article_id, None)
        if await self._read(task):
            return True
        host = _host_of(task)
        self._due = {key: value for key, value in self._due.items() if value[1] != host}
        return False

    async def _read(self, task: articles.Task) -> bool:
        if task.outcome == EXTRACTION_FAILED and await self._read_kept(task):
            return True
        with self._fetcher.memory_slot() as memory_slot:
            fetch = partial(self._fetch, memory_slot=memory_slot)
            answer = await fetch(request_url(task.link), _conditions(task))
            if answer.outcome == PENDING:  # no turn at this host in this run
                return False
            if answer.status == NOT_MODIFIED:
                await self._context.archive.run(articles.note_unmodified, task.article_id)
                return True
            result = await self._result_of(task, answer, fetch)
            del answer  # a page is in memory only as long as it has its memory slot
        if result is None:  # the page redirects its readers to a host without a turn
            return False
        if self._is_tried_again(task, result.article["outcome"]):
            await self._postpone(task)
            return True
        await self._results.add(result)
        self._context.tally.outcomes[result.article["outcome"]] += 1
        self._context.tally.given_up += result.again is None and task.attempts >= len(RETRY_SECONDS)
        return True

    def _is_tried_again(self, task: articles.Task, outcome: str) -> bool:
        """Return whether an article is requested once more before its outcome is stored."""
        host = _host_of(task)
        if outcome not in RETRIED:
            self._failures[host] = 0
            return False
        self._failures[host] += 1
        if self._failures[host] > MAX_FAILURES_IN_A_ROW:
            return False
        is_allowed = self._fetcher.blocked_seconds(request_url(task.link)) <= MAX_RETRY_SECONDS
        return is_allowed and self._tries[task.article_id] < len(RETRY_DELAYS)

    async def _postpone(self, task: articles.Task) -> None:
        delays = RETRY_DELAYS[self._tries[task.article_id]]
        self._tries[task.article_id] += 1
        wait = delays * self._fetcher.article_delay
        due = time.time() + wait
        logger.info("%s is tried again in this run, in %.0f s", task.link, wait)
        self._due[task.article_id] = due, _host_of(task)
        await self._context.archive.run(articles.postpone, task.article_id, due)

    async def _result_of(
        self, task: articles.Task, answer: Answer, fetch: Fetch
    ) -> articles.ArticleResult | None:
        """Read the pages of an article; return None if a host has no turn in this run."""
        answers, page = await self._reading.read_article(answer, task.excerpt, fetch)
        if page.outcome == PENDING:
            return None
        answer = answers[0]
        article = self._reading.article(answer, page, now_iso())
        if page.outcome != FETCHED:
            logger.info("No article from %s: %s %s", task.link, page.outcome, page.detail)
        await self._fetcher.note_outcome(answer.url, page.outcome)
        return articles.ArticleResult(
            article_id=task.article_id,
            article=article,
            validators=(_validator(answer, "etag"), _validator(answer, "last-modified")),
            again=_next_attempt(page, answer.robots, task.attempts),
            is_unread=page.is_unread,
            pages=await self._kept(answers, article),
            signature=await self._reading.signature(article, page),
        )

    async def _read_kept(self, task: articles.Task) -> bool:
        """Read an article that newscrawl failed on from its kept pages, without a request."""
        archive, version = self._context.archive, extractor_version()
        kept = await archive.look(reextraction.failed, task.article_id, version)
        read = await read_again(archive, self._reading, kept) if kept else None
        if read is None:
            return False
        again = _next_attempt(read.page, None, task.attempts)
        await archive.run(reextraction.finish, read.settled(), version, again=again)
        self._context.tally.outcomes[read.page.outcome] += 1
        return True

    async def _save(self, results: Sequence[articles.ArticleResult]) -> Sequence[None]:
        await self._context.archive.run(articles.save_results, results, read_by=extractor_version())
        self._untrimmed += sum(len(page.body) for result in results for page in result.pages)
        part = self._context.pages // TRIM_PARTS
        if self._untrimmed > part:
            self._untrimmed = 0
            await self._context.archive.run(page_cache.trim, self._context.pages - part)
        return [None] * len(results)

    async def _kept(
        self, answers: Sequence[Answer], article: dict[str, Any]
    ) -> list[page_cache.KeptPage]:
        if not self._context.pages or not may_keep(article):
            return []
        return [await asyncio.to_thread(page_cache.pack_page, answer) for answer in answers]


def _host_of(task: articles.Task) -> str:
    return host_key(request_url(task.link))


def _conditions(task: articles.Task) -> dict[str, str]:
    """Return the headers that save the download of an unchanged article."""
    headers = {"If-None-Match": task.etag, "If-Modified-Since": task.last_modified}
    return {name: value for name, value in headers.items() if value}


def _validator(answer: Answer, name: str) -> str | None:
    """Return a validator of a page; None if it is longer than any server needs."""
    value = answer.headers.get(name)
    return value if value and len(value) <= MAX_VALIDATOR else None


def _next_attempt(page: Page, robots: str | None, attempts: int) -> float | None:
    """Return when to read an article again, in Unix seconds.

    None if the outcome will not change by itself, or after the last try. An article that newscrawl
    failed on is tried without end.
    """
    if page.is_unread:
        return time.time() + UNREAD_SECONDS[min(attempts, len(UNREAD_SECONDS) - 1)]
    is_passing = page.outcome in HEALING or robots == "unreachable"
    if not is_passing or attempts >= len(RETRY_SECONDS):
        return None
    return time.time() + RETRY_SECONDS[attempts]
