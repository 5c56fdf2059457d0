"""What a host's robots.txt says to us, by RFC 9309.

Source: https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from protego import Protego

from newscrawl.net.patterns import best_match

if TYPE_CHECKING:
    from collections.abc import Iterator

Verdict: TypeAlias = Literal["allowed", "disallowed", "unreachable"]

PRODUCT_TOKEN: Final = "newscrawl"  # noqa: S105 - what groups of rules are addressed to
MAX_BYTES: Final = 500 * 1024
FRESH_SECONDS: Final = 24 * 3600
UNREACHABLE_FRESH_SECONDS: Final = 600
"""How long "unreachable" stands before it is asked again: a passing fault costs no whole day."""
MAX_CRAWL_DELAY_SECONDS: Final = 120.0
MAX_REDIRECTS: Final = 5
UNREACHABLE: Final = 0
"""The status of a robots.txt that nothing was heard of."""

# Lines of our group that are no rules but preferences, recorded under these names.
_PREFERENCES: Final = frozenset({"content-signal", "content-usage"})
_MAX_PREFERENCES: Final = 50
_MAX_VALUE_LENGTH: Final = 500
_USER_AGENT: Final = re.compile(r"user[ -]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\*(?=\s|$)|[a-zA-Z_-]+")


class Robots:
    """The rules for us of one robots.txt.

    Args:
        status: The HTTP status it came with; `UNREACHABLE` when none did.
        text: Its text; read where the status is 2xx.

    >>> robots = Robots(200, "User-agent: *\\nDisallow: /private/\\nCrawl-delay: 300")
    >>> robots.verdict("https://example.org/private/post"), robots.crawl_delay
    ('disallowed', 120.0)
    """

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        lines = list(_lines(text)) if 200 <= status < 300 else []
        ours = _group(lines)
        self._rules = Protego.parse("\n".join(["User-agent: *", *ours]))
        self._preferences = _preferences(ours)
        self._license = _first_value(lines, "license")
        #: Seconds between two requests that the site asks for, capped; 0.0 for none.
        self.crawl_delay = min(
            self._rules.crawl_delay(PRODUCT_TOKEN) or 0.0, MAX_CRAWL_DELAY_SECONDS
        )

    @property
    def is_unreachable(self) -> bool:
        """Whether nothing is known of the rules: then nothing may be asked.

        429 counts as well, although it is a 4xx: it says "not now", not "there are no rules".
        """
        return self.status == UNREACHABLE or self.status >= 500 or self.status == 429

    def verdict(self, url: str) -> Verdict:
        """Tell whether *url*, of the host that this robots.txt is of, may be asked."""
        if self.is_unreachable:
            return "unreachable"
        return "allowed" if self._rules.can_fetch(url, PRODUCT_TOKEN) else "disallowed"

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
        """Tell whether a copy this old still counts; a clock set back makes it stale."""
        limit = UNREACHABLE_FRESH_SECONDS if self.is_unreachable else FRESH_SECONDS
        return 0 <= age_seconds < limit


def _lines(text: str) -> Iterator[str]:
    """Yield the lines without comments, blank ones left out."""
    for line in text[:MAX_BYTES].removeprefix("\ufeff").splitlines():
        stripped = line.partition("#")[0].strip()
        if stripped:
            yield stripped


def _group(lines: list[str]) -> list[str]:
    """Return the lines of the groups for us; of those for everybody where there are none."""
    ours: list[str] = []
    everybodys: list[str] = []
    agents: set[str] = set()
    named = in_head = False
    for line in lines:
        agent = _USER_AGENT.match(line)
        if agent:
            if not in_head:
                agents = set()
            in_head = True
            token = _TOKEN.match(agent[1])
            agents.add(token[0].lower() if token else "")
            named = named or PRODUCT_TOKEN in agents
            continue
        in_head = in_head and line[:7].lower() == "sitemap"  # of no group, and ends none
        if PRODUCT_TOKEN in agents:
            ours.append(line)
        elif "*" in agents:
            everybodys.append(line)
    return ours if named else everybodys


def _preferences(lines: list[str]) -> dict[str, dict[str, str]]:
    """Return the preferences by name, then by the pattern of paths that they hold for."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()[:_MAX_VALUE_LENGTH]
        if name not in _PREFERENCES or not value:
            continue
        pattern, _, rest = value.partition(" ") if value.startswith("/") else ("/", "", value)
        by_pattern = found.setdefault(name, {})
        if rest.strip() and len(by_pattern) < _MAX_PREFERENCES:
            by_pattern.setdefault(pattern, rest.strip())
    return found


def _first_value(lines: list[str], wanted: str) -> str:
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip().lower() == wanted:
            return value.strip()[:_MAX_VALUE_LENGTH]
    return ""
