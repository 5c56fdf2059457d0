"""The pages of posts on their own site: each post from all of its pages, and a list of failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.extract.wordpress_page import further_url, read_further_page, read_own_page
from newscrawl.wordpress.fallback_posts import NEXT_PAGE
from newscrawl.wordpress.responses import Refusal, decode

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.net.response import Answer, Fetch
    from newscrawl.runtime.worker_pool import Workers

# After so many pages in a row that can't be read, no more page is requested.
MAX_FAILURES: Final = 10
# Pages of one post that are requested.
MAX_PARTS: Final = 30
# Failures of a kind that the verdict names.
MAX_NAMED: Final = 5
# The reason if a page came, and a worker failed on it.
OUR_FAILURE: Final = "newscrawl failed to read it"
# Outcomes of a page whose post was deleted, although a sitemap still names it.
GONE: Final = frozenset({"not_found", "gone"})


class OwnPages:
    """Reads posts from their pages: one request for each page of a post.

    Args:
        fetch: Requests a URL; never raises for a failure of the site.

    Attributes:
        cut: Posts of which only a part could be read, by URL, with the reason.
    """

    def __init__(self, workers: Workers, fetch: Fetch) -> None:
        self.cut: dict[str, str] = {}
        self._workers = workers
        self._fetch = fetch
        self._failures = 0
        self._unread: dict[str, str] = {}

    @property
    def is_given_up(self) -> bool:
        """Whether so many pages failed in a row that no more page is requested."""
        return self._failures >= MAX_FAILURES

    async def read(self, url: str, *, goes_on: bool = False) -> dict[str, Any] | None:
        """Return the values of a post; its content has all pages, with `NEXT_PAGE` between them.

        Return None if its page can't be read.

        Args:
            goes_on: Whether to request further pages without a link to them: block themes show no
                links to the pages of a post that was written in the classic editor.
        """
        answer = await self._fetch(url)
        read = await self._read(answer, read_own_page)
        if isinstance(read, str):
            if read not in GONE:
                self._fail(url, read)
            return None
        self._failures = 0
        parts, named = [read["content"]], read.pop("next_page")
        goes_on = goes_on and named is None
        while named or goes_on:
            number = len(parts) + 1
            address = named or further_url(answer.url, number)
            part = await self._further(address, number, answer.url)
            if isinstance(part, str):
                if named or part not in GONE:
                    self.cut[url] = f"page {number}: {part}"
                break
            parts.append(part["content"])
            named = part["next_page"]
        return {**read, "content": NEXT_PAGE.join(parts)}

    def reasons(self) -> list[str]:
        """Return the failures, for the verdict."""
        reasons = []
        if self._unread:
            reasons.append(f"{len(self._unread)} pages can't be read: {_named(self._unread)}")
        if self.cut:
            reasons.append(
                f"{len(self.cut)} posts may be cut, as only a part of their words was found:"
                f" {_named(self.cut)}"
            )
        if self.is_given_up:
            reasons.append("no more pages were asked for after that")
        return reasons

    async def _further(self, url: str, number: int, post_url: str) -> dict[str, Any] | str:
        if number > MAX_PARTS:
            return f"more than {MAX_PARTS} pages"
        if self.is_given_up:
            return "not requested"
        part = await self._read(await self._fetch(url), read_further_page, number, post_url)
        if part == "bot_wall":
            self._failures = MAX_FAILURES
        return part

    async def _read(
        self, answer: Answer, read: Callable[..., dict[str, Any] | str], *more: int | str
    ) -> dict[str, Any] | str:
        """Return what a worker reads in an answer, or the reason of a failure."""
        if answer.outcome is not None:
            return answer.outcome
        refusal = decode(answer)
        if isinstance(refusal, Refusal) and refusal.reason == "challenge":
            return "bot_wall"
        try:
            return await self._workers.run(read, answer, *more)
        except Exception as error:  # noqa: BLE001 - any error costs one page only
            return f"{OUR_FAILURE}: {error}"

    def _fail(self, url: str, why: str) -> None:
        self._unread[url] = why
        if why == "bot_wall":
            self._failures = MAX_FAILURES
        elif not why.startswith(OUR_FAILURE):  # which is no sign that the site refuses
            self._failures += 1


def _named(failures: dict[str, str]) -> str:
    return ", ".join(f"{url} ({why})" for url, why in list(failures.items())[:MAX_NAMED])
