"""An article's title: the headline that the page gives, without the name of its site."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newscrawl.extract import jsonld
from newscrawl.markup import safe_url
from newscrawl.urls.same_site import is_same_site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from turbohtml import Element

    from newscrawl.extract.document import Document

# Characters of a title that are kept, and of the text that may hold one.
MAX_TITLE: Final = 500
_MAX_READ: Final = 2_000
# A headline of JSON-LD that search engines' limit cut is not the whole.
_CUT: Final = re.compile(r"(?:…|\.\.\.)$")
_SEPARATOR: Final = re.compile(
    r"\s+[|·•–—:»«-]+\s+|\s*[|｜：]\s*|\s::\s|,\s(?=\S+$)|[-_–—](?=[^\W\d_]*[^\x00-\u02ff])"
)
# The share of a heading that a title makes up which stands at its end.
MIN_TITLE_SHARE: Final = 0.5
_ENDS_LINE: Final = re.compile(r"[^\W\d_A-Z]|[.:!?]")
_TAG: Final = re.compile(r"<[^<>]{0,200}>")
# Of the parts around a separator, the one that is a site's name is shorter than this.
_MAX_SITE: Final = 60
# The share of a part that the name makes up: "Reuters.com" is a site, "What Reuters saw" is none.
MIN_SHARE_AFTER: Final = 0.25
MIN_SHARE_BEFORE: Final = 0.5


def title_of(document: Document, houses: Iterable[str]) -> tuple[str, str] | None:
    """Return the title and where it was found.

    A headline in JSON-LD is what the editors typed; ``h1`` is what readers see, but stands for
    other things too, so it is believed where another place agrees; ``og:title`` and ``<title>``
    are worded for social networks and search engines, and carry the site's name.
    """
    houses = [house for house in houses if house]
    bare_houses = [_bare(house) for house in houses]
    headline = _clean(jsonld.text_in(document.article.get("headline"), "@value"))
    social = document.first("og:title", "twitter:title", "parsely-title", "dc.title", "title")
    element = document.tree.find("title")
    tab = _clean(element.text) if element is not None else ""
    shown = _shown(document, [headline, social[0] if social else "", tab])
    candidates = (
        ("" if _CUT.search(headline) and shown else headline, "json-ld"),
        (shown, "h1"),
        (_clean(social[0]) if social else "", f"meta {social[1]}" if social else ""),
        (tab, "title"),
        (_clean(jsonld.text_in(document.article.get("name"))), "json-ld"),
    )
    for text, source in candidates:
        title = without_site(text, houses, shown if source != "h1" else "")
        if title and _bare(title) not in bare_houses:
            return title[:MAX_TITLE], source
    return None


def without_site(title: str, houses: Iterable[str], shown: str = "") -> str:
    """Return *title* without the site's name at either end.

    Args:
        title: As it was found.
        houses: Names of the site and its publisher.
        shown: The page's heading: where *title* begins with it, it is the title.

    >>> without_site("Rain ends - Example Times", ["Example Times"])
    'Rain ends'
    """
    cuts = list(_SEPARATOR.finditer(title))
    if not cuts:
        return title
    if shown and title.startswith(shown) and _SEPARATOR.match(title[len(shown) :]):
        return shown
    for cut in reversed(cuts):
        if _is_house(title[cut.end() :], houses, MIN_SHARE_AFTER):
            return without_site(title[: cut.start()].strip(), houses, shown)
    first = cuts[0]
    is_house = _is_house(title[: first.start()], houses, MIN_SHARE_BEFORE)
    return title[first.end() :].strip() if is_house else title


def _is_house(part: str, houses: Iterable[str], share: float) -> bool:
    """Return whether *part* is the name of the site, or holds it and little else."""
    bare = _bare(part)
    if not 0 < len(part) <= _MAX_SITE:
        return False
    names = [_bare(house) for house in houses]
    # A name of three letters is in many words; one in a script of syllables or signs is not.
    found = [name for name in names if name in bare and len(name) > (3 if name.isascii() else 1)]
    return bare in names or any(len(name) >= share * len(bare) for name in found)


def _shown(document: Document, others: list[str]) -> str:
    """Return the ``h1`` that another place repeats, else the first one with several words."""
    found = document.tree.find_all("h1", limit=20)
    headings = [_clean(_words_of(one)) for one in found if not _leads_away(one, document.url)]
    headings = [one for one in headings if one]
    stated = [(_bare(one), one) for one in others if one]
    for heading in headings:
        bare = _bare(heading)
        if bare and any(bare in one for one, _ in stated):
            return heading
        # A kicker stands before the title in the same heading, and nowhere else.
        for one, title in stated:
            if one and bare.endswith(one) and len(one) >= MIN_TITLE_SHARE * len(bare):
                return title
            if one and one in bare:
                return heading
    return headings[0] if len(headings) == 1 or (headings and not stated) else ""


def _words_of(heading: Element) -> str:
    """Return a heading's text, with a space where a line begins that only its style breaks."""
    text = heading.text
    if len(text) > _MAX_READ:
        return text[:_MAX_READ]
    parts = [""]
    for part in heading.strings:
        is_line = part[:1].isupper() and _ENDS_LINE.match(parts[-1][-1:])
        parts.append(f" {part}" if is_line else part)
    return "".join(parts)


def _leads_away(heading: Element, url: str) -> bool:
    """Return whether a heading is a link to the site's front page, or to another site."""
    link = heading.closest("a") or heading.find("a")
    href = link.attr("href") if link is not None else None
    target = safe_url(href, url) if href else None
    if not target:
        return False
    return not is_same_site(target, url) or not urlsplit(target).path.strip("/")


def _clean(text: str) -> str:
    """Return *text* on one line, its entities decoded and its tags gone."""
    return " ".join(_TAG.sub("", unescape(unescape(text[:_MAX_READ]))).split())


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
