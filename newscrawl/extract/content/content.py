"""Extract an article's text from the page's tree, or from other data if the tree lacks it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Final

from turbohtml import Element, Text

from newscrawl.extract.content.cleanup import polish
from newscrawl.extract.content.confidence import confidence_of
from newscrawl.extract.content.density import MIN_PROSE, measure, release
from newscrawl.extract.content.embedded_state import article_html
from newscrawl.extract.content.figures import tidy_figures
from newscrawl.extract.content.headline import drop_before, headline_of, scope_of
from newscrawl.extract.content.lede import add_lede
from newscrawl.extract.content.paragraphs import split_at_breaks
from newscrawl.extract.content.rating import rate
from newscrawl.extract.content.select import choose, forget_names, prune
from newscrawl.extract.document import PLAYERS
from newscrawl.extract.words import letters_of
from newscrawl.items import Body
from newscrawl.markup import normalize
from newscrawl.urls.same_site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from newscrawl.extract.document import Document


# A text of this many characters is accepted as the article. A shorter one is compared with others.
ENOUGH: Final = 400
# The second extractor runs only if the text has fewer characters, about one paragraph.
HARDLY_ANY: Final = 200
# Nor does it run if the text is this share of the prose below the headline: it is a brief.
MOST: Final = 0.8
# Another text replaces the tree's text only if it is more than this many times as long.
MUCH_LONGER: Final = 1.5
# The share of the text in JSON-LD that must be in our text. With less, the two contradict.
AGREEMENT: Final = 0.4
# The text in JSON-LD is sampled: this many probes, of this many characters each.
_PROBES: Final = 12
_PROBE: Final = 24
# Characters of the text in JSON-LD that are read.
MAX_STATED: Final = 500_000
# Characters of the text's HTML that are kept: 100,000 words in plain markup. A hostile page of
# this size takes two seconds.
MAX_BODY: Final = 600_000

# ``noscript`` elements that are read.
MAX_NOSCRIPT: Final = 50
# Paragraphs of prose that a ``noscript`` needs to be the article.
MIN_PARAGRAPHS: Final = 3
# Raised numbers that are rewritten.
MAX_RAISED: Final = 2_000
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TAGS: Final = re.compile(r"</?(?:p|br|div|h\d|ul|ol|li|blockquote)\b", re.IGNORECASE)


@dataclass(slots=True)
class Content:
    """An article's text and how it was found.

    Attributes:
        body: The text as HTML, Markdown and plain text; all are "" if the page has no text.
        extractor: Its source: "tree", "json-ld", "state" or "trafilatura".
        confidence: How sure the text is right, from 0 to 1.
        signatures: Lines after the text that may name its authors.
    """

    body: Body
    extractor: str
    confidence: float
    signatures: list[str]


def content_of(document: Document, *, title: str | None, authors: Collection[str]) -> Content:
    """Return the text of a page; the document's tree is reduced to that text.

    Args:
        document: The page.
        title, authors: The article's title and authors. Lines before the text that repeat them
            are removed.
    """
    stated = _stated_html(document)
    own, signatures, prose, below = _from_tree(document, title=title, authors=authors)
    agrees = _agreement(stated, own.text)
    is_ruled = bool(own.text and document.rule and document.rule.body)
    if is_ruled or (len(own.text) >= ENOUGH and agrees >= AGREEMENT):
        rating = confidence_of(
            own.text, title=title, prose=prose, agreement=agrees, extractor="tree"
        )
        return Content(own, "tree", rating, signatures)
    best, extractor = own, "tree"
    for found, name in _elsewhere(document, stated, title):
        # Loading the second extractor takes half a second, so only a page that needs it loads it.
        is_enough = len(best.text) >= HARDLY_ANY or len(best.text) >= MOST * below > 0
        if name == "trafilatura" and (is_enough or document.is_endless):
            break
        other = _normalized(found(), document.url)
        if len(other.text) > MUCH_LONGER * len(best.text):
            best, extractor = other, name
    agrees = _agreement(stated, best.text)
    rating = confidence_of(
        best.text, title=title, prose=prose, agreement=agrees, extractor=extractor
    )
    return Content(best, extractor, rating, signatures)


def _from_tree(
    document: Document, *, title: str | None, authors: Collection[str]
) -> tuple[Body, list[str], int, int]:
    """Return the text in the page's tree, its signatures, and the page's prose in characters.

    The signatures are lines after the text that may name its authors. The prose is that of the
    whole page, and that below the headline, 0 if the headline is not known.
    """
    document.strip()
    root = document.root
    if root is None:
        return Body(html="", markdown="", text=""), [], 0, 0
    _show_noscript(root)
    _raise_numbers(root)
    split_at_breaks(document.tree)
    named = document.rule and document.rule.body and document.tree.select_one(document.rule.body)
    if named:
        top = block = measure(named, url=document.url)
        rate(block)
        scope = None
    else:
        top = measure(root, url=document.url)
        headline = headline_of(top, title)
        scope = scope_of(headline, top) if headline else None
        block = choose(scope or top)
        if headline:
            drop_before(headline, block)
        add_lede(block, headline)
    prose, below = top.body_prose, scope.body_prose if scope else 0
    prune(block)
    forget_names(block)
    tidy_figures(block)
    signatures = polish(block, title=title, authors=authors)
    html = block.element.html
    release(top)
    return _normalized(html, document.url), signatures, prose, below


def _show_noscript(root: Element) -> None:
    """Turn each ``noscript`` into a ``div`` if its prose is nowhere else on the page."""
    for element in root.find_all("noscript", limit=MAX_NOSCRIPT):
        texts = [text for one in element.find_all("p") if len(text := one.text) >= MIN_PROSE]
        if len(texts) >= MIN_PARAGRAPHS and root.text.count(texts[0]) == 1:
            element.tag = "div"


def _raise_numbers(root: Element) -> None:
    """Replace raised numbers with superscript characters, so that "10⁶" is not read as 106."""
    for element in root.find_all("sup", limit=MAX_RAISED):
        if re.fullmatch(r"[0-9]{1,3}", element.text):
            element.replace_with(Text(element.text.translate(_RAISED)))


def _elsewhere(
    document: Document, stated: str, title: str | None
) -> Iterator[tuple[Callable[[], str], str]]:
    """Yield the other sources of the text and their names: JSON-LD, framework data, the HTML."""
    yield lambda: stated, "json-ld"
    yield lambda: article_html(document.scripts(), document.source, title), "state"
    yield lambda: _by_trafilatura(document.source), "trafilatura"


def _by_trafilatura(html: str) -> str:
    import trafilatura  # slow to import and rarely needed

    try:
        found = trafilatura.extract(
            html, output_format="html", include_comments=False, favor_precision=True, fast=True
        )
    except (ValueError, TypeError, AttributeError, RecursionError):  # its errors on broken pages
        return ""
    return found or ""


def _stated_html(document: Document) -> str:
    """Return the text in the page's JSON-LD as HTML; "" if it has no text."""
    text = document.article.get("articleBody")
    if not isinstance(text, str):
        return ""
    text = text[:MAX_STATED]
    if _TAGS.search(text):
        return text
    lines = filter(None, map(str.strip, text.splitlines()))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _agreement(stated: str, text: str) -> float:
    """Return the share of the JSON-LD text that is in *text*; 1 if that text is too short."""
    plain = letters_of(re.sub(r"<[^<>]*>", " ", stated))
    if len(plain) < ENOUGH:
        return 1.0
    own = letters_of(text)
    step = (len(plain) - _PROBE) // (_PROBES - 1)
    probes = [plain[i * step : i * step + _PROBE] for i in range(_PROBES)]
    return sum(probe in own for probe in probes) / _PROBES


def _normalized(html: str, url: str) -> Body:
    body = normalize(html[:MAX_BODY], url, captions_in_text=False)
    if "http" not in body.text:
        return body
    return replace(body, text="\n\n".join(_without_players(body.text)))


def _without_players(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, without the URLs of players, which readers don't see."""
    for paragraph in text.split("\n\n"):
        is_address = paragraph.startswith("http") and len(paragraph.split()) == 1
        if not (is_address and site_of(paragraph) in PLAYERS):
            yield paragraph
