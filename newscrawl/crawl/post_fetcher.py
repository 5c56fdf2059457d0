"""Fetch the posts of a type in all languages, and pass them on to the pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.wordpress.full_scan import MAX_CONFIRMED
from newscrawl.wordpress.incremental_scan import posts_by_id
from newscrawl.wordpress.languages import LanguageFinder, has_languages
from newscrawl.wordpress.probes import confirm_gone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.crawl.ingest import Ingest, Page
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import PostType


class PostFetcher:
    """Fetches posts by lists and by ids, in each language of the site.

    Args:
        ingest: Takes the posts.
        fetch_once: Fetches without retries.
    """

    def __init__(
        self, context: CrawlContext, ingest: Ingest, *, fetch: Fetch, fetch_once: Fetch
    ) -> None:
        self._context = context
        self._ingest = ingest
        self._fetch = fetch
        self._fetch_once = fetch_once
        self._has_languages = False

    async def find_languages(self) -> None:
        """Learn how the posts of each language can be listed: once a run, of such sites only."""
        context = self._context
        if not has_languages(context.site) or self._has_languages:
            return
        self._has_languages = True
        found = await LanguageFinder(context.site, self._fetch).find()
        context.site = context.site.replaced(
            views=found.views, unreachable=found.unreachable, lang=found.lang
        )
        if found.others:
            others = ", ".join(found.others)
            context.tally.notes.append(f"Other languages are sites of their own: {others}")

    async def take_pages(
        self, pages: AsyncIterator[Page], post_type: PostType, tag: str | None = None
    ) -> None:
        """Take all posts of pages in the language *tag*."""
        await self._ingest.take_all(self.in_language(pages, tag), post_type)

    async def in_language(self, pages: AsyncIterator[Page], tag: str | None) -> AsyncIterator[Page]:
        """Yield pages of posts, which say their language if their address does not."""
        async for page in pages:
            if tag is not None:
                for row in page:
                    if self._context.site.language_of(str(row.get("link"))) != tag:
                        row.setdefault("lang", tag)
            yield page

    async def take_by_id(
        self, post_type: PostType, ids: set[int], *, are_there: bool = False
    ) -> tuple[set[int], dict[int, str]]:
        """Fetch posts by id; return the ids that the site does not show, and those that failed.

        Args:
            are_there: Whether these posts are known to be there: some plugins leave a category out
                of each list, and show its posts at their own addresses.
        """
        absent, failed = set(ids), dict[int, str]()
        for tag, view in self._context.site.all_views:
            by_id = posts_by_id(
                view, post_type, self._fetch, self._context.fields, asks_absent=are_there
            )
            await self.take_pages(by_id.pages(absent), post_type, tag)
            if by_id.refusal is not None:
                self._context.tally.partial.append(f"not all could be asked for: {by_id.refusal}")
            absent = set(by_id.absent)
            failed |= by_id.failed
        return absent, failed

    async def retry_missing(
        self, post_type: PostType, missing: Mapping[int, str]
    ) -> dict[int, str]:
        """Fetch posts that were missing; return those that are still missing, with their reasons.

        Only with one request per hundred; single requests wait until all ids are listed.
        """
        site, fields = self._context.site, self._context.fields
        by_id = posts_by_id(site, post_type, self._fetch_once, fields, max_failures=0)
        await self._ingest.take_all(by_id.pages(missing), post_type)
        left = by_id.absent | by_id.failed.keys()
        return {post_id: reason for post_id, reason in missing.items() if post_id in left}

    async def still_missing(
        self, post_type: PostType, missing: Mapping[int, str]
    ) -> dict[int, str]:
        """Fetch posts of earlier runs that no list has; return those that may still be there."""
        absent, failed = await self.take_by_id(post_type, set(missing))
        left = {post_id: missing[post_id] for post_id in absent} | failed
        for post_id in sorted(absent)[:MAX_CONFIRMED]:
            fate = await confirm_gone(self._context.site, post_type, post_id, self._fetch)
            if fate in ("gone", "private"):
                del left[post_id]
        return left
