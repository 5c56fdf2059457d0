"""Posts of a site whose API is closed, read from its feed and from their own pages."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

from newscrawl.items import EXTRACTED, FEED, PAGE, Image, Post
from newscrawl.wordpress.dates import http_date
from newscrawl.wordpress.fields import as_id
from newscrawl.wordpress.identity import bounded, stand_in_id

if TYPE_CHECKING:
    from collections.abc import Mapping

_PASSWORD_FORM: Final = re.compile(
    r"<form\b[^<>]{0,2000}\bwp-login\.php\?action=postpass\b", re.IGNORECASE
)
"""The form that WordPress shows in place of a protected post: its address, in every language."""
NEXT_PAGE: Final = "\n<!--nextpage-->\n"
"""The mark between two pages of a post, as editors write it."""
IS_CUT: Final = "is_cut"
"""The key in the raw post if words may be missing: the next run then takes the post for changed."""
_SHORTENED: Final = re.compile(
    r"\[(?:&hellip;|&#8230;|…|\.{3})\]\s*(?:<(?:/|a\b|br\b)|$)"
    r"|<a\b[^<>]{0,500}(?:\bclass=[\"'][^\"'>]{0,200}\bmore-link\b|\bhref=[\"'][^\"'>]{0,500}#more-\d)"
)
"""The end of an excerpt, and the link to the rest of a text: a feed of whole texts has neither."""
_ELLIPSIS: Final = (
    r"(?:&hellip;|&#8230;|…|\.{3})\]?\s{0,9}(?:</?(?:p|span|br)\b[^<>]{0,200}>\s{0,9}){0,5}"
)
_BELOW_ZERO: Final = re.compile(r"[A-Za-z] -\d")
"""The year of MySQL's zero date, of which the standard library makes the year 2000."""


def unnumbered_post(raw: dict[str, Any], source: str) -> Post:
    """Return an archived post as a value: *raw* as it was kept, "feed" or "page" as its source."""
    return feed_post(raw) if source == FEED else page_post(raw)


def feed_post(raw: dict[str, Any]) -> Post:
    """Return a post of a feed. Its guid is the same as in the API.

    A feed of excerpts has no content: that is then read from the post's page.
    """
    guid, said = bounded(raw["guid"]), raw["pubDate"]
    url = _web_address(raw["link"])
    read = raw.get(EXTRACTED) or {}
    is_locked = bool(_PASSWORD_FORM.search(raw["content"])) or bool(read.get("is_locked"))
    return Post(
        raw=raw,
        source=FEED,
        post_id=as_id(raw["post-id"]) or read.get("id") or stand_in_id(guid, url),
        guid=guid,
        type="post",
        url=url,
        slug=_slug(url),
        status="publish",
        published=None if _BELOW_ZERO.search(said) else http_date(said),
        modified=None,
        modified_gmt=None,
        title=raw["title"],
        excerpt=raw["description"],
        content="" if is_locked else read.get("content") or raw["content"],
        protected=is_locked,
        names=_names(authors=[raw["creator"]], categories=raw["categories"]),
        picture=_picture(read),
    )


def is_shortened(post: Post) -> bool:
    """Return whether the text of a feed ends as an excerpt, or with a link to the post's page."""
    if _SHORTENED.search(post.content):
        return True
    link = rf"<a\b[^<>]{{0,500}}\bhref=[\"']{re.escape(escape(post.url))}[\"'#]"
    return bool(post.url) and bool(re.search(_ELLIPSIS + link, post.content))


def completed(post: Post, read: Mapping[str, Any], *, is_cut: bool = False) -> Post:
    """Return a post of a feed with the words of its own pages that the feed leaves out.

    Args:
        read: The values of its page; its content has all pages, with `NEXT_PAGE` between them.
        is_cut: Whether some of its pages could not be read.
    """
    content = read["content"]
    first, *others = content.split(NEXT_PAGE)
    if post.content and not read["is_locked"]:
        is_longer = is_shortened(post) and _length(first) > _length(post.content)
        if not (is_longer or others or is_cut):
            return post
        content = content if is_longer else NEXT_PAGE.join([post.content, *others])
    mark = {IS_CUT: True} if is_cut else {}
    return feed_post({**post.raw, **mark, EXTRACTED: {**read, "content": content}})


def _length(html: str) -> int:
    """Return the number of characters outside of tags."""
    return len(re.sub(r"<[^<>]*>|\s", "", html))


def is_post_page(read: Mapping[str, Any]) -> bool:
    """Return whether the values of a page are those of a post, and not of another page."""
    return read["type"] == "post" or (read["type"] is None and bool(read["published"]))


def page_post(raw: dict[str, Any]) -> Post:
    """Return a post that a sitemap names, as it was read from its page.

    Args:
        raw: "link" and "lastmod" of the sitemap; and what ``read_own_page`` returned, once its page
            was read.
    """
    read, url = raw.get(EXTRACTED) or {}, raw["link"]
    return Post(
        raw=raw,
        source=PAGE,
        post_id=read.get("id") or stand_in_id("", url),
        guid="",
        type="post",
        url=url,
        slug=_slug(url),
        status="publish",
        published=read.get("published"),
        modified=raw["lastmod"],
        modified_gmt=None,
        title=escape(read.get("title") or "", quote=False),
        excerpt="",
        content=read.get("content") or "",
        language=read.get("language"),
        protected=bool(read.get("is_locked")),
        names=_names(authors=read.get("authors") or []),
        picture=_picture(read),
    )


def _web_address(link: str) -> str:
    return link if link.startswith(("http://", "https://")) else ""


def _slug(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]


def _names(**given: list[str]) -> dict[str, list[str]]:
    """Return names, each once, without the empty ones."""
    return {key: list(dict.fromkeys(filter(None, names))) for key, names in given.items()}


def _picture(read: Mapping[str, Any]) -> Image | None:
    return Image(**read["image"]) if read.get("image") else None
