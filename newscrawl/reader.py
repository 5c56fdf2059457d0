"""Reading one article: ask the publisher, extract in a worker, settle it in the archive."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from newscrawl.answer import Answer, Hop
from newscrawl.archive import articles
from newscrawl.archive.batcher import Batcher
from newscrawl.article.kept import kept
from newscrawl.article.page import Page, join_parts, read_page
from newscrawl.net.hosts import host_key
from newscrawl.net.rights import policy
from newscrawl.outcomes import FETCHED, HEALING, PENDING
from newscrawl.record import extracted
from newscrawl.session import now_iso
from newscrawl.workers import WorkerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.net.fetcher import Fetcher
    from newscrawl.session import Session

logger = logging.getLogger(__name__)

LADDER_SECONDS: Final = (3_600, 6 * 3_600, 86_400, 7 * 86_400)
"""Waits before the next attempts at an outcome that may heal; after them it is given up."""

MAX_FOLLOWED: Final = 3
"""Pages followed from a page that says that the article is elsewhere."""

NOT_MODIFIED: Final = 304

GATHER_SECONDS: Final = 0.05
"""How long an article that is over waits for others, to be settled in one transaction."""

MAX_PARTS: Final = 10
"""Pages of an article in parts."""


class Reader:
    """Reads articles, one call each."""

    def __init__(self, session: Session, fetcher: Fetcher) -> None:
        self._session = session
        self._fetcher = fetcher
        self._fetch = partial(fetcher.fetch, kind="article")
        self._endings = Batcher(self._settle, seconds=GATHER_SECONDS)

    async def read(self, task: articles.Task) -> bool:
        """Ask for an article and settle it; False tells to leave its host for this run."""
        answer = await self._fetch(task.link, _conditions(task))
        if answer.outcome == PENDING:  # the host is left for this run
            return False
        if answer.status == NOT_MODIFIED:
            await self._session.archive.run(articles.keep, task.article_id)
            return True
        answer, page = await self._page(answer, task.excerpt)
        if page.outcome == PENDING:  # so is the host that it sends its readers to
            return False
        article = self._article(answer, page)
        await self._endings.add(
            articles.Ending(
                article_id=task.article_id,
                article=article,
                validators=(answer.headers.get("etag"), answer.headers.get("last-modified")),
                again=_again(page.outcome, answer.robots, task.attempts),
            )
        )
        await self._fetcher.note_outcome(answer.url, article["outcome"])
        if page.outcome != FETCHED:
            logger.info("No article from %s: %s %s", task.link, page.outcome, page.detail)
        self._session.tally.outcomes[article["outcome"]] += 1
        return True

    async def _settle(self, endings: Sequence[articles.Ending]) -> Sequence[None]:
        await self._session.archive.run(articles.settle, endings)
        return [None] * len(endings)

    async def _page(self, answer: Answer, excerpt: str) -> tuple[Answer, Page]:
        """Return the page of an answer, or of the page it sends its readers to."""
        page = await self._read(answer, excerpt)
        for _ in range(MAX_FOLLOWED):
            if page.follow is None:
                break
            answer = _after(answer, await self._fetch(page.follow, {}))
            page = await self._read(answer, excerpt)
        if page.next_page is not None and page.extraction is not None:
            page = await self._whole(page, excerpt)
        return answer, page

    async def _whole(self, page: Page, excerpt: str) -> Page:
        """Return a page in parts as one; parts that fail are left out."""
        parts, url = [page], page.next_page
        seen = {page.next_page}
        while url is not None and len(parts) < MAX_PARTS:
            part = await self._read(await self._fetch(url, {}), excerpt)
            if part.extraction is None:
                break
            parts.append(part)
            url = part.next_page if part.next_page not in seen else None
            seen.add(url)
        page.extraction = join_parts([p.extraction for p in parts if p.extraction is not None])
        return page

    async def _read(self, answer: Answer, excerpt: str) -> Page:
        if answer.outcome is not None:
            return Page(outcome=answer.outcome, detail=answer.detail)
        try:
            return await self._session.workers.run(read_page, answer, excerpt)
        except WorkerError as error:
            return Page(outcome="extraction_failed", detail=str(error))

    def _article(self, answer: Answer, page: Page) -> dict[str, Any]:
        """Return what is kept of an article, as the policy for its publisher has it."""
        signals = {**answer.signals, **page.rights}
        allowed = policy(signals, self._session.policies, host_key(answer.url))
        article: dict[str, Any] = {
            "url": answer.url,
            "hops": [{"url": hop.url, "status": hop.status} for hop in answer.hops],
            "outcome": page.outcome,
            "http_status": answer.status or None,
            "rights": {**signals, "robots": answer.robots, "policy": allowed},
            "fetched": now_iso(),
        }
        if page.extraction is not None:
            article |= extracted(kept(page.extraction, allowed))
        return article


def _after(before: Answer, answer: Answer) -> Answer:
    """Return an answer with the way to the page that led to it."""
    way = (*before.hops, Hop(url=before.url, status=before.status))
    return replace(answer, hops=way + answer.hops)


def _conditions(task: articles.Task) -> dict[str, str]:
    """Return the headers that spare an unchanged article its download."""
    headers = {"If-None-Match": task.etag, "If-Modified-Since": task.last_modified}
    return {name: value for name, value in headers.items() if value}


def _again(outcome: str, robots: str | None, attempts: int) -> float | None:
    """Return when to ask again; None where the outcome will not heal, or was given time enough."""
    is_passing = outcome in HEALING or robots == "unreachable"
    if not is_passing or attempts >= len(LADDER_SECONDS):
        return None
    return time.time() + LADDER_SECONDS[attempts]
