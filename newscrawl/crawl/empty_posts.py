"""Name the posts without words, and the field that may hold their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.wordpress.endpoints import post_url
from newscrawl.wordpress.field_body import fields_with_prose
from newscrawl.wordpress.responses import Decoded, decode

if TYPE_CHECKING:
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.net.response import Fetch


async def note_empty_posts(context: CrawlContext, fetch: Fetch | None) -> None:
    """Add a note about the posts of this run that have no words, if there are any.

    Requests: 1 for one of them with all of its fields; none without such posts.

    Args:
        fetch: None if the posts do not come from the API.
    """
    tally = context.tally
    if not tally.empty or not tally.empty_post:
        return
    slug, post_id = tally.empty_post
    fields = await _fields_of(context, fetch, slug, post_id) if fetch else []
    note = f"Posts without words: {tally.empty}, such as post {post_id}"
    if fields:
        names = ", ".join(fields)
        note += f". Its words may be in the field {names}: set NEWSCRAWL_FIELDS={fields[0]}"
    tally.notes.append(note)


async def _fields_of(context: CrawlContext, fetch: Fetch, slug: str, post_id: int) -> list[str]:
    post_type = context.site.type(slug)
    if post_type is None:
        return []
    answer = decode(await fetch(post_url(context.site, post_type, post_id)))
    if not isinstance(answer, Decoded) or not isinstance(answer.value, dict):
        return []
    return fields_with_prose(answer.value)
