"""Posts that a site no longer has: each is confirmed by a request to its own address."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from newscrawl.archive import sync_state
from newscrawl.wordpress.probes import confirm_gone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyroaring import BitMap64

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import PostType

logger = logging.getLogger(__name__)

MAX_NAMED_POSTS: Final = 20
"""Posts that are named in one line."""

CORE_TYPES: Final = frozenset({"post", "page"})
"""Types of WordPress itself, whose lists leave out no published post."""

SAMPLE: Final = 20
"""Posts of another type that a run requests by their own addresses, to find out why no list has
them."""

MAX_ASKED: Final = 5
"""The same for a type of WordPress itself, if more are absent than a run may delete."""

UNCLEAR: Final = "not listed, and its own address does not show whether it is deleted"

MIN_ALLOWED: Final = 10
"""The number of posts that a run may always delete; or a share of the archive, if that is more.

A larger number usually means a truncated listing or a change of the API, not deletions.
"""


def allowance(alive: int, share: float) -> int:
    """Return how many of *alive* posts a run may delete.

    >>> allowance(40, 0.05), allowance(2000, 0.05)
    (10, 100)
    """
    return max(MIN_ALLOWED, int(alive * share))


def refusal(gone: int, alive: int, what: str, allowed: int) -> str:
    """Return the reason in the verdict if a run would delete more than it may."""
    needed = min(1.0, (gone + 1) / max(alive, 1))
    return (
        f"{gone} of {alive} {what} are not listed any more, but a run deletes at most {allowed}:"
        " nothing was deleted. Check the site; if they are gone, run once with"
        f" -s NEWSCRAWL_DELETED_SHARE={needed:.2f}"
    )


class Deletions:
    """Deletes posts of one type that a listing of the whole site does not have.

    Attributes:
        unconfirmed: Posts that may still exist and can't be fetched, each with its reason.
    """

    def __init__(self, context: CrawlContext, post_type: PostType, fetch: Fetch) -> None:
        self.unconfirmed: dict[int, str] = {}
        self._context = context
        self._post_type = post_type
        self._fetch = fetch
        self._deleted = 0
        self._alive: int | None = None

    async def delete_absent(self, listed: BitMap64) -> bool:
        """Delete the posts that a complete listing does not have; each is confirmed by a request.

        Returns False if they are too many: then nothing is deleted.
        """
        context = self._context
        where = (context.site_id, self._post_type.slug)
        absent = await context.archive.look(sync_state.absent, *where, listed)
        if absent and self._post_type.slug not in CORE_TYPES:
            sample = self._sample(absent)
            if await self._is_selective(sample):
                return True
            absent = [post_id for post_id in absent if post_id not in sample]
        elif len(absent) > await self._allowance() and await self._are_there(absent):
            self._note_left_out(absent)
            return True
        if not await self._is_likely(len(absent)):
            return False
        if there := await self._delete(absent, unknown=UNCLEAR):
            self._note_left_out(there)
        # Posts from a closed API, or whose id another post has now: they are in no listing.
        without_id = await context.archive.look(sync_state.without_id, *where)
        answers = {
            stand_in_id: await self._fetch(place) for stand_in_id, place in without_id.items()
        }
        gone = {
            stand_in_id
            for stand_in_id, answer in answers.items()
            if answer.outcome is None and answer.status in (404, 410)
        }
        if not await self._is_likely(len(gone)):
            return False
        await context.archive.run(sync_state.mark_deleted, context.site_id, gone)
        return True

    def _note_left_out(self, there: list[int]) -> None:
        self._context.tally.partial.append(
            f"the list of {self._post_type.rest_base} leaves out {len(there)} that are there:"
            f" {', '.join(map(str, there[:MAX_NAMED_POSTS]))}"
        )

    async def _are_there(self, absent: list[int]) -> bool:
        """Return whether a few of many absent posts are all there: then the list leaves them out.

        A theme hides categories, or a cache is old. All of them would be many requests.
        """
        for post_id in self._sample(absent)[:MAX_ASKED]:
            fate = await confirm_gone(self._context.site, self._post_type, post_id, self._fetch)
            if fate != "alive":
                return False
        return True

    def _sample(self, absent: list[int]) -> list[int]:
        """Return some of the absent posts; each run others."""
        start = self._context.run_id * SAMPLE % len(absent)
        return (absent + absent)[start : start + min(SAMPLE, len(absent))]

    async def _is_selective(self, sample: list[int]) -> bool:
        """Return whether the type's list leaves out posts that are there, as one of events does.

        That is a property of the type. It is noted once, and known posts are kept; those of the
        sample that are gone are deleted.
        """
        context, slug = self._context, self._post_type.slug
        there = await self._delete(sample, unknown=UNCLEAR)
        is_known = slug in context.site.selective
        if there and not is_known:
            context.site = context.site.replaced(selective=(*context.site.selective, slug))
            context.tally.notes.append(
                f"The list of {self._post_type.rest_base} has only some of its posts:"
                " known posts that left it are kept"
            )
        return bool(there) or is_known

    async def delete_unshown(self, ids: Iterable[int]) -> None:
        """Delete those of *ids* that the site listed, did not show, and confirms as gone."""
        reason = "listed, but not shown"
        there = await self._delete(ids, unknown=reason)
        self.unconfirmed |= dict.fromkeys(there, reason)

    async def _is_likely(self, count: int) -> bool:
        """Return whether a run may delete *count* more; if not, note the reason in the verdict."""
        allowed = await self._allowance()
        count += self._deleted
        if count > allowed:
            self._context.tally.partial.append(
                refusal(count, self._alive or 0, self._post_type.rest_base, allowed)
            )
        return count <= allowed

    async def _allowance(self) -> int:
        """Return how many posts a run may delete."""
        context = self._context
        if self._alive is None:
            where = (context.site_id, self._post_type.slug)
            self._alive = await context.archive.look(sync_state.count_alive, *where)
        return allowance(self._alive, context.deleted_share)

    async def _delete(self, ids: Iterable[int], *, unknown: str) -> list[int]:
        """Delete those of *ids* that the site confirms as gone; return those that are there."""
        gone, there = set(), []
        for post_id in ids:
            fate = await confirm_gone(self._context.site, self._post_type, post_id, self._fetch)
            if fate in ("gone", "private"):
                gone.add(post_id)
            elif fate == "alive":
                there.append(post_id)
            else:
                self.unconfirmed[post_id] = unknown
        if gone and await self._is_likely(len(gone)):
            logger.info("No longer on the site: %s", ", ".join(map(str, sorted(gone))))
            self._deleted += len(gone)
            self._context.gone |= gone
            await self._context.archive.run(sync_state.mark_deleted, self._context.site_id, gone)
        return there
