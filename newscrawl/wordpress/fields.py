"""Values of the fields of any row of the API: ids, words, texts and addresses."""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from w3lib.html import remove_tags

from newscrawl.wordpress.page_hints import joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.wordpress.site import Site

MAX_ID: Final = 2**63 - 1
MAX_EXACT: Final = 2.0**53
"""Larger numbers with a point are not exact."""
MAX_IDS: Final = 500
"""Terms of one taxonomy, or authors, that one post may have: each costs a part of a request."""
MAX_VALUES: Final = 5_000
"""Values of a list of ids that are looked at: those that are no ids take time, too."""
MAX_TEXT: Final = 10_000
"""Characters of a name, a word or a caption that are read."""
MAX_URL: Final = 4_000
"""Characters of an address: a longer one is ignored, as it could not be requested."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def row_id(row: Mapping[str, Any]) -> int | None:
    """Return the id of a row of any list of the API, or None.

    >>> row_id({"id": "137535"}), row_id({"ID": 8}), row_id({"id": True})
    (137535, 8, None)
    """
    return as_id(row.get("id", row.get("ID")))


def image_id(row: Mapping[str, Any]) -> int | None:
    """Return the id of a post's featured image; older versions name the field otherwise."""
    return as_id(row.get("featured_media", row.get("featured_image")))


def rendered(value: Any) -> str:
    """Return the text of a field: ``{"rendered": ...}``, ``{"raw": ...}``, or a plain string.

    >>> rendered({"rendered": "A"}), rendered({"raw": "B"}), rendered("C"), rendered(False)
    ('A', 'B', 'C', '')
    """
    if isinstance(value, dict):
        value = value["rendered"] if isinstance(value.get("rendered"), str) else value.get("raw")
    return value if isinstance(value, str) else ""


def as_id(value: Any) -> int | None:
    """Return an id, also if a plugin made a string or 12.0 of it; None for 0: it means no id."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer() and value <= MAX_EXACT:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_ID:
        return value
    return None


def as_ids(value: Any) -> list[int]:
    """Return ids, each once: of a number, an object with an id, or a list or object of these.

    Of more than `MAX_IDS`, the first are returned.
    """
    if isinstance(value, dict) and row_id(value) is None:
        value = list(islice(value.values(), MAX_VALUES))
    values = value[:MAX_VALUES] if isinstance(value, list) else [value]
    ids = (row_id(v) if isinstance(v, dict) else as_id(v) for v in values)
    return list(dict.fromkeys(found for found in ids if found is not None))[:MAX_IDS]


def word(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return UNSTORABLE.sub("", value[:MAX_TEXT]) if isinstance(value, str) else ""


def row_text(raw: Mapping[str, Any], key: str) -> str:
    """Return HTML without the control characters that imports leave, which no XML may hold."""
    return _CONTROLS.sub("", rendered(raw.get(key)))


def plain(value: Any) -> str | None:
    """Return a name or caption as text on one line, without tags; None if nothing is left.

    >>> plain({"rendered": "<p>Arts &amp; Culture</p>"})
    'Arts & Culture'
    """
    text = html.unescape(remove_tags(rendered(value)[:MAX_TEXT]))
    return " ".join(_CONTROLS.sub("", text).split()) or None


def absolute(value: Any, site: Site) -> str | None:
    """Return a web address of a site's own, absolute, or None."""
    given = _CONTROLS.sub("", rendered(value)).strip()
    link = joined(site.home.rstrip("/") + "/", given) if given else ""
    is_usable = link.startswith(("http://", "https://")) and len(link) <= MAX_URL
    return link if is_usable else None
