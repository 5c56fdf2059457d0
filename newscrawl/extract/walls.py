"""Distinguish articles from other pages: challenges, consent pages, paywalls, "not found".

The words of such pages are in ``walls.toml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

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
# Characters of a title or heading that are read.
MAX_HEAD: Final = 300


@dataclass(frozen=True, slots=True)
class VisiblePage:
    """The page as a reader sees it, read before its tree is reduced to the text.

    Attributes:
        url: The URL of the page.
        heads: Its title and its main headings.
        seen: Its visible text on one line, up to `MAX_SEEN` characters.
        source: Its HTML, up to `MAX_SOURCE` characters.
        is_article: Whether its metadata marks it as an article.
        is_free: Its ``isAccessibleForFree``; None if it has no such value.
        has_wall: Whether an element has the name of a paywall.
    """

    url: str
    heads: tuple[str, ...]
    seen: str
    source: str
    is_article: bool
    is_free: bool | None
    has_wall: bool


def visible_page(document: Document, *, is_free: bool | None) -> VisiblePage:
    """Return the visible page of *document*, after `Document.strip` and before other reductions."""
    title = document.tree.find("title")
    heads = [title] if title is not None else []
    heads += document.tree.find_all("h1", limit=3)
    root = document.root
    og_type = document.first("og:type")
    return VisiblePage(
        url=document.url,
        heads=tuple(text_of(one)[:MAX_HEAD] for one in heads),
        seen=_seen(document),
        source=document.source[:MAX_SOURCE],
        is_article=(bool(document.article) and "WebPage" not in jsonld.types_of(document.article))
        or bool(og_type and og_type[0].lower() == "article"),
        is_free=is_free,
        has_wall=root is not None and _has_wall(document),
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
    heads = any(CONSENT_WORDS.search(head) for head in page.heads)
    return heads and not page.is_article and words < 2 * TEASER_WORDS


def says_not_found(page: VisiblePage, words: int) -> bool:
    """Return whether a page with status 200 is a "not found" page."""
    heads = any(NOT_FOUND_WORDS.search(head) for head in page.heads)
    return heads and not page.is_article and words < FEW_WORDS


def paywall(page: VisiblePage, words: int) -> str | None:
    """Return the evidence that the article is behind a paywall; None without evidence.

    The box of a newsletter in a free article is no paywall, and a page that is marked as free has
    no paywall.
    """
    if page.is_free is False:
        return "the page says that it is not free"
    if page.is_free is True or words >= TEASER_WORDS:
        return None
    found = PAYWALL_WORDS.search(page.seen)
    if found and (page.has_wall or words < FEW_WORDS):
        return f"the page says: {found.group()[:80]}"
    return None


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


def _has_wall(document: Document) -> bool:
    named = document.tree.select(_MAY_BE_WALL)
    return any(
        PAYWALL_NAMES.search(", ".join(spoken(name) for name in name_of(one).split()))
        for one in named[:MAX_NAMED]
    )
