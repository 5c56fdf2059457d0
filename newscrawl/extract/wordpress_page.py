"""Reading the page of a post on its own site, if there is no other source of the post.

Runs in a worker process: all that goes in and comes out can be pickled.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from newscrawl.extract.decoding import decoded
from newscrawl.extract.document import parse
from newscrawl.extract.extractor import extraction_of
from newscrawl.extract.metadata import metadata
from newscrawl.extract.page import read_page
from newscrawl.outcomes import FETCHED

if TYPE_CHECKING:
    from newscrawl.extract.document import Document
    from newscrawl.items import Extraction, Image
    from newscrawl.net.response import Answer

CONTENT: Final = ".entry-content, .post-content, .article-content, [itemprop=articleBody]"
"""The elements in which themes put a post's content, button included."""
TITLE: Final = "h1.entry-title, h1.wp-block-post-title"
LOCKED: Final = ".post-password-form, input[type=password]"
LISTS: Final = frozenset({"home", "blog", "archive", "search", "error404"})
"""Classes that WordPress gives to the body of pages that list posts."""

_SHOWN: Final = frozenset({FETCHED, "excerpt_only", "paywall", "extraction_failed"})
"""Outcomes of pages that may be a post's: a short one has no article that could be recognized."""
_SHORT_LINK: Final = re.compile(r"[?&]p=(\d{1,18})(?:&|$)")
_HEADER: Final = re.compile(r"<([^<>]{1,2000})>\s*;\s*rel=[\"']?shortlink")
_BODY_CLASS: Final = re.compile(r"postid-(\d{1,18})")
_WHOLE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_own_page(answer: Answer) -> dict[str, Any] | str:
    """Return the values of a page for its post, or the outcome if it is not a post's page.

    Returns:
        ``{id, type, title, content, published, authors, language, image}``: id and type as the page
        names them,
        the content as HTML that nobody has sanitized; None for values that it lacks.
    """
    outcome = read_page(answer).outcome
    if outcome not in _SHOWN:
        return outcome
    document = parse(decoded(answer.body, answer.headers.get("content-type", "")), answer.url)
    body = document.tree.find("body")
    classes = ((body.attr("class") or "") if body else "").split()
    if LISTS.intersection(classes) and "single" not in classes:
        return "not_found"
    post_id, content = _post_id(document, answer, classes), _content(document)
    found = extraction_of(document, metadata.read(document))
    title = _text(document, TITLE) or found.title or ""
    if content is None and not (found.text and outcome != "extraction_failed"):
        # WordPress names the id before its theme runs: a page that died of a fault has no title.
        if post_id is None or not title:
            return outcome
        content = ""  # the post of that id, without a word
    return {
        "id": post_id,
        "type": _type(classes),
        "title": title,
        "content": found.html if content is None else content,
        "published": _time(found),
        "authors": found.authors,
        "language": found.language,
        "image": _image(found.image),
    }


def _content(document: Document) -> str | None:
    """Return the post's content as its theme marks it; None if it does not."""
    elements = document.tree.select(CONTENT)
    if not elements:
        return None
    longest = max(elements, key=lambda element: len(element.text))
    return "" if longest.select_one(LOCKED) else str(longest.inner_html)


def _post_id(document: Document, answer: Answer, classes: list[str]) -> int | None:
    """Return the post's id, as WordPress names it in a short link or in the body's class."""
    link = document.tree.select_one("link[rel=shortlink]")
    header = _HEADER.search(answer.headers.get("link", ""))
    said = (
        _SHORT_LINK.search((link.attr("href") or "") if link else ""),
        _SHORT_LINK.search(header[1] if header else ""),
        *map(_BODY_CLASS.fullmatch, classes),
    )
    return next((int(match[1]) for match in said if match and int(match[1])), None)


def _type(classes: list[str]) -> str | None:
    """Return the post type that the body's classes name; None if a theme leaves them out."""
    if "page" in classes or "attachment" in classes:
        return "page" if "page" in classes else "attachment"
    types = [name.removeprefix("single-") for name in classes if name.startswith("single-")]
    return "post" if "post" in types else next(iter(types), None)


def _text(document: Document, selector: str) -> str:
    element = document.tree.select_one(selector)
    return " ".join(element.text.split()) if element else ""


def _time(found: Extraction) -> str | None:
    """Return a time that is whole; only a date would give a made-up time."""
    said = found.published
    return said if said and _WHOLE_TIME.fullmatch(said) else None


def _image(image: Image | None) -> dict[str, Any] | None:
    return None if image is None else asdict(image)
