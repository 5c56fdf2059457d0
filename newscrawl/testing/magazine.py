"""The demo's database: posts, authors, terms and media, which change while a crawl reads them."""

from __future__ import annotations

import re
import threading
import time
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from newscrawl.testing.rows import Author, Comment, Picture, Post, Term

if TYPE_CHECKING:
    from collections.abc import Callable

STAMP = "%Y-%m-%dT%H:%M:%S"
DEFAULT_STAMPS = ("date", "date_gmt", "modified", "modified_gmt")


class Magazine:
    """A WordPress site's content. Rows are frozen: a row that was read does not change.

    Args:
        home: The site's URL, without a final slash.
        clock: Gives the site's time, in seconds since 1970.
    """

    name = "The Pine Street Review"
    tagline = "Reports from a small harbor town & the rest of the world"
    zone = ZoneInfo("America/New_York")

    def __init__(self, home: str, clock: Callable[[], float] = time.time) -> None:
        self.home = home
        self.clock = clock
        self.faults: set[str] = set()
        self.posts: dict[int, Post] = {}
        self.terms: dict[int, Term] = {}
        self.authors: dict[int, Author] = {}
        self.pictures: dict[int, Picture] = {}
        self.comments: dict[int, Comment] = {}
        self.lock = threading.RLock()

    # --- Reading ---------------------------------------------------------------------------------

    def public(self, post_type: str = "post") -> list[Post]:
        """Return the published posts of one type, as they are now."""
        with self.lock:
            posts = list(self.posts.values())
        return [post for post in posts if post.type == post_type and post.status == "publish"]

    def stamps(self, moment: datetime | None = None) -> tuple[str, str]:
        """Return a moment as WordPress stores it, local and UTC; without an argument, now."""
        moment = moment or datetime.fromtimestamp(self.clock(), UTC)
        return moment.astimezone(self.zone).strftime(STAMP), moment.astimezone(UTC).strftime(STAMP)

    def local(self, moment: datetime) -> str:
        """Return a moment as the site's local time; one without a zone is local already."""
        if moment.tzinfo is None:
            return moment.strftime(STAMP)
        return self.stamps(moment)[0]

    def gmt(self, local: str) -> str:
        """Return the UTC twin of a local stamp.

        >>> Magazine("http://127.0.0.1").gmt("2026-01-10T14:05:00")
        '2026-01-10T19:05:00'
        """
        moment = datetime.fromisoformat(local).replace(tzinfo=self.zone)
        return moment.astimezone(UTC).strftime(STAMP)

    def link(self, post: Post) -> str:
        folder = "" if post.type in ("post", "page") else f"{post.type}/"
        return f"{self.home}/{folder}{post.slug}/"

    def rest_url(self, route: str, **params: Any) -> str:
        """Return the URL of a REST route, as WordPress writes it with these permalinks."""
        if "plain-permalinks" in self.faults:
            return f"{self.home}/index.php?{urlencode({'rest_route': route, **params}, safe='/')}"
        query = f"?{urlencode(params)}" if params else ""
        return f"{self.home}/wp-json{route}{query}"

    # --- Changing --------------------------------------------------------------------------------

    def next_id(self) -> int:
        """Return a fresh id: posts and pictures share one row of numbers, as in WordPress."""
        return max([100, *self.posts, *self.pictures]) + 1

    def add(self, *, title: str, moment: datetime | None = None, **columns: Any) -> Post:
        """Publish a post, now or at *moment*; any column of Post can be given."""
        with self.lock:
            post_id = columns.pop("id", None) or self.next_id()
            local, gmt = self.stamps(moment)
            post_type = columns.get("type", "post")
            type_in_guid = "" if post_type == "post" else f"post_type={post_type}&#038;"
            defaults: dict[str, Any] = {
                "slug": self._free_slug(title),
                "guid": f"{self.home}/?{type_in_guid}p={post_id}",
                "content": "",
                "excerpt": "",
                "author": next(iter(self.authors), 1),
                **dict(zip(DEFAULT_STAMPS, (local, gmt, local, gmt), strict=True)),
            }
            post = Post(id=post_id, title=title, **(defaults | columns))
            self.posts[post_id] = post
            return post

    def edit(self, post_id: int, **columns: Any) -> Post:
        """Change columns of a post; ``modified`` becomes now, unless it is given."""
        with self.lock:
            local, gmt = self.stamps()
            stamped = {"modified": local, "modified_gmt": gmt} | columns
            self.posts[post_id] = replace(self.posts[post_id], **stamped)
            return self.posts[post_id]

    def trash(self, post_id: int) -> None:
        """Move a post to the trash: its own URL answers 401 from now on."""
        slug = self.posts[post_id].slug
        self.edit(post_id, status="trash", slug=f"{slug}__trashed")

    def restore(self, post_id: int) -> None:
        """Publish a post from the trash again. It keeps its modification date: a restored post
        is found by neither ``after`` nor ``modified_after``."""
        post = self.posts[post_id]
        self._silently(post_id, status="publish", slug=post.slug.removesuffix("__trashed"))

    def delete(self, post_id: int) -> None:
        """Remove a post for good: its own URL answers 404 from now on."""
        with self.lock:
            del self.posts[post_id]

    def schedule(self, *, title: str, written_days_ago: int = 30, **columns: Any) -> Post:
        """Write a post that waits for publish(), last modified long before."""
        with self.lock:
            written = datetime.fromtimestamp(self.clock(), UTC) - timedelta(days=written_days_ago)
            post = self.add(title=title, **columns, status="future")
            local, gmt = self.stamps(written)
            return self.edit(post.id, modified=local, modified_gmt=gmt)

    def publish(self, post_id: int) -> None:
        """Publish a scheduled post, now: only its status and date change, as in WordPress."""
        local, gmt = self.stamps()
        self._silently(post_id, status="publish", date=local, date_gmt=gmt)

    def _silently(self, post_id: int, **columns: Any) -> None:
        with self.lock:
            self.posts[post_id] = replace(self.posts[post_id], **columns)

    def _free_slug(self, title: str) -> str:
        slug = slugify(title)
        taken = {post.slug for post in self.posts.values()}
        numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
        return slug if slug not in taken else next(s for s in numbered if s not in taken)


def slugify(title: str) -> str:
    """Make a slug from a title: letters lose their accents, or are left out if not ASCII.

    >>> slugify("Fähre nach Möweninsel: „Wir warten“")
    'fahre-nach-moweninsel-wir-warten'
    """
    ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:80] or "post"
