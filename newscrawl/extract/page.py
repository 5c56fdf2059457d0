"""Read the response for an article: its outcome, its content, and the URL of its next page.

This runs in a worker process, so arguments and results must be picklable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newscrawl.extract import jsonld, outcome, walls
from newscrawl.extract.decoding import decoded, not_html
from newscrawl.extract.document import Document, parse
from newscrawl.extract.extractor import extraction_of
from newscrawl.extract.fingerprint import packed_signature
from newscrawl.extract.metadata import metadata
from newscrawl.extract.multipage import next_page
from newscrawl.extract.page_result import MAX_SIGNED, Page
from newscrawl.extract.rights_signals import signals_of
from newscrawl.markup import safe_url
from newscrawl.outcomes import FETCHED
from newscrawl.urls.safe import same_page
from newscrawl.urls.same_site import is_same_site

if TYPE_CHECKING:
    from newscrawl.net.response import Answer

__all__ = ["read_page", "stated_url"]

# A page with a longer refresh delay is meant to be read, so its refresh is ignored.
MAX_REFRESH_SECONDS: Final = 10.0
# Outcomes for which the extracted text is kept.
_KEPT: Final = frozenset({FETCHED, "paywall", "excerpt_only"})
# A script that only sends the reader to another page.
_SENT_ON: Final = re.compile(
    r"(?:window\.|document\.|top\.|self\.)?location(?:\.href)?\s*(?:=|\.replace\(|\.assign\()\s*[\"'](https?:[^\"'\s]{4,2000})[\"']"
)
# Characters of a page with such a script; a longer page is an article.
_MAX_SENDING_PAGE: Final = 5_000
# A longer path leads to an article, not to a section.
MAX_DOOR_PATH: Final = 20
# Selectors of parts that are not free; later ones are ignored.
MAX_LOCKED_PARTS: Final = 20
# A selector of such a part must be one class. Another selector could match the whole page.
_LOCKED_PART: Final = re.compile(r"\.[A-Za-z_][\w-]{2,100}")


def read_page(answer: Answer, excerpt: str = "") -> Page:
    """Return the outcome of a response, and its article.

    Args:
        answer: A response with any status.
        excerpt: The post's own text, to recognize pages that have no more; or "".
    """
    content_type = answer.headers.get("content-type", "")
    file_type = not_html(answer.body, content_type) if answer.body or content_type else None
    if file_type and 200 <= answer.status < 300:
        return Page(outcome="not_html", detail=file_type)
    source = "" if file_type else decoded(answer.body, content_type)
    document = parse(source, answer.url)
    page = _Reading(answer, document)
    return page.refused() or page.elsewhere() or page.article(excerpt)


def stated_url(answer: Answer) -> str | None:
    """Return the canonical URL that a page states, whatever URL it came from; None without one."""
    source = decoded(answer.body, answer.headers.get("content-type", ""))
    return metadata.stated_url(parse(source, answer.url))


class _Reading:
    """A page during reading. Each step takes its values before the tree is reduced."""

    def __init__(self, answer: Answer, document: Document) -> None:
        self.answer = answer
        self.document = document
        self.metadata = metadata.read(document)
        self.next_page = next_page(document)
        self.sent_to = _sent_to(document)
        is_free = walls.is_free(document)
        self.rights = signals_of(document, known=answer.signals, is_free=is_free)
        document.strip()
        self.visible_page = walls.visible_page(document, is_free=is_free)

    def refused(self) -> Page | None:
        """Return the result if the status is no success, otherwise None."""
        found = outcome.of_status(self.answer.status, self.visible_page)
        return Page(outcome=found[0], detail=found[1], rights=self.rights) if found else None

    def elsewhere(self) -> Page | None:
        """Return the result if the article is on another page or not found, otherwise None."""
        if self.sent_to:
            detail = f"sends its readers to {self.sent_to}"
            return Page(
                outcome="extraction_failed", detail=detail, follow=self.sent_to, rights=self.rights
            )
        if _is_front_page(self.answer):
            return Page(outcome="not_found", detail="leads to the front page", rights=self.rights)
        return None

    def article(self, excerpt: str) -> Page:
        """Return the result for a page that should have the article."""
        if self.visible_page.is_free is False:
            _remove_locked_parts(self.document)
        found = extraction_of(self.document, self.metadata)
        word, why = outcome.of_text(self.visible_page, found, excerpt, status=self.answer.status)
        page = Page(outcome=word, detail=why, rights=self.rights)
        if word in _KEPT:
            page.extraction = found
        if word == FETCHED:
            page.next_page = self.next_page
            if found.text and len(found.text) <= MAX_SIGNED:
                page.signature = packed_signature(found.text)
        elif _is_amp(self.document) and found.url != self.answer.url:
            page.follow = found.url
        return page


def _sent_to(document: Document) -> str | None:
    """Return the URL to which a page without an article sends its readers, or None."""
    refresh = document.refresh
    if refresh and refresh[0] <= MAX_REFRESH_SECONDS:
        target = safe_url(refresh[1], document.url)
        # A page that reloads itself is a live ticker, or counts its readers.
        if target and not same_page(target, document.url):
            return target
    script = None
    if len(document.source) <= _MAX_SENDING_PAGE:
        script = _SENT_ON.search(document.source)
    target = safe_url(script[1], document.url) if script else None
    return target if target and not same_page(target, document.url) else None


def _is_front_page(answer: Answer) -> bool:
    """Return whether an article's URL led to the front page, as on some sites for "not found"."""
    if not answer.hops:
        return False
    asked, got = answer.hops[0].url, answer.url
    deep = urlsplit(asked).path.strip("/").count("/") or len(urlsplit(asked).path) > MAX_DOOR_PATH
    door = not urlsplit(got).path.strip("/") and not urlsplit(got).query
    return bool(deep) and door and is_same_site(asked, got)


def _is_amp(document: Document) -> bool:
    root = document.tree.root
    return root is not None and any(root.attr(name) is not None for name in ("amp", "⚡"))


def _remove_locked_parts(document: Document) -> None:
    """Remove the parts that the page marks as not free, though its HTML contains them."""
    for part in jsonld.resolved(document.article.get("hasPart"), document.nodes):
        if isinstance(part, dict) and walls.truth(part.get("isAccessibleForFree")) is False:
            named = jsonld.resolved(part.get("cssSelector"), [])
            selectors = ",".join(one for one in named if isinstance(one, str)).split(",")
            for selector in map(str.strip, selectors[:MAX_LOCKED_PARTS]):
                if _LOCKED_PART.fullmatch(selector):
                    document.tree.remove(selector)
