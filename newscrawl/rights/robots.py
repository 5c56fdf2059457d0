"""The rules of a host's robots.txt for this crawler, by RFC 9309.

Source: https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

Verdict: TypeAlias = Literal["allowed", "disallowed", "unreachable"]

PRODUCT_TOKEN: Final = "newscrawl"  # noqa: S105 - what groups of rules are addressed to
MAX_BYTES: Final = 500 * 1024
FRESH_SECONDS: Final = 24 * 3600
UNREACHABLE_FRESH_SECONDS: Final = 600
"""Seconds until an unreachable robots.txt is tried again: a passing fault costs no whole day."""
MAX_CRAWL_DELAY_SECONDS: Final = 120.0
MAX_REDIRECTS: Final = 5
UNREACHABLE: Final = 0
"""The status of a robots.txt without any answer."""

_OWN_PATH: Final = "/robots.txt"
_AGENT: Final = "user-agent"

# Lines of our group that are preferences, not rules, recorded under these names.
_PREFERENCES: Final = frozenset({"content-signal", "content-usage"})
_MAX_PREFERENCES: Final = 50
_MAX_VALUE_LENGTH: Final = 500
_USER_AGENT: Final = re.compile(r"user[ -]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\*(?=\s|$)|[a-zA-Z_-]+")
_LINE: Final = re.compile(r"([a-z-]+(?: delay)?)\s*[:\s]\s*(.*)", re.IGNORECASE)
_END_OF_LINE: Final = re.compile(r"[\r\n]+")
# How people write it; crawlers of search engines read these too.
_DISALLOW: Final = frozenset(
    {"disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"}
)
_CRAWL_DELAY: Final = frozenset({"crawl-delay", "crawl delay", "crawldelay"})
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}", re.ASCII)
_RULES: Final = _DISALLOW | {"allow"}
# Lines that belong to a group. Others, such as sitemaps, stand anywhere and belong to no group.
_OF_GROUPS: Final = _RULES | _CRAWL_DELAY | _PREFERENCES
_UNRESERVED: Final = frozenset(
    b"-._~" + bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
)
_WRITTEN_IN_WAYS: Final = re.compile(r"%([0-9A-Fa-f]{2})|(?:[^!-~]|[\"<>\\^`{|}])+")
_URL: Final = re.compile(r"[a-z]+://[^/?#]*([^#]*)", re.IGNORECASE)


class Robots:
    """The rules of one robots.txt for newscrawl.

    Args:
        status: The HTTP status it came with; `UNREACHABLE` without one.
        text: Its text; read only if the status is 2xx.

    >>> robots = Robots(200, "User-agent: *\\nDisallow: /private/\\nCrawl-delay: 300")
    >>> robots.verdict("https://example.org/private/post"), robots.crawl_delay
    ('disallowed', 120.0)
    """

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        lines = list(_lines(text)) if 200 <= status < 300 else []
        ours = _group(lines)
        self._allowed = _patterns(ours, {"allow"})
        self._disallowed = _patterns(ours, _DISALLOW)
        self._preferences = _preferences(ours)
        self._license = _first_value(lines, {"license"})
        #: Seconds between two requests that the site asks for, capped; 0.0 if it names no delay.
        self.crawl_delay = _seconds(_first_value(ours, _CRAWL_DELAY))

    @property
    def is_unreachable(self) -> bool:
        """Whether the rules are unknown: then nothing may be requested.

        429 counts as well, although it is a 4xx: it means "not now", not "there are no rules".
        """
        return self.status == UNREACHABLE or self.status >= 500 or self.status == 429

    def verdict(self, url: str) -> Verdict:
        """Return whether *url*, of the host that this robots.txt is of, may be asked."""
        if self.is_unreachable:
            return "unreachable"
        found = _URL.match(url)
        path = (found[1] if found else "") or "/"
        path = path if path.startswith("/") else f"/{path}"
        return "allowed" if path == _OWN_PATH or self._allows(normal_path(path)) else "disallowed"

    def _allows(self, path: str) -> bool:
        """Return the verdict of the longest pattern that matches; of equals, allow."""
        path = path.replace("*", "%2A").replace("$", "%24")
        longest = _longest(self._disallowed, path)
        return longest < 0 or _longest(self._allowed, path) >= longest

    def signals(self, url: str) -> dict[str, str]:
        """Return the rights signals that hold for *url*: they are recorded and forbid nothing.

        >>> robots = Robots(200, "User-agent: *\\nContent-Signal: search=yes, ai-train=no")
        >>> robots.signals("https://example.org/post")
        {'content-signal': 'search=yes, ai-train=no'}
        """
        found = {"robots-license": self._license} if self._license else {}
        path = urlsplit(url).path or "/"
        for name, by_pattern in self._preferences.items():
            pattern = best_match(by_pattern, path)
            if pattern is not None:
                found[name] = by_pattern[pattern]
        return found

    def is_fresh(self, age_seconds: float) -> bool:
        """Return whether a copy this old still counts; a clock set back makes it stale."""
        limit = UNREACHABLE_FRESH_SECONDS if self.is_unreachable else FRESH_SECONDS
        return 0 <= age_seconds < limit


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines as names, in lower case, and values; without comments and what is neither."""
    if len(text) > MAX_BYTES:  # a line that is cut could forbid, or allow, more than the whole line
        text = text[: max(text.rfind("\n", 0, MAX_BYTES), text.rfind("\r", 0, MAX_BYTES), 0)]
    for line in _END_OF_LINE.split(text.removeprefix("\ufeff")):
        written = line.partition("#")[0].strip()
        found = _USER_AGENT.fullmatch(written)
        if found:
            yield _AGENT, found[1]
        elif found := _LINE.fullmatch(written):
            yield found[1].lower(), found[2]


def _group(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the lines of the groups for us; without one, of those for everybody."""
    ours: list[tuple[str, str]] = []
    everybodys: list[tuple[str, str]] = []
    is_named = False
    for agents, group in _groups(lines):
        is_named = is_named or PRODUCT_TOKEN in agents
        for token, found in ((PRODUCT_TOKEN, ours), ("*", everybodys)):
            if token in agents:
                # The first of equal lines counts: one below our own user agent before others.
                found.extend(group[agents[token] :] + group[: agents[token]])
    return ours if is_named else everybodys


def _groups(lines: list[tuple[str, str]]) -> Iterator[tuple[dict[str, int], list[tuple[str, str]]]]:
    """Yield groups: each user agent with the number of lines above it, and the lines.

    Only a rule ends the list of user agents. RFC 9309 lets other lines, such as Crawl-delay, stand
    between them.
    """
    agents: dict[str, int] = {}
    group: list[tuple[str, str]] = []
    has_rules = False
    for name, value in lines:
        if name == _AGENT:
            if has_rules:
                yield agents, group
                agents, group, has_rules = {}, [], False
            token = _TOKEN.match(value)
            agents.setdefault(token[0].lower() if token else "", len(group))
        elif agents and name in _OF_GROUPS:
            group.append((name, value))
            has_rules = has_rules or name in _RULES
    yield agents, group


def _patterns(lines: list[tuple[str, str]], names: Set[str]) -> list[str]:
    """Return the patterns of rules, the longest first."""
    found = {normal_pattern(value) for name, value in lines if name in names and value}
    return sorted(found, key=len, reverse=True)


def _longest(patterns: list[str], path: str) -> int:
    """Return the length of the longest pattern that matches; -1 without a match."""
    return next((len(pattern) for pattern in patterns if matches(pattern, path)), -1)


def _seconds(value: str) -> float:
    is_number = _SECONDS.fullmatch(value)
    return min(float(value), MAX_CRAWL_DELAY_SECONDS) if is_number else 0.0


def _preferences(lines: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Return the preferences by name, then by the pattern of paths that they hold for."""
    found: dict[str, dict[str, str]] = {}
    for name, said in lines:
        value = said[:_MAX_VALUE_LENGTH]
        if name not in _PREFERENCES or not value:
            continue
        pattern, _, rest = value.partition(" ") if value.startswith("/") else ("/", "", value)
        by_pattern = found.setdefault(name, {})
        if rest.strip() and len(by_pattern) < _MAX_PREFERENCES:
            by_pattern.setdefault(pattern, rest.strip())
    return found


def _first_value(lines: list[tuple[str, str]], names: Set[str]) -> str:
    return next((value[:_MAX_VALUE_LENGTH] for name, value in lines if name in names), "")


def normal_path(path: str) -> str:
    """Return a path and query in the one form that RFC 9309 compares: no needless escape.

    >>> normal_path("/%7eann/caf%c3%a9?q=%2F"), normal_path("/café/a%24b")
    ('/~ann/caf%C3%A9?q=%2F', '/caf%C3%A9/a%24b')
    """
    return _WRITTEN_IN_WAYS.sub(_written, path)


def normal_pattern(pattern: str) -> str:
    """Return a pattern in that form; a ``$`` in the middle of one is a character like others."""
    end = "$" if pattern.endswith("$") else ""
    return normal_path(pattern.removesuffix("$")).replace("$", "%24") + end


def _written(found: re.Match[str]) -> str:
    if found[1] is None:
        return quote(found[0], safe="", errors="replace")
    code = int(found[1], 16)
    return chr(code) if code in _UNRESERVED else f"%{found[1].upper()}"


def matches(pattern: str, path: str) -> bool:
    """Return whether *pattern* matches the start of *path*, or all of it if it ends in ``$``.

    The time grows with the path and the number of stars only.

    >>> matches("/a/*.pdf$", "/a/b/c.pdf"), matches("/a/*.pdf$", "/a/b.pdf?x"), matches("/a", "/ab")
    (True, False, True)
    """
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not anchored or path == first
    last = others.pop() if anchored else ""
    position = len(first)
    for part in others:
        position = path.find(part, position)
        if position < 0:
            return False
        position += len(part)
    return not anchored or (len(path) - len(last) >= position and path.endswith(last))


def best_match(patterns: Iterable[str], path: str) -> str | None:
    """Return the longest of *patterns* that matches *path*, the first of equals, or None."""
    return max((pattern for pattern in patterns if matches(pattern, path)), key=len, default=None)
