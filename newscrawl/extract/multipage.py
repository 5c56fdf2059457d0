"""Handle articles of several pages: find the URL of the next page, and join all pages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from newscrawl.markup import safe_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawl.extract.document import Document
    from newscrawl.items import Extraction

# Query parameters with the page number of an article.
_PARAMETERS: Final = frozenset(
    {"page", "paged", "pagenum", "page_number", "pageno", "pg", "seite", "pagina"}
)
# The end of a path with the page number of an article.
_END: Final = re.compile(
    r"(?:/(?:page|seite|pagina|strona|p)[/-]?|/|[-_,](?:page|seite|p)[-_]?|_)(\d{1,2})(/?|\.\w{3,5})$"
)
# The part of a path before a page number must be an article's: several words, or long.
_SLUG: Final = re.compile(r"[^/]*(?:[-_][^/]*){2}$|[^/]{16,}$")
# Links of a page that are read.
MAX_LINKS: Final = 3_000


def next_page(document: Document) -> str | None:
    """Return the URL of the article's next page; None if this page is the last or the only one.

    ``rel=next`` often leads to the next article. So a link counts only if its URL differs from
    this page's URL only in the page number, which must be higher by one.
    """
    stem, number = _numbered(document.url)
    wanted = re.compile(rf"(?<!\d)0?{number + 1}(?!\d)")
    for href in _links(document):
        # Most links lack this number. Parsing the URLs of all would take an eighth of the time.
        url = safe_url(href, document.url) if wanted.search(href) else None
        if url and _numbered(url) == (stem, number + 1):
            return url.partition("#")[0]
    return None


def join_parts(parts: Iterable[Extraction]) -> Extraction:
    """Return one article from its pages: the metadata of the first, the text of all.

    Raises:
        ValueError: If *parts* is empty.
    """
    whole, *others = parts
    everything = [whole, *others]
    return replace(
        whole,
        text="\n\n".join(filter(None, (part.text for part in everything))),
        html="\n".join(filter(None, (part.html for part in everything))),
        markdown="\n\n".join(filter(None, (part.markdown for part in everything))),
        word_count=sum(part.word_count for part in everything),
        confidence=min(part.confidence for part in everything),
    )


def _links(document: Document) -> Iterator[str]:
    for element in document.tree.find_all("link", limit=200):
        if "next" in (element.attr("rel") or "").lower().split():
            yield element.attr("href") or ""
    for element in document.tree.find_all("a", limit=MAX_LINKS):
        yield element.attr("href") or ""


def _numbered(url: str) -> tuple[str, int]:
    """Return a URL without its page number, and the number; 1 if it has no number."""
    try:
        parts = urlsplit(url)
        fields = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return url, 1
    numbers = [value for name, value in fields if name.lower() in _PARAMETERS and value.isdigit()]
    if numbers and len(numbers[0]) < 3:
        rest = [(name, value) for name, value in fields if name.lower() not in _PARAMETERS]
        return _stem(parts, parts.path, urlencode(rest)), int(numbers[0])
    end = _END.search(parts.path)
    if end and _SLUG.search(parts.path[: end.start()]):
        path = parts.path[: end.start()] + (end[2] if end[2] != "/" else "")
        return _stem(parts, path, urlencode(fields)), int(end[1])
    return _stem(parts, parts.path, urlencode(fields)), 1


def _stem(parts: SplitResult, path: str, query: str) -> str:
    path = path.rstrip("/")
    return urlunsplit(("", (parts.hostname or "").removeprefix("www."), path, query, ""))
