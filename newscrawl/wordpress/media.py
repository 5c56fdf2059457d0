"""Images and files of a site: addresses, sizes, captions and credits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.dates import utc, zone_of
from newscrawl.wordpress.fields import absolute, as_id, plain, row_id
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.site import PostType

if TYPE_CHECKING:
    from newscrawl.wordpress.site import Site

ATTACHMENT: Final = PostType(slug="attachment", rest_base="media", name="Media")
"""What to give to a walk or a comparison for all media of a site."""
MEDIA_FIELDS: Final = (
    "id,post,date,date_gmt,modified,modified_gmt,source_url,mime_type,title,alt_text,caption,"
    "media_details"
)
MAX_PIXELS: Final = 1_000_000
"""Above it a width or height is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One image or file; absent values are None.

    Attributes:
        post_id: The post that it was uploaded to.
        width, height: Pixels, of the image as uploaded.
        credit: From the camera's or agency's data in the file.
        sizes: ``{name: {url, width, height}}`` of the smaller copies.
    """

    id: int
    post_id: int | None
    url: str | None
    mime_type: str | None
    title: str | None
    alt: str | None
    caption: str | None
    credit: str | None
    width: int | None
    height: int | None
    published: str | None
    modified: str | None
    sizes: dict[str, dict[str, Any]] = field(default_factory=dict)


def decode_media(raw: dict[str, Any], site: Site) -> Media:
    """Return an attachment of the API as a value.

    Raises:
        PostError: If it has no id.
    """
    media_id = row_id(raw)
    if media_id is None:
        raise PostError("an attachment without an id")
    details = _object(raw, "media_details")
    camera = _object(details, "image_meta")
    zone = zone_of(site.timezone, site.gmt_offset)
    return Media(
        id=media_id,
        post_id=as_id(raw.get("post")),
        url=absolute(raw.get("source_url"), site),
        mime_type=plain(raw.get("mime_type")),
        title=plain(raw.get("title")),
        alt=plain(raw.get("alt_text")),
        caption=plain(raw.get("caption")),
        credit=plain(camera.get("credit")) or plain(camera.get("copyright")),
        width=pixels(details.get("width")),
        height=pixels(details.get("height")),
        published=utc(raw.get("date_gmt")) or utc(raw.get("date"), zone),
        modified=utc(raw.get("modified_gmt")) or utc(raw.get("modified"), zone),
        sizes={
            name: {
                "url": absolute(size.get("source_url"), site),
                "width": pixels(size.get("width")),
                "height": pixels(size.get("height")),
            }
            for name, size in _object(details, "sizes").items()
            if isinstance(size, dict)
        },
    )


def pixels(value: Any) -> int | None:
    """Return a width or height, also from a string; None for an impossible value.

    >>> pixels("800"), pixels(0), pixels(True)
    (800, None, None)
    """
    number = as_id(value)
    return number if number is not None and number < MAX_PIXELS else None


def _object(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object of a row; an empty one arrives from PHP as a list."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}
