"""Extract the article from a page: the text in three forms, and all metadata."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newscrawl.extract.agency import agency_among, agency_of
from newscrawl.extract.content.content import content_of
from newscrawl.extract.document import Document, parse
from newscrawl.extract.metadata import metadata
from newscrawl.extract.metadata.authors import signed
from newscrawl.extract.metadata.language import language_of
from newscrawl.extract.words import word_count
from newscrawl.items import Extraction

if TYPE_CHECKING:
    from collections.abc import Iterator


def extract(html: str | bytes, *, url: str) -> Extraction:
    """Return the article of a page. No input makes this fail; missing fields are None or "".

    Args:
        html: The page. Bytes are decoded as UTF-8; `newscrawl.extract.page` finds the encoding.
        url: The URL of the page, to resolve relative links.
    """
    source = html.decode(errors="replace") if isinstance(html, bytes) else html
    with _collector_paused():
        return _extracted(source, url)


def _extracted(source: str, url: str) -> Extraction:
    document = parse(source, url)
    return extraction_of(document, metadata.read(document))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause Python's collector of cycles, as workers do: objects of a page live until its end.

    Looking for garbage among them again and again would take an eighth of the time.
    """
    is_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_enabled:
            gc.enable()


def extraction_of(document: Document, found: metadata.Metadata) -> Extraction:
    """Return the article of a page, given its metadata; the tree is reduced to the text."""
    content = content_of(document, title=found.title, authors=found.authors)
    text = content.body.text
    if found.sources.get("authors") != "author link":
        found.put("authors", signed(content.signatures, found.authors))
    found.put("language", language_of(document, text))
    found.put("agency", _agency(text, found))
    return Extraction(
        url=found.url,
        text=text,
        html=content.body.html,
        markdown=content.body.markdown,
        title=found.title,
        authors=found.authors,
        published=found.published,
        modified=found.modified,
        language=found.language,
        image=found.image,
        publisher=found.publisher,
        section=found.section,
        agency=found.agency,
        word_count=word_count(text),
        extractor=content.extractor,
        confidence=content.confidence,
        sources=found.sources,
    )


def _agency(text: str, found: metadata.Metadata) -> tuple[str, str] | None:
    named = agency_of(text)
    if named:
        return named, "text"
    named = agency_among([*found.authors, found.publisher or ""])
    return (named, "authors") if named else None
