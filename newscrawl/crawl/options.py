"""The arguments of a crawl: ``-a name=value``."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from newscrawl.exceptions import ConfigurationError
from newscrawl.urls.credentials import shown_url
from newscrawl.urls.hosts import is_web_url
from newscrawl.wordpress.dates import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LATER: Final = "later"
"""The value of ``articles`` if workers fetch them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of one crawl.

    Attributes:
        site: Any URL of the site.
        full: Walk every post again, whatever the archive knows.
        since: ISO 8601 in UTC: only posts published or changed since then.
        limit: Only the N newest posts, by date.
        articles: Whether to fetch articles from publishers.
        later: Whether workers fetch them, after the crawl. The posts wait for that.
        types: The post types to walk.
        comments, media: Whether to archive the comments on posts, and what is attached to them.
        files: Whether to fetch the files of media.
        terms: Whether to archive the lists of terms and authors.
    """

    site: str
    full: bool = False
    since: str | None = None
    limit: int | None = None
    articles: bool = True
    types: tuple[str, ...] = ("post",)
    comments: bool = False
    media: bool = False
    files: bool = False
    terms: bool = False
    later: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Self:
        """Return the arguments as given on the command line.

        Names that start with ``_`` are ignored: scrapyd adds ``_job``.

        Raises:
            ConfigurationError: If one is unknown, missing, or makes no sense; says which and how.

        >>> Arguments.parse({"site": "example.org", "limit": "5", "_job": "7"}).limit
        5
        """
        given = {name: value for name, value in given.items() if not name.startswith("_")}
        unknown = sorted(set(given) - set(_PARSERS))
        if unknown:
            raise ConfigurationError(
                f"Unknown argument {unknown[0]!r}: expected one of {', '.join(_PARSERS)}"
            )
        if "site" not in given:
            raise ConfigurationError("No site: add -a site=https://example.org")
        parsed = {name: _parsed(name, value) for name, value in given.items()}
        return cls(
            **parsed,
            files=str(given.get("media")).strip() == "files",
            later=str(given.get("articles")).strip() == LATER,
        )

    @property
    def samples(self) -> bool:
        """Whether the crawl reads only a part of the site, and so can't be complete."""
        return self.limit is not None or self.since is not None

    def left_out(self) -> list[str]:
        """Return what keeps the crawl from being complete because its user asked for it."""
        reasons = []
        if self.limit is not None:
            reasons.append(f"only the {self.limit} newest posts (-a limit={self.limit})")
        if self.since is not None:
            reasons.append(f"only posts since {self.since} (-a since)")
        return reasons

    def as_dict(self) -> dict[str, Any]:
        """Return them for the run's row in the archive."""
        return asdict(self)


def _parsed(name: str, value: Any) -> Any:
    try:
        return _PARSERS[name](str(value).strip())
    except ValueError as error:
        shown = shown_url(str(value)) if name == "site" else value
        raise ConfigurationError(f"Invalid argument {name}={shown}: {error}") from error


def _site(value: str) -> str:
    url = value if "://" in value else f"https://{value}"
    # No host starts with "-", or is a scheme: "https:/example.org" lacks a slash.
    is_url = re.fullmatch(r"https?://(?!https?:)[^\s/?#@-]\S*", url, re.IGNORECASE)
    if not is_url or "@" in url.split("/")[2] or not is_web_url(url[:8].lower() + url[8:]):
        raise ValueError("expected the URL of a page of the site, like https://example.org")
    return url


def _flag(value: str) -> bool:
    if value not in {"0", "1"}:
        raise ValueError("expected 0 or 1")
    return value == "1"


def _articles(value: str) -> bool:
    if value not in {"0", "1", LATER}:
        raise ValueError(f"expected 0, 1 or {LATER}")
    return value == "1"


def _media(value: str) -> bool:
    if value not in {"0", "1", "files"}:
        raise ValueError("expected 0, 1 or files")
    return value != "0"


def _limit(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) == 0:
        raise ValueError("expected a number of posts, 1 or more")
    return int(value)


def _since(value: str) -> str:
    moment = utc(value)
    if moment is None:
        raise ValueError("expected a date like 2026-01-31 or 2026-01-31T12:00:00Z")
    if datetime.fromisoformat(moment) > datetime.now(UTC) + timedelta(days=1):
        raise ValueError("expected a date in the past")
    return moment


def _types(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if not names or not all(re.fullmatch(r"[a-z0-9_-]{1,20}", name) for name in names):
        raise ValueError("expected names of post types, like post,news")
    return names


_PARSERS: dict[str, Callable[[str], Any]] = {
    "site": _site,
    "full": _flag,
    "since": _since,
    "limit": _limit,
    "articles": _articles,
    "types": _types,
    "comments": _flag,
    "media": _media,
    "terms": _flag,
}

EFFECTS: dict[str, str] = {
    "site=URL": "any URL of the site; mint has one of its own",
    "limit=N": "only the N newest posts, by date",
    "since=2026-01-31": "only posts published or changed since then",
    "full=1": "read every post again, and check for deleted posts",
    "articles=0": "posts only; a later run fetches their articles",
    "articles=later": "posts only; they wait until workers have their articles",
    "types=post,news": "these post types",
    "comments=1": "also the approved comments",
    "media=1": "also the records of images and files",
    "media=files": "also the files themselves, up to NEWSCRAWL_FILES_MIB",
    "terms=1": "also the lists of terms and authors, with descriptions",
}
"""The effect of each argument, for the help text, by how it is given."""
