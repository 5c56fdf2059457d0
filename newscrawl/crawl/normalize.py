"""From a post's HTML to its body and its full-article link: the work of a worker.

Workers import this, so it imports no asyncio: that would be 5 MB of memory in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.crawl.post_task import Normalized
from newscrawl.extract.fingerprint import packed_signature
from newscrawl.extract.language_detection import detect_language
from newscrawl.extract.links.choose import full_article_link
from newscrawl.items import API, Post, PostBody
from newscrawl.markup import excerpt_text, normalize, plain_text
from newscrawl.markup.cut_excerpt import cut_excerpt
from newscrawl.markup.post_walls import MEMBERS, PASSWORD, Cut, excerpt_before, without_walls
from newscrawl.wordpress.endpoints import POST_FIELDS
from newscrawl.wordpress.field_body import body_of_post
from newscrawl.wordpress.post_url import elsewhere
from newscrawl.wordpress.requested_fields import wall_classes

if TYPE_CHECKING:
    from collections.abc import Mapping


MAX_TITLE: Final = 10_000
MAX_EXCERPT: Final = 100_000
"""Characters of HTML. A longer value is not a title or an excerpt; it is cut."""

NEWSLETTER_ACCESS: Final = "_jetpack_newsletter_access"
"""The field of a post's ``meta`` in which Jetpack stores who may read it."""
HAS_PAID_BLOCK: Final = "_jetpack_memberships_contains_paid_content"
"""The field in which it stores whether blocks of the post are hidden, if they leave no wall."""


def normalize_post(post: Post) -> Normalized:
    """Normalize a post."""
    title = plain_text(post.title[:MAX_TITLE])
    content = without_walls(post.content)
    link = full_article_link(
        content.html,
        base_url=post.url,
        fields=custom_fields(post.raw, post.url),
        title=title,
        is_link_post=post.raw.get("format") == "link",
    )
    drop = link.url if link else None
    body = normalize(content.html, post.url, drop_link=drop, is_rest=bool(content.wall))
    protected = _protected(post, content.wall, has_words=bool(body.text))
    if not body.text and protected is None:
        of_fields = body_of_post(post.raw) if post.source == API else ""
        body = normalize(of_fields, post.url, drop_link=drop)
    return Normalized(
        body=PostBody(
            html=body.html,
            markdown=body.markdown,
            text=body.text,
            title=title,
            excerpt="" if protected == PASSWORD else _excerpt(post, content, body.text),
            language=detect_language(body.text),
            protected=protected,
        ),
        link=link,
        signature=packed_signature(body.text) if link is None else None,
    )


def _excerpt(post: Post, content: Cut, body: str) -> str:
    """Return the excerpt without the words of walls, and of furniture if it has the first words."""
    cut = without_walls(post.excerpt[:MAX_EXCERPT])
    text = excerpt_text(cut.html, post.url)
    if content.words:
        text = excerpt_before(text, content.words)
    return cut_excerpt(text, post.content, body)


def _protected(post: Post, wall: str | None, *, has_words: bool) -> str | None:
    """Return the wall that hides words of a post, "password" or "members"; None for an open post.

    Jetpack's newsletter also stores in ``meta`` who may read a post. Other plugins send an empty
    text, and mark the post by a class. Both count only for a post without words: editors may have
    opened the words since, or a teaser has no wall in it.
    """
    if post.protected:
        return PASSWORD
    meta = post.raw.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    access = meta.get(NEWSLETTER_ACCESS)
    is_marked = access not in (None, "", "everybody") or wall_classes(post.raw.get("class_list"))
    is_for_members = meta.get(HAS_PAID_BLOCK) is True or (is_marked and not has_words)
    return wall or (MEMBERS if is_for_members else None)


def custom_fields(raw: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Return the fields of a post that may hold the full-article link.

    Args:
        raw: The post as it came.
        url: Its own URL. If its link leads elsewhere, readers are redirected there.
    """
    others = (name for name in raw if name not in POST_FIELDS and not name.startswith("_"))
    fields = {name: raw[name] for name in others}
    for key in ("acf", "meta"):
        if isinstance(raw.get(key), dict):
            fields.update(raw[key])
    if target := elsewhere(raw, url):
        fields["_links_to"] = target
    return fields
