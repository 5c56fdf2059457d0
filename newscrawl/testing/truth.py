"""The expected records of the magazine, to check a crawl against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawl.testing.publisher_faults import FAULTS
from newscrawl.testing.resources import seen_title
from newscrawl.testing.rows import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.testing.magazine import Magazine
    from newscrawl.testing.publishers import Article, Publisher
    from newscrawl.testing.rows import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The expected record of one public post.

    Attributes:
        post: The row as it stands: ids, dates, slug, guid and so on.
        title: As readers see it, with WordPress's prefix if the post is protected.
        url: The post's own URL.
        published, modified: UTC with ``Z``; None if the site doesn't know.
        author_name: None if the site hides it.
        link: The full-article link; None if ``article`` must be null.
        outcome: How the article must end; None without a link.
        article: The publisher's article, if its text must be found.
        policy: "full", or "excerpt" if the publisher reserves text and data mining.
    """

    post: Post
    title: str
    url: str
    published: str | None
    modified: str | None
    author_name: str | None
    link: str | None
    outcome: str | None
    article: Article | None
    policy: str = "full"


def expected(
    magazine: Magazine, publishers: Iterable[Publisher], post_types: Iterable[str]
) -> dict[int, Expected]:
    """Return the expected records of the public posts of these types, by post id."""
    publishers = list(publishers)
    posts = [post for post_type in post_types for post in magazine.public(post_type)]
    return {post.id: _expected(magazine, publishers, post) for post in posts}


def _expected(magazine: Magazine, publishers: list[Publisher], post: Post) -> Expected:
    author = magazine.authors.get(post.author)
    link = None if post.protected else post.link
    article = _article(publishers, link)
    fault = FAULTS[article.fault] if article and article.fault else None
    outcome = "fetched" if fault is None else fault.outcome
    return Expected(
        post=post,
        title=seen_title(post),
        url=magazine.link(post),
        published=_utc(magazine, post.date, post.date_gmt),
        modified=_utc(magazine, post.modified, post.modified_gmt),
        author_name=author.name if author and not author.hidden else None,
        link=link,
        outcome=outcome if link else None,
        article=article if outcome == "fetched" else None,
        policy=fault.policy if fault else "full",
    )


def _article(publishers: list[Publisher], link: str | None) -> Article | None:
    found = (publisher.article_at(link) for publisher in publishers if link)
    return next((article for article in found if article), None)


def _utc(magazine: Magazine, local: str, gmt: str) -> str | None:
    if gmt != ZERO:
        return f"{gmt}Z"
    return None if local == ZERO else f"{magazine.gmt(local)}Z"
