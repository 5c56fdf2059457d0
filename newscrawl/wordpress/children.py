"""The children of posts, decoded: comments, and images and files.

Both are values of one type, whose fields are those of their line in the output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from newscrawl.wordpress.dates import utc, zone_of
from newscrawl.wordpress.fields import absolute, as_id, plain, row_id, row_text
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.site import PostType

if TYPE_CHECKING:
    from newscrawl.wordpress.site import Site

COMMENT: Final = PostType(slug="comment", rest_base="comments", name="Comments")
ATTACHMENT: Final = PostType(slug="attachment", rest_base="media", name="Media")
"""Comments and media as post types, for a walk or a comparison."""

MAX_PIXELS: Final = 1_000_000
"""A larger width or height is a mistake."""


MAX_SIZES: Final = 100
MAX_SIZE_NAME: Final = 200
"""Smaller copies of an image, and characters of their names: themes add a few dozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One comment, image or file.

    Attributes:
        post_id: Its post; None if it has no post.
        fields: The fields of its line; absent values are None.
        html: The text of a comment, not normalized yet; None for media.
    """

    id: int
    post_id: int | None
    fields: dict[str, Any]
    html: str | None = None


Decode: TypeAlias = Callable[[dict[str, Any], "Site"], Child]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildType:
    """Comments, or media.

    Attributes:
        name: "comments" or "media".
        post_type: As a post type, for a walk.
        api_fields: The fields to request, comma-separated.
        order: The order whose first rows are new, or for media also changed.
        posts_parameter: The query parameter that limits a list to some posts.
        decode: Decodes a row; raises PostError if it has no id.
    """

    name: str
    post_type: PostType
    api_fields: str
    order: str
    posts_parameter: str
    decode: Decode


def decode_comment(raw: dict[str, Any], site: Site) -> Child:
    """Return a comment of the API as a value."""
    return Child(
        id=_id(raw),
        post_id=as_id(raw.get("post")),
        fields={
            "parent": as_id(raw.get("parent")),
            "author_name": plain(raw.get("author_name")),
            "published": _dates(raw, site)["published"],
            "url": absolute(raw.get("link"), site),
        },
        html=row_text(raw, "content"),
    )


def decode_media(raw: dict[str, Any], site: Site) -> Child:
    """Return an image or file of the API as a value."""
    details = _object(raw, "media_details")
    camera = _object(details, "image_meta")
    return Child(
        id=_id(raw),
        post_id=as_id(raw.get("post")),
        fields={
            "url": absolute(raw.get("source_url"), site),
            "mime_type": plain(raw.get("mime_type")),
            "title": plain(raw.get("title")),
            "alt": plain(raw.get("alt_text")),
            "caption": plain(raw.get("caption")),
            "credit": plain(camera.get("credit")) or plain(camera.get("copyright")),
            "width": pixels(details.get("width")),
            "height": pixels(details.get("height")),
            **_dates(raw, site),
            "sizes": _sizes(_object(details, "sizes"), site),
        },
    )


COMMENTS: Final = ChildType(
    name="comments",
    post_type=COMMENT,
    # Neither the address nor the e-mail of a writer: no record needs them.
    api_fields="id,post,parent,author_name,date,date_gmt,content,link,status",
    order="id",
    posts_parameter="post",
    decode=decode_comment,
)
MEDIA: Final = ChildType(
    name="media",
    post_type=ATTACHMENT,
    api_fields=(
        "id,post,date,date_gmt,modified,modified_gmt,source_url,mime_type,title,alt_text,caption,"
        "media_details"
    ),
    order="modified",
    posts_parameter="parent",
    decode=decode_media,
)
CHILD_TYPES: Final = (COMMENTS, MEDIA)
"""The types of ``-a comments=1`` and ``-a media=1``."""


def pixels(value: Any) -> int | None:
    """Return a width or height, also if it is a string; None if it can't be one.

    >>> pixels("800"), pixels(0), pixels(True)
    (800, None, None)
    """
    number = as_id(value)
    return number if number is not None and number < MAX_PIXELS else None


def _id(raw: dict[str, Any]) -> int:
    found = row_id(raw)
    if found is None:
        raise PostError("a comment or attachment without an id")
    return found


def _dates(raw: dict[str, Any], site: Site) -> dict[str, str | None]:
    zone = zone_of(site.timezone, site.gmt_offset)
    return {
        "published": utc(raw.get("date_gmt")) or utc(raw.get("date"), zone),
        "modified": utc(raw.get("modified_gmt")) or utc(raw.get("modified"), zone),
    }


def _sizes(sizes: dict[str, Any], site: Site) -> dict[str, dict[str, Any]]:
    """Return the smaller copies of an image: ``{name: {url, width, height}}``."""
    return {
        name: {
            "url": absolute(size.get("source_url"), site),
            "width": pixels(size.get("width")),
            "height": pixels(size.get("height")),
        }
        for name, size in islice(sizes.items(), MAX_SIZES)
        if isinstance(size, dict) and len(name) <= MAX_SIZE_NAME
    }


def _object(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object of a row; an empty one arrives from PHP as a list."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
