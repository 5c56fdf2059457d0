"""Read titles and excerpts as plain text."""

import re
from html import unescape
from typing import Final

from turbohtml import Token, tokenize

from newscrawl.markup.allowlist import FOREIGN, HIDDEN, PARTING, VOID
from newscrawl.markup.furniture import furniture_kind
from newscrawl.markup.shortcodes import removed
from newscrawl.markup.unicode import cleaned
from newscrawl.urls.safe import safe_url

# A reference that was encoded twice. "&lt;" is excluded, as a title may be about markup.
_ENCODED_TWICE: Final = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|amp|quot|apos|hellip|[nm]dash|[lr][sd]quo|nbsp);", re.IGNORECASE
)
_PARTING: Final = PARTING | {"br"}


def plain_text(html: str) -> str:
    """Return the words of a title or an excerpt: no tags, no references, single spaces.

    A "[…]" at the end is kept, as readers saw it.

    >>> plain_text("Profit &amp; <em>loss</em>: the year&#8217;s&nbsp; end")
    'Profit & loss: the year’s end'
    """
    return _words(html, "", "")


def excerpt_text(html: str, post_url: str) -> str:
    """Return the words of an excerpt, without shortcodes and without its link to the post.

    >>> excerpt_text('<p>So it was. <a class="more-link" href="/a/">Continue reading</a></p>', "https://example.org/a/")
    'So it was.'
    """
    text = _words(html, post_url, post_url)
    return " ".join(removed(text).split()) if "[" in text else text


def _words(html: str, base_url: str, left_out: str) -> str:
    html = cleaned(html)
    text = "".join(_pieces(html, base_url, left_out)) if "<" in html else unescape(html)
    if "&" in text:
        text = _ENCODED_TWICE.sub(lambda match: unescape(match.group()), text)
    return " ".join(cleaned(text).split())


def _pieces(html: str, base_url: str, left_out: str) -> list[str]:
    """Return the visible strings of a piece of HTML."""
    pieces: list[str] = []
    hidden, depth = "", 0  # the tag of a hidden element, and how many of them are open
    for token in tokenize(html):
        tag = token.tag
        if hidden:
            depth += _step(token) if tag == hidden else 0
            hidden = hidden if depth else ""
        elif tag is None:
            pieces.append(token.data or "" if token.type.name == "TEXT" else "")
        elif token.type.name == "START_TAG" and _hides(token, base_url, left_out):
            hidden, depth = tag, 1
        elif tag in _PARTING:
            pieces.append(" ")
    return pieces


def _step(token: Token) -> int:
    """Return the change in the number of open elements: of raw ones, only one is open."""
    if token.type.name == "END_TAG":
        return -1
    return 0 if token.self_closing or token.tag in HIDDEN else 1


def _hides(token: Token, base_url: str, left_out: str) -> bool:
    """Return whether the content of an element is hidden, or is the link to leave out.

    In excerpts, which have a link to leave out, furniture is hidden too: a reading time.
    """
    if left_out and token.attrs and token.tag not in VOID:
        attrs = dict(token.attrs)
        if furniture_kind(attrs.get("class") or ""):
            return True
        if token.tag == "a":
            return _leads_to(attrs, base_url, left_out)
    return token.tag in HIDDEN and not (token.tag in FOREIGN and token.self_closing)


def _leads_to(attrs: dict[str, str], base_url: str, url: str) -> bool:
    if "more-link" in attrs.get("class", "").split():
        return True
    found = safe_url(attrs.get("href", ""), base_url)
    return bool(found) and _bare(found or "") == _bare(url)


def _bare(url: str) -> str:
    """Return the common part of the URLs of one page."""
    return url.partition("#")[0].partition("//")[2].rstrip("/")
