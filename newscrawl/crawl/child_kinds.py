"""The types of children of posts, and how a row of each is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive.children import Extra
from newscrawl.markup import normalize
from newscrawl.records.child_record import COMMENTS, MEDIA, comment_fields, media_fields
from newscrawl.wordpress.comments import COMMENT, COMMENT_FIELDS, decode_comment
from newscrawl.wordpress.identity import raw_hash
from newscrawl.wordpress.media import ATTACHMENT, MEDIA_FIELDS, decode_media

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from newscrawl.crawl.context import Session
    from newscrawl.wordpress.site import PostType


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Comments, or media.

    Attributes:
        name: "comments" or "media".
        listed: As a post type, for a walk.
        fields: The fields to request.
        order: The order whose first rows are new, or for media also changed.
        of_posts: The parameter that limits a list to those on some posts.
        read: Decodes a row.
    """

    name: str
    listed: PostType
    fields: str
    order: str
    of_posts: str
    read: Callable[[Session, dict[str, Any]], Awaitable[Extra]]


async def _read_comment(session: Session, row: dict[str, Any]) -> Extra:
    comment = decode_comment(row, session.found)
    url = comment.url or session.found.home
    body = await session.workers.run(normalize, comment.html, url)
    return Extra(
        extra_id=comment.id,
        post_id=comment.post_id,
        raw_hash=raw_hash(row),
        fields=comment_fields(comment, body),
    )


async def _read_media(session: Session, row: dict[str, Any]) -> Extra:
    media = decode_media(row, session.found)
    return Extra(
        extra_id=media.id,
        post_id=media.post_id,
        raw_hash=raw_hash(row),
        fields=media_fields(media),
    )


KINDS: Final = (
    Kind(
        name=COMMENTS,
        listed=COMMENT,
        fields=COMMENT_FIELDS,
        order="id",
        of_posts="post",
        read=_read_comment,
    ),
    Kind(
        name=MEDIA,
        listed=ATTACHMENT,
        fields=MEDIA_FIELDS,
        order="modified",
        of_posts="parent",
        read=_read_media,
    ),
)
"""The types of ``-a comments=1`` and ``-a media=1``."""
