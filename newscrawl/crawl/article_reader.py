"""From a page, fetched or kept, to its article: what the reader and a second reading share."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from newscrawl.extract.fingerprint import packed_signature
from newscrawl.extract.page import Page, join_parts, read_page
from newscrawl.net.response import Answer, Hop
from newscrawl.outcomes import EXTRACTION_FAILED, FETCHED, PENDING
from newscrawl.records.record import extracted
from newscrawl.rights.kept import kept
from newscrawl.rights.policy import policy
from newscrawl.runtime.worker_pool import WorkerError
from newscrawl.urls.hosts import clean_url, host_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.net.response import Ask
    from newscrawl.rights.policy import Policies
    from newscrawl.runtime.worker_pool import Workers

logger = logging.getLogger(__name__)

MAX_FOLLOWED: Final = 3
"""Pages followed from a page that says that the article is elsewhere."""

MAX_PARTS: Final = 10
"""Pages of an article in parts."""
MAX_WAITING_PAGE: Final = 1024 * 1024
MAX_WAITING_PAGES: Final = 16 * 1024 * 1024
"""Bytes of a page, and of all, that may wait for a further page, for the turn of its host as long
as that takes. Where there is no room, an article ends with what it has."""

_NEVER_KEPT: Final = frozenset({"not_html", "paywall"})
"""Outcomes of which no page is kept: what is no page, and what is not for everyone."""


class _Waiting:
    """The bytes of pages that wait for a further one."""

    def __init__(self) -> None:
        self._bytes = 0

    @contextmanager
    def room(self, *answers: Answer) -> Iterator[bool]:
        """Hold room for answers during the block; False tells that there is none."""
        sizes = [len(answer.body) for answer in answers]
        size = sum(sizes) if max(sizes) <= MAX_WAITING_PAGE else MAX_WAITING_PAGES + 1
        is_room = self._bytes + size <= MAX_WAITING_PAGES
        self._bytes += size * is_room
        try:
            yield is_room
        finally:
            self._bytes -= size * is_room


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads pages in workers, and keeps of their articles what the policies allow."""

    workers: Workers
    policies: Policies
    _waiting: _Waiting = field(default_factory=_Waiting)

    async def page(self, answer: Answer, excerpt: str) -> Page:
        """Return what an answer is; one that no worker can read has the outcome of that."""
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

    async def whole(self, answer: Answer, excerpt: str, ask: Ask) -> tuple[list[Answer], Page]:
        """Return the page of an answer, or of the page it sends its readers to.

        With the answers that it was read from: several where it is in parts.
        """
        page = await self.page(answer, excerpt)
        for _ in range(MAX_FOLLOWED):
            if page.follow is None:
                break
            with self._waiting.room(answer) as is_room:
                if not is_room:
                    break
                answer = _after(answer, await ask(page.follow))
            page = await self.page(answer, excerpt)
        return await self._parts(answer, page, excerpt, ask), page

    async def _parts(self, first: Answer, page: Page, excerpt: str, ask: Ask) -> list[Answer]:
        """Join the further parts of an article to its first page; return the answers of all.

        Parts that fail, and those after them, are left out.
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
                answer = await ask(url)
            part = await self.page(answer, excerpt)
            page.is_unread |= part.is_unread
            if part.extraction is None:
                break
            parts.append(part.extraction)
            answers.append(answer)
            url = part.next_page if part.next_page not in seen else None
            seen.add(url)
        page.extraction = join_parts(parts)
        return answers

    async def again(
        self, answers: Sequence[Answer], excerpt: str, fetched: str
    ) -> tuple[dict[str, Any], Page]:
        """Return what comes today of the pages that an article was read from, and ask nobody.

        Args:
            answers: As they were kept; at least one.
            fetched: When they came.
        """
        page = await self.page(answers[0], excerpt)
        await self._parts(answers[0], page, excerpt, _among(answers[1:]))
        return self.article(answers[0], page, fetched), page

    def article(self, answer: Answer, page: Page, fetched: str) -> dict[str, Any]:
        """Return what is kept of an article, as the policy for its publisher has it.

        Args:
            fetched: When it came, ISO 8601 in UTC.
        """
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
            article |= extracted(kept(page.extraction, allowed))
        return article

    async def signature(self, article: dict[str, Any]) -> bytes | None:
        """Return the signature of its text; None if it has no text, or no worker could read it."""
        if article["outcome"] != FETCHED or not article["text"]:
            return None
        try:
            return await self.workers.run(packed_signature, article["text"])
        except WorkerError as error:  # the article is kept without its story
            logger.warning("No signature of %s: %s", article["url"], error)
            return None


def _after(before: Answer, answer: Answer) -> Answer:
    """Return an answer with the way to the page that led to it."""
    way = (*before.hops, Hop(url=before.url, status=before.status))
    return replace(answer, hops=way + answer.hops)


def _among(answers: Sequence[Answer]) -> Ask:
    """Return what finds an answer by the URL that was asked for; others are pending."""
    known = {answer.hops[0].url if answer.hops else answer.url: answer for answer in answers}

    async def ask(url: str) -> Answer:
        return known.get(clean_url(url)) or Answer(url=url, outcome=PENDING)

    return ask


def may_keep(article: dict[str, Any]) -> bool:
    """Return whether the pages of an article may be kept, to be read again."""
    is_page = 200 <= (article["http_status"] or 0) < 300 and article["outcome"] not in _NEVER_KEPT
    return is_page and article["rights"]["policy"] == "full"
