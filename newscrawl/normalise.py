"""From a post's HTML to its body and its full-article link: what a worker does with each post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.article.link import full_article_link
from newscrawl.items import Link, Post, PostBody
from newscrawl.markup import excerpt_text, normalise, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence


def normalise_post(post: Post) -> tuple[PostBody, Link | None]:
    """Return the post's normalised body, without the full-article button, and that link."""
    fields = {
        name: value
        for key in ("acf", "meta")
        if isinstance(post.raw.get(key), dict)
        for name, value in post.raw[key].items()
    }
    title = plain_text(post.title)
    link = full_article_link(post.content, base_url=post.url, fields=fields, title=title)
    body = normalise(post.content, post.url, drop_link=link.url if link else None)
    return (
        PostBody(
            html=body.html,
            markdown=body.markdown,
            text=body.text,
            title=title,
            excerpt=excerpt_text(post.excerpt, post.url),
        ),
        link,
    )


def normalise_posts(posts: Sequence[Post]) -> list[tuple[PostBody, Link | None]]:
    """Return the same for several posts: for each on its own, the way here is half of the work."""
    return [normalise_post(post) for post in posts]


def warm_up() -> None:
    """Import, in a new worker, what its tasks would import at their first use."""
    import trafilatura  # noqa: F401
