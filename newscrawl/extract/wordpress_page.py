"""Read a post from its page on its own site, if the post has no other source.

This runs in a worker process, so arguments and results must be picklable.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from w3lib.url import add_or_replace_parameter

from newscrawl.extract.decoding import decoded
from newscrawl.extract.document import parse
from newscrawl.extract.extractor import extraction_of
from newscrawl.extract.metadata import metadata
from newscrawl.extract.metadata.language import normalized
from newscrawl.extract.page import read_page
from newscrawl.markup import safe_url
from newscrawl.outcomes import FETCHED
from newscrawl.urls.safe import same_page

if TYPE_CHECKING:
    from turbohtml import Element

    from newscrawl.extract.document import Document
    from newscrawl.items import Extraction, Image
    from newscrawl.net.response import Answer

# The elements in which themes put a post's content, the full-article button included.
CONTENT: Final = ".entry-content, .post-content, .article-content, [itemprop=articleBody]"
TITLE: Final = "h1.entry-title, h1.wp-block-post-title"
# The form that WordPress shows instead of the words of a protected post.
CORE_FORM: Final = ".post-password-form, form[action*='action=postpass']"
LOCKED: Final = f"{CORE_FORM}, input[type=password]"
# The links to the pages of a post that has several. WordPress names each link, themes the box.
PAGE_LINK: Final = ".post-page-numbers"
PAGE_LINKS: Final = ", ".join(
    f"{box}:has({PAGE_LINK})" for box in (".page-links", ".page-link", ".post-nav-links")
)
MAX_LINKS: Final = 3_000
# Classes that WordPress gives to the ``body`` of pages that are not one post.
LISTS: Final = frozenset({"home", "blog", "archive", "search", "error404"})

# Outcomes of pages that may be a post's. The extraction fails on very short posts.
_SHOWN: Final = frozenset({FETCHED, "excerpt_only", "paywall", "extraction_failed"})
_SHORT_LINK: Final = re.compile(r"[?&]p=(\d{1,18})(?:&|$)")
_HEADER: Final = re.compile(r"<([^<>]{1,2000})>\s*;\s*rel=[\"']?shortlink")
_BODY_CLASS: Final = re.compile(r"postid-(\d{1,18})")
_NUMBER: Final = re.compile(r"[1-9]\d{0,2}")
_WHOLE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_own_page(answer: Answer) -> dict[str, Any] | str:
    """Return the values of a post from its page, or the outcome if it is not a post's page.

    Returns:
        ``{id, type, title, content, is_locked, next_page, published, authors, language, image,
        translations}``.
        The id and the type are the page's; the content is unsanitized HTML; is_locked means that
        the page shows WordPress's password form instead; next_page is the URL of the post's second
        page; translations has the URLs of the post in other languages. Missing values are None.
    """
    outcome = read_page(answer).outcome
    if outcome not in _SHOWN:
        return outcome
    document = parse(decoded(answer.body, answer.headers.get("content-type", "")), answer.url)
    body = document.tree.find("body")
    classes = ((body.attr("class") or "") if body else "").split()
    if LISTS.intersection(classes) and "single" not in classes:
        return "not_found"
    is_locked, following = _is_locked(document), _next_page(document, answer.url, 1)
    translations = _translations(document, answer.url)
    post_id, content = _post_id(document, answer, classes), "" if is_locked else _content(document)
    found = extraction_of(document, metadata.read(document))
    title = _text(document, TITLE) or found.title or ""
    if content is None and not (found.text and outcome != "extraction_failed"):
        # WordPress writes the id before its theme runs. A page that crashed has no title.
        if post_id is None or not title:
            return outcome
        content = ""  # a post without words
    return {
        "id": post_id,
        "type": _type(classes),
        "title": title,
        "content": found.html if content is None else content,
        "is_locked": is_locked,
        "next_page": following,
        "published": _time(found),
        "authors": found.authors,
        "language": found.language,
        "image": _image(found.image),
        "translations": translations,
    }


def _translations(document: Document, url: str) -> list[dict[str, str]]:
    """Return ``{language, url}`` of each translation that a page names in its head."""
    found: dict[str, str] = {}
    for link in document.tree.find_all("link", limit=MAX_LINKS):
        if (link.attr("rel") or "") != "alternate":
            continue
        language = normalized(link.attr("hreflang") or "")
        target = safe_url(link.attr("href") or "", url)
        if language and target and not same_page(target, url):
            found.setdefault(language, target)
    return [{"language": language, "url": target} for language, target in found.items()]


def read_further_page(answer: Answer, number: int, post_url: str) -> dict[str, Any] | str:
    """Return ``{content, next_page}`` of the second or a later page of a post, or its outcome.

    Args:
        number: 2 for the second page.
        post_url: The URL of the first page.
    """
    outcome = read_page(answer).outcome
    if outcome not in _SHOWN:
        return outcome
    if page_number(answer.url, post_url) != number:
        return "not_found"  # WordPress redirects the number of a missing page to the first page
    document = parse(decoded(answer.body, answer.headers.get("content-type", "")), answer.url)
    following, content = _next_page(document, post_url, number), _content(document)
    if content is None:
        content = extraction_of(document, metadata.read(document)).html
    return {"content": content, "next_page": following} if content else outcome


def further_url(post_url: str, number: int) -> str:
    """Return the address that WordPress gives to a further page of a post.

    >>> further_url("https://example.org/a-post/", 2)
    'https://example.org/a-post/2/'
    """
    if urlsplit(post_url).query:
        return add_or_replace_parameter(post_url, "page", str(number))
    return f"{post_url.rstrip('/')}/{number}/"


def page_number(url: str, post_url: str) -> int | None:
    """Return the number of a post's page if *url* is the address of a further page of the post.

    >>> page_number("https://example.org/a-post/2/", "https://example.org/a-post/")
    2
    >>> page_number("https://example.org/?p=7&page=3", "https://example.org/?p=7")
    3
    """
    try:
        parts, post = urlsplit(url), urlsplit(post_url)
        fields, known = parse_qsl(parts.query), parse_qsl(post.query)
    except ValueError:
        return None
    path, number = parts.path.rstrip("/"), dict(fields).get("page", "")
    if parts.netloc != post.netloc:
        return None
    if fields == known:
        start, _, number = path.rpartition("/")
        is_part = start == post.path.rstrip("/")
    else:
        is_part = [pair for pair in fields if pair[0] != "page"] == known
        is_part &= path == post.path.rstrip("/")
    return int(number) if is_part and _NUMBER.fullmatch(number) else None


def _next_page(document: Document, post_url: str, number: int) -> str | None:
    """Return the URL of the page after the page of this number, if the page links to it."""
    wanted = number + 1
    for link in document.tree.select("a[href], link[rel=next]")[:MAX_LINKS]:
        href = link.attr("href") or ""
        url = safe_url(href, document.url) if str(wanted) in href else None
        if url and page_number(url, post_url) == wanted:
            return url.partition("#")[0]
    return None


def _is_locked(document: Document) -> bool:
    """Return whether the page shows a password form instead of the post's words."""
    marked = _marked(document)
    if marked is None:
        return document.tree.select_one(CORE_FORM) is not None
    return marked.select_one(CORE_FORM) is not None


def _content(document: Document) -> str | None:
    """Return the HTML of the post's content, "" if locked; None if the theme does not mark it."""
    marked = _marked(document)
    if marked is None:
        return None
    if marked.select_one(LOCKED):
        return ""
    for links in (*marked.select(PAGE_LINKS), *marked.select(PAGE_LINK)):
        links.decompose()
    return str(marked.inner_html)


def _marked(document: Document) -> Element | None:
    """Return the longest element that a theme marks as the content of a post."""
    elements = document.tree.select(CONTENT)
    return max(elements, key=lambda element: len(element.text)) if elements else None


def _post_id(document: Document, answer: Answer, classes: list[str]) -> int | None:
    """Return the post's id from a short link or from a class of the ``body``; or None."""
    link = document.tree.select_one("link[rel=shortlink]")
    header = _HEADER.search(answer.headers.get("link", ""))
    said = (
        _SHORT_LINK.search((link.attr("href") or "") if link else ""),
        _SHORT_LINK.search(header[1] if header else ""),
        *map(_BODY_CLASS.fullmatch, classes),
    )
    return next((int(match[1]) for match in said if match and int(match[1])), None)


def _type(classes: list[str]) -> str | None:
    """Return the post type from the classes of the ``body``; None if a theme omits them."""
    if "page" in classes or "attachment" in classes:
        return "page" if "page" in classes else "attachment"
    types = [name.removeprefix("single-") for name in classes if name.startswith("single-")]
    return "post" if "post" in types else next(iter(types), None)


def _text(document: Document, selector: str) -> str:
    element = document.tree.select_one(selector)
    return " ".join(element.text.split()) if element else ""


def _time(found: Extraction) -> str | None:
    """Return the time of publication; None if only a date is known, as no time is made up."""
    said = found.published
    return said if said and _WHOLE_TIME.fullmatch(said) else None


def _image(image: Image | None) -> dict[str, Any] | None:
    return None if image is None else asdict(image)
