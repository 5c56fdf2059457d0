"""A post's own address, and the page of another site that its readers are sent to instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from newscrawl.urls.same_site import is_same_site
from newscrawl.wordpress.fields import absolute, rendered, row_id, word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.wordpress.site import Site


def own_url(raw: Mapping[str, Any], site: Site, post_id: int) -> str:
    """Return the post's own URL; the one that always works if it gives none.

    Page Links To puts the address of another page in its place. The post then keeps its guid's
    address, if that is the site's.
    """
    given = absolute(decoded_link(word(raw, "link") or word(raw, "URL")), site)
    by_id = f"{site.home.rstrip('/')}/?p={post_id}"
    if given and elsewhere(raw, site.home):
        guid = absolute(rendered(raw.get("guid")), site)
        return guid if guid and is_same_site(guid, site.home) else by_id
    return given or by_id


def elsewhere(raw: Mapping[str, Any], home: str) -> str:
    """Return the page that a post's link leads to instead of the post, or "".

    A link to another host is the post's own if it has the post's slug or id: the pages of some
    sites are on another host than their API.
    """
    link = decoded_link(word(raw, "link"))
    slug = unquote(word(raw, "slug")).lower()
    meta = raw.get("meta")
    target = meta.get("_links_to") if isinstance(meta, dict) else None
    if isinstance(target, str) and target and decoded_link(target) == link:
        return link
    if not slug or not link.startswith(("http://", "https://")) or is_same_site(link, home):
        return ""
    parts = re.split(r"[/?&=#.]", unquote(link.partition("//")[2]).lower())
    return "" if slug in parts or str(row_id(raw)) in parts else link


def decoded_link(link: str) -> str:
    """Return a link without the references that WordPress's filters leave in it.

    >>> decoded_link("https://a.org/?b=1&#038;c=2")
    'https://a.org/?b=1&c=2'
    """
    return re.sub(r"&(?:#0?38|#x26|amp);", "&", link)
