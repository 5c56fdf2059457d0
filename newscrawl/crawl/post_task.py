"""Normalize posts in a worker: only the worker imports what that needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.items import Link, Post, PostBody


class Normalized(NamedTuple):
    """The normalized parts of a post: its body without the full-article button, and the link.

    The signature identifies its text; None if the text is short, or if the post has an article.
    """

    body: PostBody
    link: Link | None
    signature: bytes | None


def normalize_posts(posts: Sequence[Post]) -> list[Normalized]:
    """Normalize a batch: sending posts to a worker one by one takes twice as long."""
    from newscrawl.crawl.normalize import normalize_post

    return [normalize_post(post) for post in posts]
