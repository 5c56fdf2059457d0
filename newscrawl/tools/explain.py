"""``scrapy explain``: the history of one post, for a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive import history
from newscrawl.net.log_records import printable
from newscrawl.program import program
from newscrawl.urls.canonical import canonical_url
from newscrawl.wordpress.identity import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newscrawl.archive.database import Archive

MAX_WIDTH: Final = 160
"""The most characters of a value that are shown."""

_SOURCES: Final = {
    "api": "the REST API",
    "feed": "the site's feed, while its API is closed",
    "page": "its own page, while the API is closed",
}

_FOUND: Final = (
    *("url", "http_status", "publisher", "title", "authors", "published", "modified", "language"),
    *("word_count", "extractor", "confidence", "fetched", "read_by"),
)
"""The fields of an article, one per line; a field without a value is skipped."""


def histories(archive: Archive, word: str) -> list[dict[str, Any]]:
    """Return the history of each post with this guid, id or URL; empty if there is no such post."""
    word = word.encode(errors="surrogateescape").decode(errors="replace")  # as a shell gave it
    place = bounded(canonical_url(word)) if "://" in word else None
    rows = archive.read(history.find, word, place)
    return [archive.read(history.history, row) for row in rows]


def explanation(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines about one post; text of the network is escaped."""
    for name, value in _facts(facts):
        yield f"{name:11}{printable(str(value))[: MAX_WIDTH * 4]}".rstrip()


def _facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    post_id = facts["post_id"] or "unknown"
    yield "Post", f"{post_id} ({facts['type']}) of {facts['site']}, {facts['status']}"
    yield "Guid", facts["guid"] or "-"
    yield "URL", facts["place"] or "-"
    yield "Source", _SOURCES.get(facts["source"], facts["source"])
    yield "Published", f"{facts['published'] or '-'}, modified {facts['modified'] or '-'}"
    if facts["double_of"] is not None:
        yield "Double", f"a copy of post {facts['double_of']}, so it has no record"
    for revision in facts["revisions"]:
        yield from _revision(revision)
    waits = "; it changed after its last record" if facts["waits_for_record"] else ""
    yield "Seen", f"last in run {facts['seen_in_run']}{waits}"
    if facts["failure"] is not None:
        times = f"{facts['failures']} times" if facts["failures"] > 1 else "once"
        yield "Failed", f"newscrawl could not process it ({times}): {facts['failure']}"
        yield "", "it has no record of its present state; each run tries it again"
    yield from _link(facts["link"])
    if facts["article"]:
        yield from _article(facts["article"])
    if facts["story"]:
        yield "Story", facts["story"]["name"]
        for other in facts["story"]["shared_with"]:
            yield "", f"also {other['guid']} of {other['site']}"


def _revision(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    written = "" if facts["is_written"] else ", not written yet"
    place = f"{facts['file']} line {facts['line']}{written}"
    yield (
        "Revision",
        f"{facts['revision']} {facts['change']} {facts['crawled']} in run {facts['run']}",
    )
    yield "", f"in {place}"
    for name, pair in facts["changed"].items():
        if pair is None:
            yield "", f"{name} changed"
        else:
            old, new = ("-" if value is None else str(value)[:MAX_WIDTH] for value in pair)
            yield "", f"{name}: {old} -> {new}"


def _link(link: Mapping[str, Any] | None) -> Iterator[tuple[str, Any]]:
    if link is None:
        yield "Link", "the post has no full-article link"
        return
    yield "Link", link["url"]
    yield "", f'"{link["text"]}", score {link["score"]:.2f}: {"; ".join(link["evidence"])}'


def _article(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # An edit of the post starts the count again.
    asked = f", requested {facts['attempts']} times" if facts["attempts"] > 1 else ""
    yield "Outcome", f"{facts['outcome']}{asked}"
    if facts["last_answer"] not in (None, facts["outcome"]):
        yield "", f"kept from an earlier request: {facts['last_answer']}"
    if facts["next_try"] is not None:
        yield "Next try", f"{_when(facts['next_try'])} at {facts['queued_at']}"
    yield "Requested", facts["asked_for"]
    for hop in facts.get("hops") or ():
        yield "Hop", f"{hop['status']} {hop['url']}"
    rights = [f"{name} {value}" for name, value in (facts.get("rights") or {}).items() if value]
    yield "Rights", ", ".join(rights) or "-"
    for name in _FOUND:
        value = facts.get(name)
        if value not in (None, [], ""):
            words = "; ".join(map(str, value)) if isinstance(value, list) else value
            yield "Article" if name == _FOUND[0] else "", f"{name.replace('_', ' ')}: {words}"
    sizes = facts["pages_kept"]
    if sizes:
        again = f"{program()} extract {facts['asked_for']} shows the source of each part"
        yield "Page kept", f"{sum(sizes):,} bytes in {len(sizes)}; {again}"
    for guid in facts["shared_with"]:
        yield "", f"the same article as {guid}"


def _when(due: float) -> str:
    """Return Unix seconds as a user reads them; 0 means as soon as possible.

    >>> _when(0), _when(1767225600), _when(1e18)
    ('in the next run', 'from 2026-01-01T00:00:00Z', 'from 1e+18')
    """
    if not due:
        return "in the next run"
    try:
        return f"from {datetime.fromtimestamp(due, UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    except (OverflowError, ValueError, OSError):
        return f"from {due}"
