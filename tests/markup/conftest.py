"""Bodies of real sites, and whole pages of publishers."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Fewer would mean that they were not found.
LEAST_BODIES = 200
LEAST_PAGES = 30
# A longer article is a whole site in one page.
MOST_LETTERS = 200_000
_FOLDED = re.compile(
    r"class=\"[^\"]*(?:accordion|tab-pane|toggle|collaps|spoiler|footnote)|<details|role=\"tabpanel\"",
    re.IGNORECASE,
)
# One page in so many is read: each is some thirty posts.
PAGES_STEP = 4
ARTICLES_STEP = 4


@pytest.fixture(scope="module")
def bodies(corpus: Path) -> list[tuple[str, str, str]]:
    """Return the name of the file, the URL and the HTML of each body."""
    found: list[tuple[str, str, str]] = []
    for path in sorted((corpus / "wpjson").glob("*.json")):
        try:
            answer = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
        except ValueError:
            continue
        found.extend((path.name, url, html) for url, html in _bodies(answer))
    assert len(found) >= LEAST_BODIES
    return found


@pytest.fixture(scope="module")
def pages(corpus: Path) -> list[tuple[str, str, str]]:
    """Return the same of pages, menus, forms and all: harder to read than any post."""
    found = [
        (
            path.name,
            "https://example.org/a/",
            gzip.decompress(path.read_bytes()).decode(errors="replace"),
        )
        for path in sorted((corpus / "articles").glob("*.html.gz"))[::PAGES_STEP]
    ]
    assert len(found) >= LEAST_PAGES
    return found


@pytest.fixture(scope="module")
def folded(corpus: Path) -> list[tuple[str, str, str]]:
    """Return the same of the articles of pages that have parts which a click opens."""
    found = []
    for path in sorted((corpus / "suites" / "pages").glob("*.html.gz")):
        page = gzip.decompress(path.read_bytes()).decode(errors="replace")
        article = re.search(r"<article\b.*?</article>", page, re.DOTALL)
        if article and len(article[0]) < MOST_LETTERS and _FOLDED.search(article[0]):
            found.append((path.name, "https://example.org/a/", article[0]))
    assert len(found) >= LEAST_PAGES
    return found


@pytest.fixture(scope="module")
def articles(corpus: Path) -> list[tuple[str, str, str]]:
    """Return the same of the articles of other pages, whole as the site wrote them."""
    found = []
    for path in sorted((corpus / "suites" / "pages").glob("*.html.gz"))[::ARTICLES_STEP]:
        page = gzip.decompress(path.read_bytes()).decode(errors="replace")
        article = re.search(r"<article\b.*?</article>", page, re.DOTALL)
        if article and len(article[0]) < MOST_LETTERS:
            found.append((path.name, "https://example.org/a/", article[0]))
    assert len(found) >= LEAST_PAGES
    return found


def _bodies(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _bodies(item)
    elif isinstance(value, dict):
        content = value.get("content")
        if isinstance(content, dict) and isinstance(content.get("rendered"), str):
            yield urljoin("https://example.org/", str(value.get("link") or "")), content["rendered"]
        for inner in value.values():
            yield from _bodies(inner)
