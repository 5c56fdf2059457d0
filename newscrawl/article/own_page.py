"""Reading the page of a post on its own site, where nothing else tells of the post.

Runs in a worker process: all that goes in and comes out can be pickled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from newscrawl.article.decoding import decoded
from newscrawl.article.document import parse
from newscrawl.article.page import read_page
from newscrawl.items import Image
from newscrawl.outcomes import FETCHED

if TYPE_CHECKING:
    from newscrawl.answer import Answer
    from newscrawl.article.document import Document
    from newscrawl.items import Extraction

CONTENT: Final = ".entry-content, .post-content, .article-content, [itemprop=articleBody]"
"""Where themes put what the API would give as a post's content, button included."""
LOCKED: Final = ".post-password-form, input[type=password]"

_SHOWN: Final = frozenset({FETCHED, "excerpt_only", "paywall", "extraction_failed"})
"""Outcomes of pages that are a post's, the last one where the theme says what its content is."""
_SHORT_LINK: Final = re.compile(r"[?&]p=(\d{1,18})(?:&|$)")
_HEADER: Final = re.compile(r"<([^<>]{1,2000})>\s*;\s*rel=[\"']?shortlink")
_BODY_CLASS: Final = re.compile(r"(?:^|\s)postid-(\d{1,18})(?:\s|$)")
_WHOLE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_own_page(answer: Answer) -> dict[str, Any] | str:
    """Return what a page says of its post, or the word of ``outcomes`` that says why it is none.

    Returns:
        ``{id, title, content, published, authors, language, image}``: the id as the page names it,
        the content as HTML that nobody has sanitised; None for what it does not tell.
    """
    page = read_page(answer)
    if page.outcome not in _SHOWN:
        return page.outcome
    document = parse(decoded(answer.body, answer.headers.get("content-type", "")), answer.url)
    content, found = _content(document), page.extraction
    if content is None and found is None:
        return page.outcome
    return {
        "id": _post_id(document, answer),
        "title": _title(document, found),
        "content": content if content is not None or found is None else found.html,
        "published": _time(found.published) if found else None,
        "authors": found.authors if found else [],
        "language": found.language if found else None,
        "image": _image(found.image) if found else None,
    }


def _content(document: Document) -> str | None:
    """Return the post's content as its theme marks it; None where it does not."""
    elements = document.tree.select(CONTENT)
    if not elements:
        return None
    longest = max(elements, key=lambda element: len(element.text))
    return "" if longest.select_one(LOCKED) else str(longest.inner_html)


def _post_id(document: Document, answer: Answer) -> int | None:
    """Return the post's id, as WordPress names it in a short link or in the body's class."""
    link = document.tree.select_one("link[rel=shortlink]")
    header = _HEADER.search(answer.headers.get("link", ""))
    body = document.tree.find("body")
    said = (
        _SHORT_LINK.search((link.attr("href") or "") if link else ""),
        _SHORT_LINK.search(header[1] if header else ""),
        _BODY_CLASS.search((body.attr("class") or "") if body else ""),
    )
    return next((int(match[1]) for match in said if match and int(match[1])), None)


def _title(document: Document, found: Extraction | None) -> str:
    headline = document.tree.select_one("h1.entry-title") or document.tree.select_one("h1")
    text = " ".join(headline.text.split()) if headline else ""
    return text or (found.title if found else None) or ""


def _time(said: str | None) -> str | None:
    """Return a time that is whole; a date alone would be a time that nobody told."""
    return said if said and _WHOLE_TIME.fullmatch(said) else None


def _image(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {name: getattr(image, name) for name in Image.__slots__}
