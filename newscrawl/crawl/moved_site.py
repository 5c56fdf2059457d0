"""A site that has moved to another host or folder keeps its key, and so its posts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from newscrawl.archive import sites, sync_state
from newscrawl.wordpress.dates import utc
from newscrawl.wordpress.endpoints import include, posts_url
from newscrawl.wordpress.fields import row_id, word
from newscrawl.wordpress.responses import Refusal, fetch_decoded, objects
from newscrawl.wordpress.site import POST, site_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive
    from newscrawl.archive.sync_state import NamedPost
    from newscrawl.net.response import Fetch
    from newscrawl.wordpress.site import Site

logger = logging.getLogger(__name__)

SAMPLE: Final = 20
"""Archived posts that are compared with those of the new address."""


async def key_before_move(
    archive: Archive, asked: str, site: Site, fetch: Fetch
) -> tuple[str, bool]:
    """Return the key of a site in the archive, and whether the site has moved since its last run.

    The URL of the last run must lead to a site that says it lives elsewhere, and half of the
    newest archived posts must be there, with their ids, slugs and dates. 1 request if the URL
    leads elsewhere, else none.
    """
    if not site.was_open or site_key(site.home, [site.home], "") != site.key:
        return site.key, False  # a copy, or one language of a site
    before = await archive.look(sites.before_move, asked, site.key, site.v2)
    if before is None:
        return site.key, False
    if before.has_same_api:
        return before.key, False
    sample = await archive.look(sync_state.newest_posts, before.id, SAMPLE)
    if not await _are_there(site, sample, fetch):
        return site.key, False
    logger.info("%s has moved to %s: it keeps its place in the archive", before.key, site.home)
    return before.key, True


async def _are_there(site: Site, sample: Sequence[NamedPost], fetch: Fetch) -> bool:
    """Return whether at least half of the posts are posts of the site. 1 request."""
    if not sample:
        return False
    ids = include([post.post_id for post in sample])
    fields = "id,slug,date_gmt"
    url = posts_url(site, POST, include=ids, per_page=SAMPLE, _fields=fields)
    _, decoded = await fetch_decoded(fetch, url)
    rows = objects(decoded)
    if isinstance(rows, Refusal):
        return False
    there = {row_id(row): (word(row, "slug"), utc(row.get("date_gmt"))) for row in rows}
    same = sum(there.get(post.post_id) == (post.slug, post.published) for post in sample)
    return 2 * same >= len(sample)
