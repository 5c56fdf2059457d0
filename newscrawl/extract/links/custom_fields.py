"""Find the full-article link in a post's custom fields, for example ``source_url`` of ACF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from newscrawl.extract.links.blocklist import never_because
from newscrawl.extract.links.target import (
    address,
    is_article_shaped,
    is_front_page,
    site_of,
    site_of_parts,
)
from newscrawl.items import Link

# The score of such a link: the site has made a field for it.
FIELD_SCORE = 0.9
# Levels of nested fields that are read.
MAX_DEPTH = 4
# Texts in fields that are read.
MAX_FIELDS = 500

# A field's name must have a word for the article and a word for an address, or be one of the
# whole names.
_OF_THE_ARTICLE = re.compile(
    r"source|origin(?:al)?|external|syndicat\w*|article|story|publisher|canonical|full_?(?:text|story)|"
    r"read_?more|press|news|media_?coverage|outlet|redirect|links?_to|quelle|fuente|fonte|sumber|"
    r"permalink|artikel|articulo|noticia|linked_?list|format_?link|item_?(?:link|url)|outbound|remote"
)
_IS_ADDRESS = re.compile(r"url|link|href|permalink|uri|links?_to|enlace|lien")
_IS_ARTICLE = re.compile(
    r"(?:^|_)(?:article|content|news|original|post|story)_?(?:article|source|story)$"
)
_HREF = re.compile(r"""<a\s[^>]{0,400}?href\s*=\s*["']([^"']{1,4000})["']""", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?:#0?38|#x26|amp);")
_WHOLE_NAMES = frozenset(
    {"source", "original", "external", "_links_to", "link", "url", "quelle", "fuente"}
)
_OTHER_THINGS = re.compile(
    r"image|img|photo|picture|thumb|video|youtube|vimeo|audio|podcast|embed|facebook|twitter|"
    r"instagram|linkedin|social|share|button_?(?:style|color)|cta|donat|subscri|author|avatar|logo|"
    r"icon|file|pdf|download|attachment|event|ticket|regist|buy|shop|product|map|website|home|"
    r"company|feed_?(?:url|link)|rss_?(?:url|link)|kit|credit|licen|code|repo|github|demo|sponsor|advert|banner"
)


def link_in_fields(fields: Mapping[str, object], base_url: str) -> Link | None:
    """Return the link to another site's page that the field with the best name holds, or None.

    >>> link_in_fields({"source_url": "https://a.example/news/1"}, "https://b.example/p").evidence
    ['field source_url']
    """
    found: list[tuple[int, str, str, str]] = []
    for seen, (name, value, text) in enumerate(_texts(fields, "", 0)):
        if seen >= MAX_FIELDS:
            break
        rank = _rank(name.lower())
        if rank is None:
            continue
        target = address(_address_in(value), base_url)
        if not target or is_front_page(target.parts) or never_because(target.parts):
            continue
        is_vague = rank > 0 and not is_article_shaped(target.parts)
        if not is_vague and site_of_parts(target.parts) != site_of(base_url):
            found.append((rank, name, target.url, text))
    if not found or len({url for _, _, url, _ in found}) > 2:
        return None  # no link, or a list of links
    _, name, url, text = min(found, key=lambda entry: entry[0])
    return Link(url=url, text=text, score=FIELD_SCORE, evidence=[f"field {name}"])


def _address_in(value: str) -> str:
    """Return the URL in a field's text: the whole text, or its only link; "" without one."""
    value = value.strip()
    if value.startswith("<") and (hrefs := _HREF.findall(value)):
        value = hrefs[0] if len(hrefs) == 1 else ""
    elif value.lower().startswith("www."):
        value = f"https://{value}"
    is_address = value.lower().startswith(("http://", "https://")) and not re.search(r"\s", value)
    return _AMPERSAND.sub("&", value) if is_address else ""


def _rank(name: str) -> int | None:
    """Return 0 if the name means "the article's address", 1 for a vague name, None for others."""
    last = name.rpartition(".")[2]
    if _OTHER_THINGS.search(name):
        return None
    if _OF_THE_ARTICLE.search(name) and (_IS_ADDRESS.search(name) or last in _WHOLE_NAMES):
        return 0
    return 1 if last in _WHOLE_NAMES or _IS_ARTICLE.search(last) else None


def _texts(value: object, name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield each text in nested fields: its dotted name, the text, and the title of its link."""
    if isinstance(value, str):
        yield name, value, ""
    elif depth > MAX_DEPTH:
        return
    elif isinstance(value, Mapping):
        url, title = value.get("url"), value.get("title")
        if isinstance(url, str):  # ACF's link field
            full_name = f"{name}.url" if _OF_THE_ARTICLE.search(name.lower()) else name
            yield full_name, url, title if isinstance(title, str) else ""
        for key, inner in value.items():
            if not (key == "url" and isinstance(url, str) and name):
                yield from _texts(inner, f"{name}.{key}".lstrip("."), depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from _texts(inner, name, depth + 1)
