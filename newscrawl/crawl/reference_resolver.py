"""Resolves the authors, terms and images that posts refer to, a hundred per request."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import reference_cache
from newscrawl.wordpress import bylines, references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.reference_cache import Related
    from newscrawl.items import Post, ReadyPost
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import Site

BATCH_SIZE: Final = 100
"""Ids in one request: WordPress allows no more."""
MAX_RETRIED: Final = 300
"""References that a run asks for again after earlier runs failed."""

MAX_PER_POST: Final = 50
MAX_FREE: Final = 10_000
"""Ids that are requested in a run: so many for each post on average, and so many more. Posts have
about ten, most of them shared with other posts; a list of ids that are always new never ends."""


class ReferenceResolver:
    """Resolves authors, terms and images, each id once; only whole batches until the end.

    Args:
        site: Has the taxonomies and their endpoints.
        site_id: Its row in the archive.
        is_open: Whether the API answers in this run.

    Attributes:
        surplus: Ids that were not requested, because the posts refer to too many.
    """

    def __init__(
        self, archive: Archive, site: Site, site_id: int, fetch: Fetch, *, is_open: bool = True
    ) -> None:
        self._archive = archive
        self._site = site
        self._site_id = site_id
        self._fetch = fetch
        self._is_open = is_open
        self.surplus = 0
        self._posts = self._requested = 0
        self._unresolved: dict[str, set[int]] = defaultdict(set)
        # References whose failure is noted already: a run counts once.
        self._failed: set[tuple[str, int]] = set()
        # A post for each key of a byline, and for each author, that is not resolved.
        self._byline_posts: dict[int, int] = {}
        self._urls: dict[int, str] = {}
        self._author_posts: dict[int, Post] = {}

    async def of(self, posts: Sequence[Post]) -> reference_cache.Related:
        """Return the known references of posts; fetch those of which a whole batch is unknown."""
        self._posts += len(posts)
        wanted = ids_of_all(posts)
        known = await self._archive.look(reference_cache.known, self._site_id, wanted, time.time())
        for reference_type, ids in wanted.items():
            self._unresolved[reference_type] |= ids - known[reference_type].keys()
        self._remember(posts)
        for reference_type in wanted:
            while self._is_open and len(self._unresolved[reference_type]) >= BATCH_SIZE:
                known[reference_type].update(await self._resolve(reference_type))
        return known

    def are_known(self, post: Post) -> bool:
        """Return whether all references of a post are resolved."""
        return not any(
            self._unresolved[reference_type] & set(ids)
            for reference_type, ids in ids_of(post).items()
            if self._is_open
            or reference_type != bylines.POST_BYLINES  # which only adds to the authors
        )

    async def publish_without(self, ready: Sequence[ReadyPost], known: Related) -> None:
        """Note the posts that are published with only the id of a reference that failed."""
        waiting = [
            (reference_type, found, item.row)
            for item in ready
            for reference_type, ids in ids_of(item.post).items()
            for found in ids
            if known.get(reference_type, {}).get(found) == {}
        ]
        if waiting:
            await self._archive.run(reference_cache.wait_for, self._site_id, waiting)

    async def retry(self) -> bool:
        """Ask again for references that posts were published without, if it is time for them.

        Return whether there are any.
        """
        if not self._is_open:
            return False
        due = await self._archive.look(reference_cache.due, self._site_id, time.time(), MAX_RETRIED)
        for reference_type, found, post_id in due:
            self._unresolved[reference_type].add(found)
            if reference_type == bylines.POST_BYLINES:
                self._byline_posts.setdefault(found, post_id)
        return bool(due)

    async def flush(self) -> bool:
        """Fetch all references that are still unknown; return whether any of them is known now.

        Those that the site does not answer for wait for another run; after a few of them, posts are
        published without.
        """
        found = False
        for reference_type, ids in self._unresolved.items():
            while self._is_open and ids:
                found |= bool(await self._resolve(reference_type))
        return found

    async def _resolve(self, reference_type: str) -> dict[int, dict[str, object]]:
        if self._requested > MAX_FREE + MAX_PER_POST * self._posts:
            self.surplus += len(self._unresolved[reference_type])
            self._unresolved[reference_type].clear()
            return {}
        ids = sorted(self._unresolved[reference_type])[:BATCH_SIZE]
        self._requested += len(ids)
        found = await self._fetch_references(reference_type, ids)
        where, now = (self._site_id, reference_type), time.time()
        await self._archive.run(reference_cache.save, *where, found, now)
        failed = {(reference_type, one) for one in ids if one not in found} - self._failed
        self._failed |= failed
        await self._archive.run(reference_cache.fail, *where, [one for _, one in failed], now)
        self._unresolved[reference_type].difference_update(ids)
        return found

    def _remember(self, posts: Sequence[Post]) -> None:
        """Note a post for each byline and author that can be fetched only by the id of a post."""
        for post in posts:
            if post.byline_key in self._unresolved[bylines.POST_BYLINES]:
                self._byline_posts[post.byline_key or 0] = post.post_id
                self._urls[post.post_id] = post.url
            for user in self._unresolved["users"].intersection(post.authors):
                self._author_posts[user] = post

    async def _fetch_references(
        self, reference_type: str, ids: Sequence[int]
    ) -> dict[int, dict[str, Any]]:
        if reference_type == bylines.POST_BYLINES:
            posts = {key: self._byline_posts.pop(key) for key in ids}
            urls = {post_id: self._urls.pop(post_id, "") for post_id in posts.values()}
            return await bylines.resolve_bylines(self._site, posts, self._fetch, urls)
        found = await references.resolve(self._site, reference_type, ids, self._fetch)
        if reference_type == "users":
            posts_by = {user: self._author_posts.pop(user, None) for user in ids}
            nameless = [posts_by[user] for user, row in found.items() if row["name"] is None]
            hidden = [post for post in nameless if post is not None]
            names = await bylines.names_by_yoast(self._site, hidden, self._fetch) if hidden else {}
            for user in names.keys() & found.keys():
                found[user] = {**found[user], "name": names[user]}
        return found


def ids_of_all(posts: Sequence[Post]) -> dict[str, set[int]]:
    """Return the ids of all references of posts, by type."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for post in posts:
        for reference_type, some in ids_of(post).items():
            wanted[reference_type].update(some)
    return wanted


def ids_of(post: Post) -> dict[str, list[int]]:
    """Return the same for one post."""
    return {
        "users": post.authors,
        "categories": post.categories,
        "tags": post.tags,
        "media": [post.image] if post.image else [],
        bylines.POST_BYLINES: [post.byline_key] if post.byline_key else [],
        **post.terms,
    }
