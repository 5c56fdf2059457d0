"""Single requests: how many posts a site has, whether a post is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.wordpress.children import COMMENT
from newscrawl.wordpress.dates import utc
from newscrawl.wordpress.endpoints import posts_url, url
from newscrawl.wordpress.fields import as_id, row_id
from newscrawl.wordpress.responses import Refusal, decode, fetch_decoded, objects, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import PostType, Site

GONE_CODES: Final = {
    "rest_post_invalid_id": "gone",
    "rest_comment_invalid_id": "gone",
    "rest_forbidden": "private",
}
"""Certain answers of a post's own address. Never "rest_cannot_access": a site closed to us."""
COMMENT_GONE_CODES: Final = {"rest_cannot_read": "private", "rest_cannot_read_post": "private"}
"""The same for comments only: it is not approved any more, or its post is not public."""


async def count(site: Site, post_type: PostType, fetch: Fetch) -> int | None:
    """Return how many posts of a type a site counts; None without a count. 1 request."""
    answer = await fetch(posts_url(site, post_type, per_page=1, _fields="id"))
    return None if isinstance(decode(answer), Refusal) else total(answer)


async def count_in_category(site: Site, post_type: PostType, fetch: Fetch) -> int:
    """Return how many posts the largest category has; 0 without an answer. 1 request.

    Also 0 if another type shares the categories: its posts are counted in the same number.
    """
    sharing = [each.slug for each in site.types if "category" in each.taxonomies]
    if sharing != [post_type.slug]:
        return 0
    largest = url(site, "categories", orderby="count", order="desc", per_page=1, _fields="id,count")
    _, decoded = await fetch_decoded(fetch, largest)
    rows = objects(decoded)
    counts = [] if isinstance(rows, Refusal) else [as_id(row.get("count")) or 0 for row in rows]
    return max(counts, default=0)


async def unwalked(site: Site, walked: Iterable[str], fetch: Fetch) -> dict[str, int]:
    """Return the public types with posts that were not walked, with counts: 1 request for each.

    Args:
        walked: Slugs of the types that were.
    """
    counts = {}
    for post_type in site.types:
        if post_type.is_content and post_type.slug not in set(walked):
            found = await count(site, post_type, fetch)
            if found:
                counts[post_type.slug] = found
    return counts


def is_since(row: Mapping[str, Any], since: str) -> bool:
    """Return whether a post was published or changed since: an old site answers with all."""
    times = [utc(row.get(f"{key}_gmt")) or utc(row.get(key)) for key in ("date", "modified")]
    return any(time >= since for time in times if time)


async def confirm_gone(site: Site, post_type: PostType, post_id: int, fetch: Fetch) -> str:
    """Return the state of a post by its own address: "gone", "private", "alive" or "unknown".

    A post in the bin answers as a private one does. Everything that is not certain is "unknown".
    """
    route = f"{post_type.rest_base}/{post_id}"
    own_url = url(site, route, namespace=post_type.namespace, _fields="id,status")
    _, answer = await fetch_decoded(fetch, own_url)
    if isinstance(answer, Refusal):
        codes = GONE_CODES | (COMMENT_GONE_CODES if post_type == COMMENT else {})
        return codes.get(answer.code, "unknown")
    row = answer.value
    return "alive" if isinstance(row, dict) and row_id(row) == post_id else "unknown"


async def history_is_public(
    site: Site, post_type: PostType, post_id: int, fetch: Fetch
) -> bool | None:
    """Return whether the revisions of a post can be read by all; None if the answer is neither.

    WordPress usually answers 401, which is no fault. 1 request.
    """
    route = f"{post_type.rest_base}/{post_id}/revisions"
    asked = url(site, route, namespace=post_type.namespace, per_page=1, _fields="id")
    answer = decode(await fetch(asked))
    if isinstance(answer, Refusal):
        return False if answer.reason == "error" and answer.is_closed else None
    return isinstance(answer.value, list)
