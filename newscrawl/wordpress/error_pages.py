"""The meaning of a page of HTML or a line of text instead of the API's JSON."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SEARCHED: Final = 65_536
"""Characters of a page that are searched."""
SMALL_PAGE: Final = 20_000
"""An error page is shorter than this; in a longer one the words below may be an article's."""

CHALLENGE_HEADERS: Final = {
    "sg-captcha": "challenge",
    "cf-mitigated": "challenge",
    "x-amzn-waf-action": "c",  # challenge, captcha
    "x-datadome": "",
}
"""Headers of services that ask for a browser or a human: name, and how its value starts."""

CHALLENGE_MARKS: Final = (
    "/.well-known/sgcaptcha/",
    "cdn-cgi/challenge-platform/h/",
    "_cf_chl_opt",
    "cf-browser-verification",
    "_incapsula_resource",
    "captcha-delivery.com",
    "px-captcha",
    "awswafcookiedomainlist",
    "ddos-guard/js-challenge",
    "sucuri_cloudproxy_js",
    "wsidchk",
)
"""Strings that only their pages contain, in lower case."""

CHALLENGE_WORDS: Final = (
    "just a moment",
    "checking your browser",
    "checking the site connection security",
    "verify you are human",
    "are you a robot",
    "robot challenge",
    "one moment, please",
    "ddos protection",
    "enable javascript and cookies",
    "human verification",
    "captcha",
)
BLOCKED_WORDS: Final = (
    "request rejected",
    "access denied",
    "access forbidden",
    "forbidden",
    "not allowed to proceed",
    "you have been blocked",
    "attention required",
    "not acceptable",
    "website firewall",
    "your access to this site has been limited",
    "blocked",
    "unauthorized",
)
RATE_WORDS: Final = ("too many requests", "rate limit")
UNAVAILABLE_WORDS: Final = (
    "service unavailable",
    "temporarily unavailable",
    "bad gateway",
    "gateway time",
    "internal server error",
    "error establishing a database connection",
    "critical error",
    "error thrown",
    "fatal error",
    "resource limit is reached",
    "origin is unreachable",
    "web server is down",
    "connection timed out",
    # Maintenance pages are written in the site's language.
    "maintenance",
    "wartung",
    "mantenimiento",
    "manutenç",
    "manutenzione",
    "onderhoud",
    "underhåll",
    "vedligehold",
    "bakım",
    "обслуживан",
    "konserwacj",
    "bảo trì",
    "pemeliharaan",
    "メンテナンス",
    "维护",
)
"""The titles and headlines of such pages, in lower case."""

_TITLE = re.compile(r"<title[^>]{0,500}>([^<]{0,500})", re.IGNORECASE)
_HEADLINE = re.compile(r"<h[12][^>]{0,500}>([^<]{0,500})", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|error|http)\W{0,9}(401|403|406|429|5[0-3]\d)\b")
_OF_NUMBER = {"4": "blocked", "5": "unavailable"}


def classify(text: str, headers: Mapping[str, str], status: int = 200) -> str:
    """Return the meaning of a page: one word of a closed list.

    The words: "challenge" (wants a browser or a human), "blocked" (a firewall or plugin refuses),
    "rate_limited", "unavailable" (an error or maintenance page), "page" (any other).

    >>> classify("<html><title>Request Rejected</title>", {})
    'blocked'
    """
    page = text[:MAX_SEARCHED].lower()
    if _is_challenge(page, headers):
        return "challenge"
    by_status = _of_status(status)
    if by_status or len(text) > SMALL_PAGE:
        return by_status or "page"
    return _of_words(page)


def title_of(text: str) -> str:
    """Return the title of a page, else its first headline, on one short line.

    >>> title_of("<html><head><title>\\n 503 &mdash; Busy </title>")
    '503 — Busy'
    """
    found = _TITLE.search(text, 0, MAX_SEARCHED) or _HEADLINE.search(text, 0, MAX_SEARCHED)
    return one_line(html.unescape(found[1])) if found else ""


def one_line(text: str, limit: int = 80) -> str:
    """Return the start of a text that strangers wrote, fit for a line of a log."""
    words = "".join(char if char.isprintable() else " " for char in text[: 4 * limit]).split()
    line = " ".join(words)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _is_challenge(page: str, headers: Mapping[str, str]) -> bool:
    if any(
        name in headers and headers[name].lower().startswith(start)
        for name, start in CHALLENGE_HEADERS.items()
    ):
        return True
    if any(mark in page for mark in CHALLENGE_MARKS):
        return True
    return len(page) <= SMALL_PAGE and any(word in _headlines(page) for word in CHALLENGE_WORDS)


def _of_status(status: int) -> str:
    if status == 429:
        return "rate_limited"
    if status >= 500:
        return "unavailable"
    return "blocked" if status in (401, 403, 406, 451) else ""


def _of_words(page: str) -> str:
    said = _headlines(page)
    if any(word in said for word in RATE_WORDS):
        return "rate_limited"
    if any(word in said for word in UNAVAILABLE_WORDS):
        return "unavailable"
    if any(word in said for word in BLOCKED_WORDS):
        return "blocked"
    number = _NUMBER.search(said)
    if not number:
        return "page"
    return "rate_limited" if number[1] == "429" else _OF_NUMBER[number[1][0]]


def _headlines(page: str) -> str:
    """Return the first words of a page: its title and headlines, or all of a page without these."""
    said = [*_TITLE.findall(page), *_HEADLINE.findall(page)]
    return html.unescape(" ".join(said)) if said else page[:500]
