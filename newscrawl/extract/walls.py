"""Distinguish articles from other pages: challenges, consent pages, paywalls, "not found".

The words of such pages are in ``walls.toml``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from turbohtml import Element

from newscrawl.extract import jsonld
from newscrawl.extract.content.class_names import spoken
from newscrawl.extract.content.density import name_of, text_of
from newscrawl.extract.words import alternatives
from newscrawl.urls.same_site import host_of

if TYPE_CHECKING:
    from newscrawl.extract.document import Document

_TABLES: Final = alternatives(__file__)


def _any(table: str) -> re.Pattern[str]:
    return re.compile("|".join(_TABLES[table].values()), re.IGNORECASE)


# Marks in the source of a page that tests its visitor, by product.
CHALLENGES: Final = {
    product: re.compile(marks, re.IGNORECASE) for product, marks in _TABLES["product"].items()
}
# Words in titles, headings and first words of such pages.
CHALLENGE_WORDS: Final = _any("challenge")
# Words on pages that need JavaScript to show anything.
SCRIPT_WORDS: Final = _any("script")
# Words in titles and headings of pages that only ask for consent.
CONSENT_WORDS: Final = _any("consent")
# Hosts that only ask for consent.
CONSENT_HOSTS: Final = re.compile(
    r"^(?:consent|myprivacy|privacy|cmp|consent-pref|guce)\.|privacygate"
)
# Words in titles and headings of error pages with status 200.
NOT_FOUND_WORDS: Final = _any("not_found")
# Words of a paywall in place of the rest of an article.
PAYWALL_WORDS: Final = _any("paywall")
# Words in the classes and ids of a paywall's elements, as `class_names.spoken` returns them.
PAYWALL_NAMES: Final = _any("element")

# A page with fewer words may be something else than an article.
FEW_WORDS: Final = 120
# A page with fewer words has only a wall.
HARDLY_ANY_WORDS: Final = 40
# A text with more words is not the teaser before a paywall.
TEASER_WORDS: Final = 350
# Characters of the source that are searched.
MAX_SOURCE: Final = 60_000
# Characters of the visible text that are searched.
MAX_SEEN: Final = 20_000
# Elements that may be a paywall by their names.
_MAY_BE_WALL: Final = (
    "[class*=wall], [id*=wall], [class*=piano], [class*=subscri], [class*=locked],"
    " [class*=premium], [class*=abo], [class*=gate]"
)
# Such elements that are read.
MAX_NAMED: Final = 3_000
MAX_WALLS: Final = 20
# Elements whose words are about the site or another story, or that readers don't see.
_BESIDE: Final = (
    "header, footer, form, aside, li, [hidden], [aria-hidden=true], .hidden,"
    " [style*='display:none'], [style*='display: none']"
)
# Boxes that a click opens. A box with the name of a paywall is one nevertheless.
_DIALOGS: Final = "dialog, [role=dialog], .modal"
# A wall starts within this many characters after the text that it ends.
MAX_TO_WALL: Final = 800
# Characters of the text's end that are found again on the page.
TAIL: Final = 40
# Linked titles of other stories.
_LINKED_TITLES: Final = ":is(h2, h3, h4) a, a :is(h2, h3, h4)"
# Such titles, and links around a whole box.
_STORY_LINKS: Final = f"{_LINKED_TITLES}, a:has(> div)"
# Levels between such a link and the box about its story.
CARD_LEVELS: Final = 4
# Fewer such boxes of one class may be a wall with its offers.
MIN_CARDS: Final = 3
# An index page shows this many linked titles, and less text for each.
MIN_TITLES: Final = 5
MAX_CARD: Final = 500
# Characters of a title or heading that are read.
MAX_HEAD: Final = 300


@dataclass(frozen=True, slots=True)
class VisiblePage:
    """The page as a reader sees it, read before its tree is reduced to the text.

    Attributes:
        url: The URL of the page.
        heads: Its title and its main headings.
        seen: Its visible text on one line, up to `MAX_SEEN` characters.
        beside: The part of that text in headers, forms, lists and hidden elements; "" if the page
            has a value for `is_free`, which decides without words.
        titles: The linked titles on it, that is, of other stories; none of an article.
        source: Its HTML, up to `MAX_SOURCE` characters.
        is_article: Whether its metadata marks it as an article.
        is_free: Its ``isAccessibleForFree``; None if it has no such value.
        wall: The text of the elements with the name of a paywall; "" as in `beside`.
    """

    url: str
    heads: tuple[str, ...]
    seen: str
    beside: str
    titles: tuple[str, ...]
    source: str
    is_article: bool
    is_free: bool | None
    wall: str


def visible_page(document: Document, *, is_free: bool | None) -> VisiblePage:
    """Return the visible page of *document*, after `Document.strip` and before other reductions."""
    title = document.tree.find("title")
    heads = [title] if title is not None else []
    heads += document.tree.find_all("h1", limit=3)
    is_article = _is_article(document)
    return VisiblePage(
        url=document.url,
        heads=tuple(text_of(one)[:MAX_HEAD] for one in heads),
        seen=_seen(document),
        beside=_beside(document) if is_free is None else "",
        titles=() if is_article else _titles(document),
        source=document.source[:MAX_SOURCE],
        is_article=is_article,
        is_free=is_free,
        wall=_wall(document) if is_free is None else "",
    )


def challenge(page: VisiblePage, words: int, *, refused: bool) -> str | None:
    """Return the product that tests the visitor, or "a challenge"; None without a challenge.

    Args:
        page: The page.
        words: The number of words in its extracted text.
        refused: Whether its status refuses the visitor. Then a product's mark is enough; with
            another status it is not, as open pages may have the mark too.
    """
    if words >= FEW_WORDS:
        return None
    for product, marks in CHALLENGES.items():
        if (refused or words < HARDLY_ANY_WORDS) and marks.search(page.source):
            return product
    if (refused or not page.is_article) and any(map(CHALLENGE_WORDS.search, page.heads)):
        return "a challenge"
    if CHALLENGE_WORDS.search(page.seen[:600]) and (refused or words < HARDLY_ANY_WORDS):
        return "a challenge"
    return None


def needs_scripts(page: VisiblePage, words: int) -> bool:
    """Return whether the page needs JavaScript to show the article."""
    return words < HARDLY_ANY_WORDS and bool(SCRIPT_WORDS.search(page.seen))


def asks_consent(page: VisiblePage, words: int) -> bool:
    """Return whether the page only asks for consent."""
    if CONSENT_HOSTS.search(host_of(page.url)):
        return not page.is_article
    if page.is_article or words >= 2 * TEASER_WORDS:
        return False
    return any(map(CONSENT_WORDS.search, page.heads))


def says_not_found(page: VisiblePage, words: int) -> bool:
    """Return whether a page with status 200 is a "not found" page."""
    if page.is_article or words >= FEW_WORDS:
        return False
    return any(map(NOT_FOUND_WORDS.search, page.heads))


def is_index(page: VisiblePage, text: str) -> bool:
    """Return whether *text*, extracted from *page*, is a list of other stories."""
    if page.is_article:
        return False
    titles = set(filter(None, page.titles))
    needed = max(MIN_TITLES, len(text) // MAX_CARD + 1)
    lines = set(text.split("\n\n"))
    flat = " ".join(text.split())
    shown = 0
    for left, title in zip(range(len(titles), 0, -1), titles, strict=True):
        if shown + left < needed:
            return False
        shown += title in lines or _leads_to(title, page.seen, flat)
    return shown >= needed


def _leads_to(title: str, seen: str, text: str) -> bool:
    """Return whether the words after a title on the page, or some words later, are in *text*."""
    if (start := seen.find(title)) < 0:
        return False
    after = seen[(end := start + len(title)) : end + 3 * TAIL]
    first, later = after[: 2 * TAIL].strip()[:TAIL], after[2 * TAIL :]
    return any(len(words) > TAIL // 2 and words in text for words in (first, later))


def paywall(page: VisiblePage, words: int, text: str = "") -> str | None:
    """Return the evidence that the article is behind a paywall; None without evidence.

    The box of a newsletter in a free article is no paywall, and a page that is marked as free has
    no paywall. Words in headers, forms, lists and hidden elements are no evidence, nor are words
    far below the text.

    Args:
        page: The page.
        words: The number of words in its extracted text.
        text: That text.
    """
    if page.is_free is False:
        return "the page says that it is not free"
    if page.is_free is True or words >= TEASER_WORDS:
        return None
    wall = _says_wall(page.wall, beside="")
    if not wall and words < FEW_WORDS:
        wall = _says_wall(_until_wall(page.seen, text), page.beside)
    return wall


def _says_wall(seen: str, beside: str) -> str | None:
    """Return the evidence if *seen* has words of a paywall that are not in *beside*."""
    elsewhere = Counter(found.group() for found in PAYWALL_WORDS.finditer(beside))
    for found in PAYWALL_WORDS.finditer(seen):
        elsewhere[found.group()] -= 1
        if elsewhere[found.group()] < 0:
            return f"the page says: {found.group()[:80]}"
    return None


def _until_wall(seen: str, text: str) -> str:
    """Return the visible text up to a little after the end of the extracted *text*."""
    tail = " ".join(text.split())[-TAIL:]
    end = seen.rfind(tail) if tail else -1
    return seen if end < 0 else seen[: end + len(tail) + MAX_TO_WALL]


def _beside(document: Document) -> str:
    """Return the text of headers, forms, lists, dialogs, cards and hidden elements, each once."""
    places = f"{_BESIDE}, {_DIALOGS}"
    elements = document.tree.select(places)[:MAX_NAMED] + _cards(document)
    outermost = [one for one in elements if one.parent and not one.parent.closest(places)]
    return " ".join(map(text_of, outermost))[:MAX_SEEN]


def _cards(document: Document) -> list[Element]:
    """Return the boxes about other stories: several alike, each with one link."""
    links = document.tree.select(_STORY_LINKS)[:MAX_NAMED]
    paths = [
        [link, *(one for one in islice(link.ancestors, CARD_LEVELS) if isinstance(one, Element))]
        for link in links
    ]
    links_in = Counter(chain.from_iterable(paths))
    found = []
    for path in paths:
        own = [one for one in path if links_in[one] == 1]
        if own and len(own[-1].text) <= MAX_CARD:
            found.append(own[-1])
    alike = Counter((card.tag, card.attr("class")) for card in found)
    return [card for card in found if alike[card.tag, card.attr("class")] >= MIN_CARDS]


def _is_article(document: Document) -> bool:
    """Return whether the metadata of a page marks it as an article."""
    if document.article and "WebPage" not in jsonld.types_of(document.article):
        return True
    og_type = document.first("og:type")
    return og_type is not None and og_type[0].lower() == "article"


def _titles(document: Document) -> tuple[str, ...]:
    """Return the linked titles on a page."""
    return tuple(map(text_of, document.tree.select(_LINKED_TITLES)[:MAX_NAMED]))


def _seen(document: Document) -> str:
    root = document.root
    return text_of(root)[:MAX_SEEN] if root is not None else ""


def is_free(document: Document) -> bool | None:
    """Return whether the article and its parts are marked as free; None without a mark."""
    parts = jsonld.resolved(document.article.get("hasPart"), document.nodes)
    nodes = [document.article, *(part for part in parts if isinstance(part, dict))]
    stated = [
        value for node in nodes if (value := truth(node.get("isAccessibleForFree"))) is not None
    ]
    if not stated:
        tier = document.first("article:content_tier")
        return (
            {"free": True, "locked": False, "metered": None}.get(tier[0].lower()) if tier else None
        )
    return stated[0] if stated[0] is False else all(stated)


def truth(value: Any) -> bool | None:
    """Return a boolean of JSON-LD, in any notation; None for other values."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.rsplit("/", 1)[-1].strip().lower())
    return value if isinstance(value, bool) else None


def _wall(document: Document) -> str:
    """Return the text of the elements with the name of a paywall."""
    return " ".join(map(text_of, _named_walls(document)))[:MAX_SEEN]


def _named_walls(document: Document) -> list[Element]:
    """Return elements with the name of a paywall, except those beside the text."""
    named = [
        element
        for element in document.tree.select(_MAY_BE_WALL)[:MAX_NAMED]
        if PAYWALL_NAMES.search(", ".join(spoken(name) for name in name_of(element).split()))
    ]
    return [element for element in named if element.closest(_BESIDE) is None][:MAX_WALLS]
