"""Decode a post of the API, also if imports, plugins or old releases changed its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from newscrawl.exceptions import NewscrawlError
from newscrawl.items import Post
from newscrawl.wordpress.bylines import author_ids, byline_key, bylines_of
from newscrawl.wordpress.dates import utc, zone_of
from newscrawl.wordpress.endpoints import POST_FIELDS
from newscrawl.wordpress.fields import (
    UNSTORABLE,
    as_ids,
    image_id,
    rendered,
    row_id,
    row_text,
    word,
)
from newscrawl.wordpress.identity import bounded
from newscrawl.wordpress.json_document import is_too_deep
from newscrawl.wordpress.page_hints import language_tag
from newscrawl.wordpress.post_url import own_url
from newscrawl.wordpress.site import BUILT_IN_TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.wordpress.site import Site


_AUTHORS: Final = ("coauthors", "ppma_author")
"""Fields with terms that stand for authors. Plugins add them to a post while it is shown."""
MAX_TERMS: Final = 2_000
"""Terms of all taxonomies that one post may have; further ones are left out."""


class PostError(NewscrawlError):
    """One post can't be used. Costs only that post; the message gives the reason."""


def decode_post(raw: Any, site: Site) -> Post:
    """Return a post of the API as a value; only its id must be there.

    Posts of WordPress.com's older API (``ID``, ``URL``, terms by name) are read too.

    Raises:
        PostError: If it has no id, is no object, or is nested so deep that it can't be kept.
    """
    if not isinstance(raw, dict):
        raise PostError(f"not an object but {type(raw).__name__}")
    post_id = row_id(raw)
    if post_id is None:
        raise PostError("a post without an id")
    if is_too_deep(raw):
        raise PostError(f"post {post_id} is nested too deep")
    bylines = bylines_of(raw, site)
    is_named = bool(bylines) and not site.has_translation_pages
    key = None if is_named else byline_key(raw, post_id, site)
    zone = zone_of(site.timezone, site.gmt_offset)
    url = own_url(raw, site, post_id)
    return Post(
        raw=raw,
        post_id=post_id,
        guid=bounded(UNSTORABLE.sub("", rendered(raw.get("guid")))),
        type=word(raw, "type") or "post",
        url=url,
        slug=word(raw, "slug"),
        status=word(raw, "status") or "publish",
        published=utc(raw.get("date_gmt")) or utc(raw.get("date"), zone),
        modified=utc(raw.get("modified_gmt")) or utc(raw.get("modified"), zone),
        modified_gmt=word(raw, "modified_gmt") or None,
        title=row_text(raw, "title"),
        excerpt=row_text(raw, "excerpt"),
        content=row_text(raw, "content"),
        authors=author_ids(raw),
        bylines=bylines,
        byline_key=key,
        image=image_id(raw),
        protected=_is_protected(raw),
        language=_language(raw) or site.language_of(url),
        **_terms(raw, site),
    )


def _is_protected(raw: Mapping[str, Any]) -> bool:
    """Return whether a password hides the text. WordPress.com's older API has "password"."""
    parts = (raw.get("content"), raw.get("excerpt"))
    if any(isinstance(part, dict) and part.get("protected") is True for part in parts):
        return True
    return bool(word(raw, "password"))


def _language(raw: Mapping[str, Any]) -> str | None:
    """Return the post's own language, if a plugin for several languages gives it."""
    translation = raw.get("translation")
    own = translation.get("language") if isinstance(translation, dict) else None
    meta = raw.get("meta")
    stored = meta.get("_locale") if isinstance(meta, dict) else None  # Bogo
    said = (raw.get("lang"), raw.get("wpml_current_locale"), own, raw.get("locale"), stored)
    return next((tag for s in said if isinstance(s, str) and (tag := language_tag(s))), None)


def _terms(raw: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return the fields of a post that hold ids of terms."""
    older = raw.get("terms")
    by_slug = older if isinstance(older, dict) else {}
    ids: dict[str, list[int]] = {}
    left = MAX_TERMS
    for taxonomy in site.taxonomies:
        value = raw.get(taxonomy.rest_base, by_slug.get(taxonomy.slug))
        is_term = taxonomy.rest_base not in (*POST_FIELDS, *_AUTHORS)
        if value and left and is_term:
            ids[taxonomy.slug] = as_ids(value)[:left]
            left -= len(ids[taxonomy.slug])
    others = {slug: of for slug, of in ids.items() if of and slug not in BUILT_IN_TAXONOMIES}
    return {
        "categories": ids.get("category", []),
        "tags": ids.get("post_tag", []),
        "terms": others,
    }
