"""From the pages of an article, fetched now or kept earlier, to the article."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import page_cache
from newscrawl.archive.forgotten import is_host_of
from newscrawl.archive.reextraction import Reread
from newscrawl.crawl.page_task import read_page
from newscrawl.extract.fingerprint import packed_signature
from newscrawl.extract.page_result import Page
from newscrawl.net.response import Answer, Hop
from newscrawl.outcomes import EXTRACTION_FAILED, FETCHED, PENDING, POLICY_SKIPPED
from newscrawl.records.record import extracted
from newscrawl.records.revision import is_better
from newscrawl.rights.apply_policy import apply_policy
from newscrawl.rights.policy import policy
from newscrawl.runtime.worker_pool import WorkerError
from newscrawl.urls.hosts import clean_url, host_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reextraction import KeptArticle
    from newscrawl.net.response import Fetch
    from newscrawl.rights.policy import Policies
    from newscrawl.runtime.worker_pool import Workers

logger = logging.getLogger(__name__)

MAX_FOLLOWED: Final = 3
"""Pages that are followed from a page whose article is on another page."""

MAX_PARTS: Final = 10
"""Pages of an article that has several."""
MAX_WAITING_PAGE: Final = 1024 * 1024
MAX_WAITING_PAGES: Final = 16 * 1024 * 1024
"""Bytes of one page, and of all pages, that may wait until a further page is fetched. If there is
no room, the article has only the pages that were read so far."""

_NEVER_KEPT: Final = frozenset({"not_html", "paywall"})
"""Outcomes whose pages are never kept: files that are not pages, and pages for subscribers."""


class _Waiting:
    """Counts the bytes of the pages that wait for a further page."""

    def __init__(self) -> None:
        self._bytes = 0

    @contextmanager
    def room(self, *answers: Answer) -> Iterator[bool]:
        """Reserve room for answers during the block; yield whether there is room."""
        sizes = [len(answer.body) for answer in answers]
        size = sum(sizes) if max(sizes) <= MAX_WAITING_PAGE else MAX_WAITING_PAGES + 1
        is_room = self._bytes + size <= MAX_WAITING_PAGES
        self._bytes += size * is_room
        try:
            yield is_room
        finally:
            self._bytes -= size * is_room


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """Reads pages in workers, and keeps the part of each article that the policies allow."""

    workers: Workers
    policies: Policies
    _waiting: _Waiting = field(default_factory=_Waiting)

    async def page(self, answer: Answer, excerpt: str) -> Page:
        """Return an answer as a page: "extraction_failed" if no worker can read it."""
        if answer.outcome is not None:
            return Page(outcome=answer.outcome, detail=answer.detail)
        try:
            return await self.workers.run(read_page, answer, excerpt)
        except WorkerError as error:
            detail = str(error)
        except Exception as error:  # a bug costs this page only
            logger.exception("newscrawl failed to read %s", answer.url)
            detail = f"{type(error).__name__}: {error}"
        return Page(outcome=EXTRACTION_FAILED, detail=detail, is_unread=True)

    async def read_article(
        self, answer: Answer, excerpt: str, fetch: Fetch
    ) -> tuple[list[Answer], Page]:
        """Return the page of an answer, or of the page that it redirects its readers to.

        The answers are those that the article was read from: several if it has several pages.
        """
        page = await self.page(answer, excerpt)
        for _ in range(MAX_FOLLOWED):
            if page.follow is None:
                break
            with self._waiting.room(answer) as is_room:
                if not is_room:
                    break
                answer = _after(answer, await fetch(page.follow))
            page = await self.page(answer, excerpt)
        return await self._parts(answer, page, excerpt, fetch), page

    async def _parts(self, first: Answer, page: Page, excerpt: str, fetch: Fetch) -> list[Answer]:
        """Join the further pages of an article to its first one; return the answers of all.

        A page that fails is left out, and so are the pages after it.
        """
        answers = [first]
        if page.extraction is None:
            return answers
        parts, url = [page.extraction], page.next_page
        seen = {url}
        while url is not None and len(parts) < MAX_PARTS:
            with self._waiting.room(*answers) as is_room:
                if not is_room:
                    break
                answer = await fetch(url)
            part = await self.page(answer, excerpt)
            page.is_unread |= part.is_unread
            if part.extraction is None:
                break
            parts.append(part.extraction)
            answers.append(answer)
            url = part.next_page if part.next_page not in seen else None
            seen.add(url)
        if len(parts) > 1:
            from newscrawl.extract.multipage import join_parts  # slow to import, seldom needed

            page.extraction = join_parts(parts)
        return answers

    async def again(
        self, answers: Sequence[Answer], excerpt: str, fetched: str
    ) -> tuple[dict[str, Any], Page]:
        """Read the kept pages of an article again, without any request.

        Args:
            answers: The kept answers; at least one.
            fetched: When they were fetched.
        """
        page = await self.page(answers[0], excerpt)
        await self._parts(answers[0], page, excerpt, _among(answers[1:]))
        return self.article(answers[0], page, fetched), page

    def article(self, answer: Answer, page: Page, fetched: str) -> dict[str, Any]:
        """Return the part of an article that the policy for its publisher allows to keep.

        Args:
            fetched: When it was fetched, ISO 8601 in UTC.
        """
        if is_host_of(host_key(answer.url), self.policies.forgotten):
            page.extraction = None
            return {"outcome": POLICY_SKIPPED, "http_status": None, "fetched": fetched}
        signals = {**answer.signals, **page.rights}
        allowed = policy(signals, self.policies, host_key(answer.url))
        article: dict[str, Any] = {
            "url": answer.url,
            "hops": [{"url": hop.url, "status": hop.status} for hop in answer.hops],
            "outcome": page.outcome,
            "http_status": answer.status or None,
            "rights": {**signals, "robots": answer.robots, "policy": allowed},
            "fetched": fetched,
        }
        if page.extraction is not None:
            article |= extracted(apply_policy(page.extraction, allowed))
        return article

    async def signature(self, article: dict[str, Any], page: Page) -> bytes | None:
        """Return the signature of its text; None if it has no text, or no worker could read it.

        Args:
            page: The page of the article. Its signature is not used if the article has another
                text: of further pages, or of a part only.
        """
        if article["outcome"] != FETCHED or not article["text"]:
            return None
        if page.signature and page.extraction and page.extraction.text == article["text"]:
            return page.signature
        try:
            return await self.workers.run(packed_signature, article["text"])
        except Exception as error:  # the article is kept without its story
            is_bug = not isinstance(error, WorkerError)
            logger.warning("No signature of %s: %s", article["url"], error, exc_info=is_bug)
            return None


def _after(before: Answer, answer: Answer) -> Answer:
    """Return an answer whose hops start with those of the page that led to it."""
    way = (*before.hops, Hop(url=before.url, status=before.status))
    return replace(answer, hops=way + answer.hops)


def _among(answers: Sequence[Answer]) -> Fetch:
    """Return a function that finds kept answers by URL; other URLs have the outcome "pending"."""
    known = {answer.hops[0].url if answer.hops else answer.url: answer for answer in answers}

    async def fetch(url: str) -> Answer:
        return known.get(clean_url(url)) or Answer(url=url, outcome=PENDING)

    return fetch


def may_keep(article: dict[str, Any]) -> bool:
    """Return whether the pages of an article may be kept, to be read again later."""
    is_page = 200 <= (article["http_status"] or 0) < 300 and article["outcome"] not in _NEVER_KEPT
    return is_page and article["rights"]["policy"] == "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class RereadArticle:
    """An article that was read again from its kept pages.

    Attributes:
        article: The record's ``article``, without its link.
        signature: Of its text; None if the text is empty or too short.
    """

    kept: KeptArticle
    article: dict[str, Any]
    page: Page
    signature: bytes | None

    def settled(self) -> Reread:
        """Return the update of the archive: none if the article did not get better."""
        before, after = self.kept.article, self.article
        is_unread = self.page.is_unread
        keeps = before == after or is_unread or is_better(before["outcome"], after["outcome"])
        return Reread(
            id=self.kept.id,
            before=self.kept.data,
            article=None if keeps else after,
            signature=self.signature,
            may_keep=is_unread or may_keep(after),
            is_unread=is_unread,
        )


async def read_again(
    archive: Archive, reading: ArticleReader, kept: KeptArticle
) -> RereadArticle | None:
    """Read an article again; return None if one of its pages was removed to keep the budget."""
    answers = await archive.look(_answers, kept)
    if not answers:
        return None
    article, page = await reading.again(answers, kept.excerpt, kept.article["fetched"])
    signature = await reading.signature(article, page)
    return RereadArticle(kept=kept, article=article, page=page, signature=signature)


def _answers(connection: Connection, kept: KeptArticle) -> list[Answer]:
    robots = kept.article["rights"]["robots"]
    return [
        page_cache.unpack_page(page, robots=robots)
        for page in page_cache.of_article(connection, kept.id)
    ]
