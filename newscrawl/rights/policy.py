"""What the rights signals of an answer mean for what is kept of an article.

Signals are a flat mapping, as in records:

=====================  ====================================================================
``content-signal``     robots.txt: preferences about search, AI input and AI training
``content-usage``      robots.txt: the same in another draft's words
``robots-license``     robots.txt: the URL of the license (RSL)
``tdm-reservation``    "1" if text and data mining is reserved: tdmrep.json, header or meta
``tdm-policy``         the URL of the policy that grants it
``x-robots-tag``       the header
``license``            the header's ``Link: rel=license``
``meta-robots``        the page's ``<meta name="robots">``
=====================  ====================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from newscrawl.exceptions import ConfigurationError
from newscrawl.rights.robots import PRODUCT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Policy: TypeAlias = Literal["full", "excerpt", "metadata"]

POLICIES: Final[tuple[Policy, ...]] = get_args(Policy)
"""What is kept of an article, from all of it to nothing of its text."""
EXCERPT_CHARACTERS: Final = 300

_HEADERS: Final = ("tdm-reservation", "tdm-policy", "x-robots-tag")
_LICENSE_LINK: Final = re.compile(r'<([^<>]{1,500})>[^,<>]{0,200}\brel="?license\b', re.IGNORECASE)
_PORT: Final = re.compile(r":[0-9]+$")
_MAX_VALUE_LENGTH: Final = 500
# Directives of X-Robots-Tag with a value: other names before a colon are those of crawlers.
_VALUED_DIRECTIVES: Final = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)
# An AI-training signal (noai, ai-train=no) is recorded; by itself it is not a reason.
_NO_COPIES: Final = "noarchive"


def header_signals(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the rights signals among the headers of an answer; names in lower case.

    >>> header_signals({"tdm-reservation": "1", "content-type": "text/html"})
    {'tdm-reservation': '1'}
    """
    found = {name: headers[name][:_MAX_VALUE_LENGTH] for name in _HEADERS if headers.get(name)}
    link = _LICENSE_LINK.search(headers.get("link", "")[:10_000])
    if link:
        found["license"] = link[1]
    return found


def reserves(value: str) -> bool:
    """Return whether a value of ``tdm-reservation`` reserves; a header sent twice is "1, 1"."""
    return "1" in (part.strip() for part in value.split(","))


def robots_tag(lines: Iterable[str]) -> str:
    """Return several ``X-Robots-Tag`` headers as one, with those for all crawlers first.

    The name of a crawler counts to the end of its header, and would go on into the next.

    >>> robots_tag(["otherbot: nofollow", "noarchive"])
    'noarchive, otherbot: nofollow'
    """
    return ", ".join(sorted(lines, key=_names_a_crawler))


@dataclass(frozen=True, slots=True)
class Policies:
    """What the operator decided, by publisher.

    A policy for a named host overrides all signals: the operator may hold a licence. For ``*``,
    stricter signals win.

    Attributes:
        forgotten: The SHA-256, in hex, of the hosts of which nothing is kept.
    """

    default: Policy = "full"
    by_host: Mapping[str, Policy] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, setting: str) -> Policies:
        """Return the policies of a setting such as ``"reuters.com=metadata, *=full"``.

        A host stands for its subdomains as well.

        Raises:
            ConfigurationError: If a part of it is not ``HOST=POLICY``.
        """
        by_host: dict[str, Policy] = {}
        for part in filter(None, (part.strip() for part in setting.split(","))):
            host, _, policy = (piece.strip().lower() for piece in part.partition("="))
            if not host or policy not in POLICIES:
                raise ConfigurationError(
                    f"NEWSCRAWL_POLICY: {part!r} is not HOST=POLICY, where POLICY is one of"
                    f" {', '.join(POLICIES)}"
                )
            by_host[host] = policy
        return cls(by_host.pop("*", "full"), by_host)

    def of_host(self, host: str) -> Policy | None:
        """Return the policy that names *host* or the nearest domain above it, or None.

        A port of *host* counts only if the setting names it.
        """
        if host in self.by_host:
            return self.by_host[host]
        labels = _PORT.sub("", host.lower()).rstrip(".").split(".")
        domains = (".".join(labels[start:]) for start in range(len(labels)))
        return next((self.by_host[domain] for domain in domains if domain in self.by_host), None)


def policy(signals: Mapping[str, str], policies: Policies, host: str) -> Policy:
    """Return what may be kept of an article of *host* that came with *signals*.

    >>> policy({"tdm-reservation": "1"}, Policies(), "example.org")
    'excerpt'
    >>> policy({"x-robots-tag": "noindex"}, Policies(), "example.org")
    'full'
    """
    named = policies.of_host(host)
    if named is not None:
        return named
    reserved = reserves(signals.get("tdm-reservation", ""))
    directives = {
        directive
        for name in ("x-robots-tag", "meta-robots")
        for directive in _directives(signals.get(name, ""))
    }
    asked: Policy = "excerpt" if reserved or _NO_COPIES in directives else "full"
    return max(policies.default, asked, key=POLICIES.index)


def _directives(value: str) -> Iterator[str]:
    """Yield the directives for every crawler and for us, in lower case."""
    crawler = PRODUCT_TOKEN
    for part in value.lower().split(","):
        name, _, rest = part.partition(":")
        if _is_named(part):
            crawler = name.strip()
        else:
            rest = part
        if crawler == PRODUCT_TOKEN:
            yield rest.strip()


def _is_named(directive: str) -> bool:
    name, colon, _ = directive.partition(":")
    return bool(colon) and name.strip().lower() not in _VALUED_DIRECTIVES


def _names_a_crawler(line: str) -> bool:
    return any(map(_is_named, line.split(",")))
