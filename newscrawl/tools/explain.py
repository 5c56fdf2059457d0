"""What is known of one post, for a terminal: ``scrapy explain``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import history
from newscrawl.extract.links.choose import canonical_url
from newscrawl.net.log_records import printable
from newscrawl.wordpress.identity import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.archive.database import Archive

MAX_WIDTH: Final = 160
"""Characters of a value that are shown."""

_SOURCES: Final = {
    "api": "the REST API",
    "feed": "the site's feed, while its API is closed",
    "page": "its own page, while the API is closed",
}

_FOUND: Final = (
    *("url", "http_status", "publisher", "title", "authors", "published", "modified", "language"),
    *("word_count", "extractor", "confidence", "fetched", "read_by"),
)
"""The fields of an article that are shown, one a line, if known."""


def histories(archive: Archive, word: str) -> list[dict[str, Any]]:
    """Return what is known of each post with this guid, id or URL; it may be empty."""
    word = word.encode(errors="surrogateescape").decode(errors="replace")  # as a shell gave it
    place = bounded(canonical_url(word)) if "://" in word else None
    rows = archive.read(history.find, word, place)
    return [archive.read(history.history, row) for row in rows]


def explanation(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines on one post; no text of the site can move a terminal's cursor."""
    for name, value in _facts(told):
        yield f"{name:11}{printable(str(value))[: MAX_WIDTH * 4]}".rstrip()


def _facts(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    post_id = told["post_id"] or "unknown"
    yield "Post", f"{post_id} ({told['type']}) of {told['site']}, {told['status']}"
    yield "Guid", told["guid"] or "-"
    yield "URL", told["place"] or "-"
    yield "Source", _SOURCES.get(told["source"], told["source"])
    yield "Published", f"{told['published'] or '-'}, modified {told['modified'] or '-'}"
    if told["double_of"] is not None:
        yield "Double", f"repeats post {told['double_of']}, and so gets no line of its own"
    for each in told["revisions"]:
        yield from _revision(each)
    waits = "; something changed since its last line" if told["waits_for_record"] else ""
    yield "Seen", f"last in run {told['seen_in_run']}{waits}"
    yield from _link(told["link"])
    if told["article"]:
        yield from _article(told["article"])
    if told["story"]:
        yield "Story", told["story"]["name"]
        for other in told["story"]["shared_with"]:
            yield "", f"also {other['guid']} of {other['site']}"


def _revision(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    written = "" if told["is_written"] else ", which is not written yet"
    place = f"{told['file']} line {told['line']}{written}"
    yield "Revision", f"{told['revision']} {told['change']} {told['crawled']} in run {told['run']}"
    yield "", f"in {place}"
    for name, pair in told["changed"].items():
        if pair is None:
            yield "", f"{name} changed"
        else:
            old, new = ("-" if one is None else str(one)[:MAX_WIDTH] for one in pair)
            yield "", f"{name}: {old} -> {new}"


def _link(link: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    if link is None:
        yield "Link", "none: the post has no full-article link"
        return
    yield "Link", link["url"]
    yield "", f'"{link["text"]}", score {link["score"]:.2f}: {"; ".join(link["evidence"])}'


def _article(told: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # An edit of the post begins the count anew.
    asked = f", asked for {told['attempts']} times" if told["attempts"] > 1 else ""
    yield "Outcome", f"{told['outcome']}{asked}"
    if told["last_answer"] not in (None, told["outcome"]):
        yield "", f"kept from an earlier one: {told['last_answer']}"
    if told["next_try"] is not None:
        yield "Next try", f"{_when(told['next_try'])} at {told['queued_at']}"
    yield "Asked for", told["asked_for"]
    for hop in told.get("hops") or ():
        yield "Hop", f"{hop['status']} {hop['url']}"
    rights = [f"{name} {value}" for name, value in (told.get("rights") or {}).items() if value]
    yield "Rights", ", ".join(rights) or "-"
    for name in _FOUND:
        value = told.get(name)
        if value not in (None, [], ""):
            words = "; ".join(map(str, value)) if isinstance(value, list) else value
            yield "Article" if name == _FOUND[0] else "", f"{name.replace('_', ' ')}: {words}"
    sizes = told["pages_kept"]
    if sizes:
        again = f"scrapy extract {told['asked_for']} shows where each part is found"
        yield "Page kept", f"{sum(sizes):,} bytes in {len(sizes)}; {again}"
    for guid in told["shared_with"]:
        yield "", f"the same article as {guid}"


def _when(due: float) -> str:
    """Return a moment in Unix seconds as a user reads it; 0 is at once.

    >>> _when(0), _when(1767225600), _when(1e18)
    ('by the next run', 'from 2026-01-01T00:00:00Z', 'from 1e+18')
    """
    if not due:
        return "by the next run"
    try:
        return f"from {datetime.fromtimestamp(due, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    except (OverflowError, ValueError, OSError):
        return f"from {due}"
