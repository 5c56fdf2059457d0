"""What makes two posts the same one, and what makes a change one that a reader notices."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.outcomes import FETCHED, PENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.items import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An archived post, as far as its identity goes; *row* is its place in the archive.

    *double_of* is the id of the post that it repeats, under the same guid.
    """

    row: int
    guid: str
    post_id: int
    slug: str
    published: str | None
    digest: bytes | None
    double_of: int | None = None


def same_post(
    post: Post, *, by_id: Known | None, by_guid: Known | None, gone: frozenset[int]
) -> Known | None:
    """Return the archived post that *post* is, or None where it is a new one.

    Args:
        post: As the site gave it now.
        by_id: The archived post with its id.
        by_guid: Another archived post with its guid; None where the guid is empty.
        gone: Ids that the site was asked for and no longer has.
    """
    if by_id is not None:
        return by_id if _agrees(by_id, post) else None
    if by_guid is not None and by_guid.post_id in gone:
        return by_guid  # moved: the same guid under a new id
    return None  # one guid on two posts names neither


def is_double(post: Post, by_guid: Known | None) -> bool:
    """Tell whether the site lists one post under two ids: the same guid with the same words."""
    return (
        by_guid is not None and by_guid.post_id != post.post_id and by_guid.digest == digest(post)
    )


def digest(post: Post) -> bytes:
    """Return the digest of a post's words, as the site gave them."""
    return sha256(f"{post.title}\0{post.content}".encode()).digest()[:16]


def _agrees(known: Known, post: Post) -> bool:
    """Tell whether the post under a known id is still that post, not another one on its id."""
    return (
        not post.guid
        or not known.guid
        or known.guid == post.guid
        or known.slug == post.slug
        or (known.published is not None and known.published == post.published)
    )


def raw_hash(raw: Mapping[str, Any]) -> bytes:
    """Return the digest that tells whether a post came as it came before."""
    return sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).digest()[:16]


_IMAGE_QUERY: Final = re.compile(r"(!\[[^\]]*\]\([^)?\s]*)\?[^)\s]*")


def content_hash(line: Mapping[str, Any], image_id: int | None) -> str:
    """Return the digest of what a reader would notice of a record.

    Title, Markdown of post and article, URL, date of publication, and the ids of authors, terms and
    image; neither markup nor names of terms, nor the query strings of images, which carry versions.
    """
    article = line["article"] or {}
    noticed = [
        line["title"],
        _IMAGE_QUERY.sub(r"\1", line["markdown"] or ""),
        _IMAGE_QUERY.sub(r"\1", article.get("markdown") or ""),
        line["url"],
        line["published"],
        [[thing["id"] for thing in line[key] or []] for key in ("authors", "categories", "tags")],
        {name: [term["id"] for term in terms] for name, terms in (line["terms"] or {}).items()},
        image_id,
    ]
    return sha256(json.dumps(noticed, sort_keys=True).encode()).hexdigest()


_WORTH: Final = {PENDING: 0, FETCHED: 3, "excerpt_only": 2}


def is_better(outcome: str | None, than: str | None) -> bool:
    """Tell whether an article's outcome is worth a new record.

    >>> is_better("not_found", "pending"), is_better("timeout", "fetched")
    (True, False)
    """
    return _worth(outcome) > _worth(than)


def _worth(outcome: str | None) -> int:
    return -1 if outcome is None else _WORTH.get(outcome, 1)
