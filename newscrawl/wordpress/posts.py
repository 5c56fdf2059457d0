"""A post of the API as a value, with what imports, plugins and old releases make of it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

from w3lib.html import remove_tags

from newscrawl.exceptions import NewscrawlError
from newscrawl.items import Post
from newscrawl.wordpress.dates import utc, zone_of
from newscrawl.wordpress.endpoints import POST_FIELDS
from newscrawl.wordpress.identity import bounded
from newscrawl.wordpress.json_document import is_too_deep
from newscrawl.wordpress.page_hints import joined, language_tag
from newscrawl.wordpress.site import BUILT_IN_TAXONOMIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.wordpress.site import Site

MAX_ID: Final = 2**63 - 1
MAX_TEXT: Final = 10_000
"""Characters of a name, a word or a caption that are read."""
MAX_URL: Final = 4_000
"""Characters of an address: a longer one is taken for none, as it could not be asked for."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class PostError(NewscrawlError):
    """One post can't be used. Costs that post alone; the message says why."""


def row_id(row: Mapping[str, Any]) -> int | None:
    """Return the id of a row of any list of the API, or None where it has none.

    >>> row_id({"id": "137535"}), row_id({"ID": 8}), row_id({"id": True})
    (137535, 8, None)
    """
    return as_id(row.get("id", row.get("ID")))


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
    zone = zone_of(site.timezone, site.gmt_offset)
    return Post(
        raw=raw,
        post_id=post_id,
        guid=bounded(_UNSTORABLE.sub("", rendered(raw.get("guid")))),
        type=_word(raw, "type") or "post",
        url=_link(raw, site, post_id),
        slug=_word(raw, "slug"),
        status=_word(raw, "status") or "publish",
        published=utc(raw.get("date_gmt")) or utc(raw.get("date"), zone),
        modified=utc(raw.get("modified_gmt")) or utc(raw.get("modified"), zone),
        modified_gmt=_word(raw, "modified_gmt") or None,
        title=row_text(raw, "title"),
        excerpt=row_text(raw, "excerpt"),
        content=row_text(raw, "content"),
        authors=as_ids(raw.get("author")),
        image=as_id(raw.get("featured_media", raw.get("featured_image"))),
        protected=_is_protected(raw),
        language=_language(raw),
        **_terms(raw, site),
    )


def rendered(value: Any) -> str:
    """Return the text of a field: ``{"rendered": ...}``, ``{"raw": ...}``, or a plain string.

    >>> rendered({"rendered": "A"}), rendered({"raw": "B"}), rendered("C"), rendered(False)
    ('A', 'B', 'C', '')
    """
    if isinstance(value, dict):
        value = value["rendered"] if isinstance(value.get("rendered"), str) else value.get("raw")
    return value if isinstance(value, str) else ""


def as_id(value: Any) -> int | None:
    """Return an id, also where a plugin made a string of it; None for 0, which means none."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID:
        return value
    return None


def as_ids(value: Any) -> list[int]:
    """Return ids, each once: of a number, an object with an id, or a list or object of these."""
    if isinstance(value, dict) and row_id(value) is None:
        value = list(value.values())
    values = value if isinstance(value, list) else [value]
    ids = (row_id(v) if isinstance(v, dict) else as_id(v) for v in values)
    return list(dict.fromkeys(found for found in ids if found is not None))


def _word(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return _UNSTORABLE.sub("", value[:MAX_TEXT]) if isinstance(value, str) else ""


def row_text(raw: Mapping[str, Any], key: str) -> str:
    """Return HTML without the control characters that imports leave, which no XML may hold."""
    return _CONTROLS.sub("", rendered(raw.get(key)))


def plain(value: Any) -> str | None:
    """Return a name or caption as text on one line, without tags; None where nothing is left.

    >>> plain({"rendered": "<p>Arts &amp; Culture</p>"})
    'Arts & Culture'
    """
    text = html.unescape(remove_tags(rendered(value)[:MAX_TEXT]))
    return " ".join(_CONTROLS.sub("", text).split()) or None


def absolute(value: Any, site: Site) -> str | None:
    """Return a web address of a site's own, absolute; None for what is none."""
    given = rendered(value).strip()
    link = joined(site.home.rstrip("/") + "/", given) if given else ""
    is_usable = link.startswith(("http://", "https://")) and len(link) <= MAX_URL
    return link if is_usable else None


def _link(raw: Mapping[str, Any], site: Site, post_id: int) -> str:
    """Return the post's own URL; the one that always works where it gives none."""
    given = absolute(_word(raw, "link") or _word(raw, "URL"), site)
    return given or f"{site.home.rstrip('/')}/?p={post_id}"


def _is_protected(raw: Mapping[str, Any]) -> bool:
    """Tell whether a password hides the text. WordPress.com's older API says "password"."""
    parts = (raw.get("content"), raw.get("excerpt"))
    if any(isinstance(part, dict) and part.get("protected") is True for part in parts):
        return True
    return bool(_word(raw, "password"))


def _language(raw: Mapping[str, Any]) -> str | None:
    """Return the post's own language, where a plugin for several languages tells it."""
    translation = raw.get("translation")
    own = translation.get("language") if isinstance(translation, dict) else None
    said = (raw.get("lang"), raw.get("wpml_current_locale"), own, raw.get("locale"))
    return next((tag for s in said if isinstance(s, str) and (tag := language_tag(s))), None)


def _terms(raw: Mapping[str, Any], site: Site) -> dict[str, Any]:
    """Return the fields of a post that hold ids of terms."""
    older = raw.get("terms")
    by_slug = older if isinstance(older, dict) else {}
    ids = {
        taxonomy.slug: as_ids(raw.get(taxonomy.rest_base, by_slug.get(taxonomy.slug)))
        for taxonomy in site.taxonomies
        if taxonomy.rest_base not in POST_FIELDS
    }
    others = {slug: of for slug, of in ids.items() if of and slug not in BUILT_IN_TAXONOMIES}
    return {
        "categories": ids.get("category", []),
        "tags": ids.get("post_tag", []),
        "terms": others,
    }
