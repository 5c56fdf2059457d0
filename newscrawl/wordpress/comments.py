"""Comments of a site: those that its API shows to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.dates import utc, zone_of
from newscrawl.wordpress.fields import absolute, as_id, plain, row_id, row_text
from newscrawl.wordpress.posts import PostError
from newscrawl.wordpress.site import PostType

if TYPE_CHECKING:
    from newscrawl.wordpress.site import Site

COMMENT: Final = PostType(slug="comment", rest_base="comments", name="Comments")
"""What to give to a walk for all comments of a site."""
COMMENT_FIELDS: Final = "id,post,parent,author_name,date,date_gmt,content,link,status"
"""Neither address nor e-mail: the API shows them to nobody, and nobody needs them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment.

    Attributes:
        post_id: The post that it is on; None if the API does not give it.
        parent: The comment that it answers; None for the first of a thread.
        author: The name that its writer gave.
        html: As the site shows it: not sanitised.
    """

    id: int
    post_id: int | None
    parent: int | None
    author: str | None
    published: str | None
    url: str | None
    html: str


def decode_comment(raw: dict[str, Any], site: Site) -> Comment:
    """Return a comment of the API as a value.

    Raises:
        PostError: If it has no id.
    """
    comment_id = row_id(raw)
    if comment_id is None:
        raise PostError("a comment without an id")
    zone = zone_of(site.timezone, site.gmt_offset)
    return Comment(
        id=comment_id,
        post_id=as_id(raw.get("post")),
        parent=as_id(raw.get("parent")),
        author=plain(raw.get("author_name")),
        published=utc(raw.get("date_gmt")) or utc(raw.get("date"), zone),
        url=absolute(raw.get("link"), site),
        html=row_text(raw, "content"),
    )
