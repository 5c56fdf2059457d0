"""Decide whether two posts are the same one, and whether a reader would notice a change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.items import API, EXTRACTED, FEED, PAGE
from newscrawl.urls.canonical import canonical_url
from newscrawl.urls.spelling import spelling_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawl.items import Post

MAX_PLACE: Final = 4_000
"""Characters of a URL that is made canonical; a longer one could not be requested."""
MAX_KEY: Final = 2_000
"""Bytes of the keys of posts and articles: PostgreSQL's indexes take some 2,700."""

_RANKS: Final = {API: 2, FEED: 1, PAGE: 0}
"""Sources by how much they know of a post: a poorer one never replaces a better one."""


def bounded(text: str) -> str:
    """Return a text that is not longer than `MAX_KEY`: the end of a longer one is its digest.

    >>> bounded("https://example.org/?p=1")
    'https://example.org/?p=1'
    >>> bounded("x" * 5000) == bounded("x" * 5000) != bounded("x" * 5001)
    True
    """
    encoded = text.encode()
    if len(encoded) <= MAX_KEY:
        return text
    digest_part = f"#{sha256(encoded).hexdigest()}"
    return encoded[: MAX_KEY - len(digest_part)].decode(errors="ignore") + digest_part


def stand_in_id(guid: str, url: str) -> int:
    """Return a replacement, below zero, for the id of a post whose source does not give it.

    >>> stand_in_id("", "https://example.org/a/") == stand_in_id("", "https://example.org/a/") < 0
    True
    """
    return -1 - (int.from_bytes(sha256(f"{guid}\0{url}".encode()).digest()[:8]) >> 2)


def place_of(post: Post) -> str:
    """Return a post's URL without trackers, which identifies a post without an id."""
    return _place(post.url) if len(post.url) <= MAX_PLACE else bounded(post.url)


@lru_cache(maxsize=256)
def _place(url: str) -> str:
    """Return the place of a URL; cached, as each post needs it several times."""
    return bounded(canonical_url(url)) if url else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPost:
    """An archived post, as far as its identity goes; *row* is its place in the archive.

    *double_of* is the id of the post that it repeats, under the same guid; *seen* is true if this
    run has found it already.
    """

    row: int
    guid: str
    post_id: int
    slug: str
    published: str | None
    digest: bytes | None
    double_of: int | None = None
    place: str = ""
    source: str = API
    raw_hash: bytes | None = None
    deleted: bool = False
    seen: bool = False


def same_post(
    post: Post,
    *,
    same_id: Sequence[KnownPost],
    same_guid: Sequence[KnownPost],
    gone: frozenset[int],
) -> KnownPost | None:
    """Return the archived post that *post* is, or None if it is a new one.

    Args:
        post: As the site gave it now.
        same_id: The archived posts with its id, the living first; several if another post took
            the id of a deleted one.
        same_guid: The other archived posts with its guid; empty if the guid is empty.
        gone: Ids that the site no longer has; each was requested.
    """
    if same_id:
        agreeing = [known for known in same_id if _agrees(known, post)]
        return max(agreeing, key=lambda known: _is_same(known.guid, post.guid), default=None)
    if len(same_guid) == 1 and same_guid[0].post_id in gone:
        return same_guid[0]  # moved: the same guid under a new id
    return None  # one guid on two posts names neither


def same_elsewhere(post: Post, known: Sequence[KnownPost]) -> KnownPost | None:
    """Return the archived post that *post* is, if one of the two came without the API's id.

    A place identifies it, unless guids and dates show that another post is there now; so does a
    guid if slug or date agree. Only a guid suffices if no other post has it: it outlives every
    edit.
    """
    others = [k for k in known if k.post_id < 0 or post.post_id < 0]
    best = max(others, key=lambda k: _agreement(k, post), default=None)
    if best is None or _agreement(best, post):
        return best
    alike = [k for k in others if post.guid and _is_same(k.guid, post.guid) and not k.seen]
    # Of two that both lack an id, each has its own place in the same list: they are two posts.
    is_one = len(alike) == 1 and (alike[0].post_id < 0) != (post.post_id < 0)
    return alike[0] if is_one else None


def _agreement(known: KnownPost, post: Post) -> int:
    """Return how strong the evidence is that both are one post; 0 without certain evidence."""
    has_guid = bool(post.guid) and _is_same(known.guid, post.guid)
    is_dated = known.published is not None and known.published == post.published
    if known.place and _is_same(known.place, place_of(post)):
        if has_guid:
            return 3
        return 2 if is_dated or not post.guid or not known.guid else 0
    # One that this run has found at its own place is another post with the same guid.
    return 1 if has_guid and not known.seen and (is_dated or known.slug == post.slug) else 0


def is_familiar(post: Post, known: KnownPost) -> bool:
    """Return whether a post came as it came before, or is known from a better source."""
    rank, before = _RANKS[post.source], _RANKS[known.source]
    if known.deleted or rank > before:
        return False
    return rank < before or known.raw_hash == raw_hash(post.raw)


def is_double(post: Post, by_guid: KnownPost) -> bool:
    """Return whether the site lists one post, of the same guid, under two ids.

    It has the same words, and the same slug or date: the same words may come again in another post.
    """
    is_alike = by_guid.slug == post.slug or by_guid.published == post.published
    return by_guid.post_id != post.post_id and is_alike and by_guid.digest == digest(post)


def digest(post: Post) -> bytes:
    """Return the digest of a post's words, as the site gave them."""
    return sha256(f"{post.title}\0{post.content}".encode()).digest()[:16]


def _is_same(address: str, other: str) -> bool:
    """Return whether two guids or places are one, however scheme and host are written."""
    return address == other or spelling_key(address) == spelling_key(other)


def _agrees(known: KnownPost, post: Post) -> bool:
    """Return whether the post under a known id is still that post, not another one on its id."""
    return (
        not post.guid
        or not known.guid
        or _is_same(known.guid, post.guid)
        or known.slug == post.slug
        or (known.published is not None and known.published == post.published)
    )


def raw_hash(raw: Mapping[str, Any]) -> bytes:
    """Return the digest of a post as it came, to recognize an unchanged one.

    Values from the page of a post without an id do not count: it is fetched only if the
    rest has changed.
    """
    if EXTRACTED in raw and "id" not in raw:
        raw = {name: value for name, value in raw.items() if name != EXTRACTED}
    return sha256(orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)).digest()[:16]
