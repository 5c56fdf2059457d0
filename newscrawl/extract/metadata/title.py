"""Find an article's title: the page's headline without the name of its site."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from turbohtml import Element, Text

from newscrawl.extract import jsonld
from newscrawl.extract.metadata.near_headline import line_around
from newscrawl.extract.metadata.site_name import (
    MIN_PART,
    SEPARATOR,
    without_section,
    without_site,
)
from newscrawl.extract.words import letters_of
from newscrawl.markup import safe_url
from newscrawl.urls.same_site import is_same_site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from newscrawl.extract.document import Document

# Characters of a title that are kept.
MAX_TITLE: Final = 500
# Characters of a text that are read to find a title.
_MAX_READ: Final = 2_000
# The end of a headline in JSON-LD that was cut to the limit of search engines.
_CUT: Final = re.compile(r"(?:…|\.\.\.)$")
# A heading ends with the title if the title is this share of it; from the second share, surely.
MIN_TITLE_SHARE: Final = 0.5
SURE_SHARE: Final = 0.7
_ENDS_LINE: Final = re.compile(r"[^\W\d_A-Z]|[.:!?]")
# Parts of the classes of kickers: short lines in a heading above the title.
_KICKERS: Final = (
    "kicker",
    "eyebrow",
    "overline",
    "dachzeile",
    "supertitle",
    "pretitle",
    "surtitre",
    "antetitulo",
    "volanta",
    "occhiello",
    "topic-label",
    "topline",
    "roofline",
)
# Elements in a heading that are not the title: dates, counts, labels for screen readers, links to
# the heading itself.
_BESIDE_TITLE: Final = ", ".join(
    [
        "style, script, small, time, .date, .entry-date, .post-date, .datum, [class*=comment]",
        "button, .author, .byline, .views, .reading-time, .subline, .subtitle, .subheadline",
        ".screen-reader-text, .sr-only, .visually-hidden, .edit-link, .mw-editsection, .anchor",
        ".headerlink",
        *(f'[class*="{name}" i]' for name in _KICKERS),
    ]
)
# Elements in a heading that are the title.
_TITLE_PART: Final = ".headline, .title"
# A headline with fewer characters was not cut by a limit.
MIN_CUT: Final = 90
# Characters that a heading of one word needs to be the title.
MIN_WORD: Final = 15
# A title before the name of its site has more words, their separator included.
MIN_WORDS: Final = 3
# Two titles are about the same subject if they share this share of the words.
MIN_SHARED: Final = 0.3
# Headings of a page that are read.
MAX_HEADINGS: Final = 20
# Texts of a page that are compared with the parts of its title.
MAX_STRINGS: Final = 3_000
_WORD: Final = re.compile(r"\w+")
_TAG: Final = re.compile(r"<[^<>]{0,200}>")


def title_of(document: Document, houses: Iterable[str]) -> tuple[str, str] | None:
    """Return the title and its source; None if the page has no title.

    The headline in JSON-LD is the text that the editors typed. The ``h1`` is the text that readers
    see, but it may be something else, so another place must confirm it. ``og:title`` and
    ``<title>`` are written for social networks and search engines, and contain the site's name.
    """
    headline = _clean(jsonld.text_in(document.article.get("headline"), "@value"))
    social = document.first("og:title", "twitter:title", "parsely-title", "dc.title", "title")
    element = document.tree.find("title")
    tab = _clean(element.text) if element is not None else ""
    social_title = _clean(social[0]) if social else ""
    if _is_cut_by_quote(social_title, tab) or _is_label(social_title, tab):
        social_title = ""
    houses = [*houses, *_logos(document)]
    others = [headline, social_title, "" if _is_site(tab, houses, document) else tab]
    shown, is_confirmed = _shown(document, others)
    if shown and _is_replaced(headline, shown, [social_title, tab], is_confirmed=is_confirmed):
        headline = ""
    name = _clean(jsonld.text_in(document.article.get("name")))
    is_named = letters_of(shown) in {"", letters_of(name)} and letters_of(name) in letters_of(tab)
    if name and is_named and headline not in tab:
        headline = name  # the headline is a description, as in wikis
    # Some pages repeat their title as the name of their application.
    titles = {
        letters_of(headline),
        letters_of(social_title),
        letters_of(shown) if is_confirmed else "",
    }
    houses = [house for house in houses if letters_of(house) not in titles or _ends(house, tab)]
    bare_houses = [letters_of(house) for house in houses]
    candidates = (
        (headline, "json-ld"),
        (shown, "h1"),
        (social_title, f"meta {social[1]}" if social else ""),
        (tab, "title"),
        (name, "json-ld"),
    )
    for text, source in candidates:
        title = without_site(text, houses, shown if source != "h1" else "")
        if title != text:
            title = without_section(title, document)
        if title == text and not shown:
            title = _part_on_page(title, document, bare_houses)
        if title and letters_of(title) not in bare_houses:
            return title[:MAX_TITLE], source
    return None


def _logos(document: Document) -> list[str]:
    """Return the names of the site in headings that link to its front page."""
    headings = document.tree.find_all("h1", limit=MAX_HEADINGS)
    found = ((one, _target(one, document.url)) for one in headings)
    return [_clean(one.text) for one, target in found if target and _is_front_page(target)]


def _is_site(tab: str, houses: list[str], document: Document) -> bool:
    """Return whether the tab's title is only the name of the site, and no heading of the page."""
    bare = letters_of(tab)
    if bare not in map(letters_of, houses):
        return False
    return bare not in map(letters_of, _headings(document, "h1"))


def _is_cut_by_quote(social: str, tab: str) -> bool:
    """Return whether the social title is cut: a quote in it ended the attribute."""
    rest = tab[len(social) :].lstrip() if social and tab.startswith(social) else ""
    return rest.startswith(('"', "'", "“", "„", "«"))


def _ends(house: str, tab: str) -> bool:
    """Return whether the tab's title is several words before a house's name."""
    return tab.endswith(house) and len(tab.removesuffix(house).split()) > MIN_WORDS


def _is_label(social: str, tab: str) -> bool:
    """Return whether the social title is only a word that the tab's title lacks: "Home"."""
    return social.isascii() and " " not in social and " " in tab and social not in tab


def _is_replaced(headline: str, shown: str, others: list[str], *, is_confirmed: bool) -> bool:
    """Return whether the heading is a better title than the headline in JSON-LD.

    It is better if the social title repeats it, if a limit cut the headline, or if the headline's
    subject differs from that of all other titles of the page.
    """
    bare, bare_shown = letters_of(headline), letters_of(shown)
    if bare_shown == letters_of(others[0]):
        return True
    if _CUT.search(headline):
        return True
    if len(headline) >= MIN_CUT and bare_shown.startswith(bare):
        return True
    related = any(bare in one or (one and one in bare) for one in map(letters_of, [shown, *others]))
    words = set(_WORD.findall(headline.casefold()))
    shared = words & set(_WORD.findall(" ".join([shown, *others]).casefold()))
    return is_confirmed and not related and len(shared) < MIN_SHARED * len(words)


def _part_on_page(title: str, document: Document, houses: Collection[str]) -> str:
    """Return *title* without the name of a site that is in no other place of the page.

    The part that is a text of its own on the page is the title.
    """
    root = document.root
    cuts = list(SEPARATOR.finditer(title))
    if root is None or not (cuts or ": " in title):
        return title
    lines = {letters_of(line) for line in islice(root.stripped_strings, MAX_STRINGS)}
    for cut in reversed(cuts):
        start = title[: cut.start()].strip()
        if len(start) >= MIN_PART and letters_of(start) in lines:
            return start
    site, _, end = title.partition(": ")
    is_heading = letters_of(end) in map(letters_of, _headings(document, "h3"))
    is_site = letters_of(site) in houses and letters_of(end) in lines
    return end if end and (is_site or is_heading) else title


def _shown(document: Document, others: list[str]) -> tuple[str, bool]:
    """Return the heading with the title, and whether another place of the page confirms it.

    First comes an ``h1`` that is most of another title, then such an ``h2``, as the ``h1`` may be
    the section; then an ``h1`` that is any part of another title; then the only ``h1``.
    """
    stated = [(letters_of(one), one) for one in others if one]
    headings = _headings(document, "h1")
    confirmed = _most_of(stated, headings, MIN_TITLE_SHARE)
    if not confirmed:
        # One word is a section's name. Several words may be the title with additions.
        several = [letters_of(heading) for heading in headings if " " in heading]
        is_in_doubt = any(heading in title for heading in several for title, _ in stated)
        share = SURE_SHARE if is_in_doubt else MIN_TITLE_SHARE
        confirmed = _most_of(stated, _headings(document, "h2"), share)
    if confirmed:
        return confirmed, True
    for heading in headings:
        bare = letters_of(heading)
        if bare and any(bare in one for one, _ in stated):
            return heading, False
        # A kicker is before the title in the same heading, and in no other title.
        longest = max(SEPARATOR.split(others[-1]), key=len)
        if heading.removesuffix(longest).rstrip().endswith(":"):
            longest = ""  # a quote or a topic is a part of the title
        for one, title in [*stated, (letters_of(longest), longest)]:
            if one and bare.endswith(one) and len(one) >= MIN_TITLE_SHARE * len(bare):
                return title, True
            if one and one in bare:
                return heading, True
    if not stated:
        return next(iter(headings), ""), False
    # One short word that no other title has is a section's name.
    is_title = len(headings) == 1 and (
        len(_WORD.findall(headings[0])) > 1 or len(headings[0]) >= MIN_WORD
    )
    return (headings[0] if is_title else ""), False


def _most_of(stated: list[tuple[str, str]], headings: list[str], share: float) -> str:
    """Return the first heading that is at least *share* of a stated title; "" without one."""
    for heading in headings:
        bare = letters_of(heading)
        if bare and any(bare in title and len(bare) >= share * len(title) for title, _ in stated):
            return heading
    return ""


def _headings(document: Document, tag: str) -> list[str]:
    found = document.tree.find_all(tag, limit=MAX_HEADINGS)
    texts = (_clean(_words_of(one)) for one in found if not _leads_away(one, document.url))
    return [text for text in texts if text]


def _words_of(heading: Element) -> str:
    """Return a heading's text without its kicker and date.

    A line that starts only by its style is separated by a space.
    """
    if len(heading.text) > _MAX_READ:
        return heading.text[:_MAX_READ]
    others = heading.select(_BESIDE_TITLE)
    rest = len(heading.text) - sum(len(one.text) for one in others)
    skipped = set(others) if rest >= MIN_PART else set(heading.select("style, script"))
    named = next((one for one in heading.select(_TITLE_PART) if len(one.text) >= MIN_PART), heading)
    parts = [""]
    block: Element | None = None
    for node in named.descendants:
        if isinstance(node, Element) and node.tag == "br":
            parts.append(" ")
        if not isinstance(node, Text) or any(one in skipped for one in node.ancestors):
            continue
        part, before, block = node.data, block, line_around(node)
        is_line = part[:1].isupper() and _ENDS_LINE.match(parts[-1][-1:])
        parts.append(f" {part}" if is_line or block is not before else part)
    return "".join(parts)


def _leads_away(heading: Element, url: str) -> bool:
    """Return whether a heading links to the site's front page or to another site."""
    target = _target(heading, url)
    return target is not None and (not is_same_site(target, url) or _is_front_page(target))


def _target(heading: Element, url: str) -> str | None:
    """Return the URL of the link around or in a heading; None without one."""
    link = heading.closest("a") or heading.find("a")
    href = link.attr("href") if link is not None else None
    return safe_url(href, url) if href else None


def _is_front_page(url: str) -> bool:
    return not urlsplit(url).path.strip("/")


def _clean(text: str) -> str:
    """Return *text* on one line, with entities decoded and without tags."""
    plain = _TAG.sub("", unescape(unescape(text[:_MAX_READ])))
    return " ".join(plain.replace("\u200b", "").split())
