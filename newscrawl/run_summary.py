"""The counts of a run, its verdict, and the lines that end it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.items import Record

COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"
HELD: Final = "held"
"""Another run has the site: nothing was crawled. The archive has no row for it."""

EXIT_CODES: Final = {COMPLETE: 0, FAILED: 1, PARTIAL: 3, HELD: 4}

MAX_NAMED_POSTS: Final = 20
"""The most missing posts that a summary names; the archive has all of them."""

MAX_REASONS: Final = 20
MAX_NOTES: Final = 50
MAX_LINE: Final = 1_000
"""Reasons of a verdict, notes of a summary, and characters of one of them: a site may cause any
number of any length."""


@dataclass(slots=True, kw_only=True)
class Count:
    """The counts of a run, of posts, comments or media.

    Attributes:
        expected: The total that the site gives; None if it gives no total.
        seen: The number of different items that the site listed.
        missing: The reason for each item that the site has and the run could not get, by id.
    """

    expected: int | None = None
    seen: int = 0
    new: int = 0
    updated: int = 0
    deleted: int = 0
    missing: dict[int, str] = field(default_factory=dict)

    @property
    def unchanged(self) -> int:
        """The number of items without a change."""
        return max(0, self.seen - self.new - self.updated)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for the run's row in the archive."""
        counted = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**counted, "unchanged": self.unchanged}

    def lines(self, name: str, singular: str) -> list[str]:
        """Return the lines of a summary, for a name and its singular: "Posts", "post"."""
        expected = "" if self.expected is None else f" of {self.expected}"
        counted = (
            f"{name}: {self.seen}{expected} seen; {self.new} new, {self.updated} updated,"
            f" {self.unchanged} unchanged, {self.deleted} deleted, {len(self.missing)} missing"
        )
        named = list(self.missing.items())[:MAX_NAMED_POSTS]
        return [counted, *(f"  missing: {singular} {row}: {reason}" for row, reason in named)]


@dataclass(slots=True, kw_only=True)
class Tally(Count):
    """The counts of a run. The verdict is about posts only; articles are counted separately.

    Attributes:
        told: The expected total during the walk: X-WP-Total, which may be stale.
        walked: The number of posts that were read so far.
        outcomes: The outcomes of the articles that this run fetched.
        pending: Articles without an outcome at the end of the run.
        again: Articles that failed for a passing reason; a later run retries them.
        given_up: Articles that this run retried for the last time.
        protected: Posts of which a wall hides words, by its kind: "password" or "members".
        empty: Records without any words, although no wall and no link explains it.
        empty_post: The type and the id of one of these posts.
        errors: Posts that failed in a pipeline; the log has the reasons.
        failed: Posts that newscrawl failed to normalize, by id or guid, each with its reason. They
            are archived, and have no record of this state.
        unwalked: The number of posts of each public type that the run did not walk.
        extras: The counts of "comments" and "media", if the run has them.
        history: Whether the revisions of posts are "public" or "not public"; None if this run did
            not check.
        notes: More lines of the summary.
        partial: Why the run is not complete, besides posts that are missing.
        asked: What the user left out on purpose, as with ``-a limit=5``.
    """

    told: int | None = None
    walked: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    protected: Counter[str] = field(default_factory=Counter)
    empty: int = 0
    empty_post: tuple[str, int] | None = None
    pending: int = 0
    again: int = 0
    given_up: int = 0
    errors: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    unwalked: dict[str, int] = field(default_factory=dict)
    extras: dict[str, Count] = field(default_factory=dict)
    history: str | None = None
    notes: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def count(self, record: Record) -> None:
        """Count a record."""
        change = record["change"]
        self.new += change == "created"
        self.updated += change == "updated"
        self.deleted += change == "deleted"
        if wall := record.get("protected"):
            self.protected[wall] += 1
        elif change != "deleted" and not record["html"] and record["article"] is None:
            self.empty += 1
            if record["post_id"] is not None:
                self.empty_post = record["type"], record["post_id"]

    def verdict(self) -> str:
        """Return "complete" or "partial"; "failed" does not depend on the counts."""
        return PARTIAL if self.asked or self.reasons() else COMPLETE

    def reasons(self) -> list[str]:
        """Return why the run is not complete, besides what its user left out."""
        counts = {
            "posts are missing": len(self.missing),
            "posts failed in a pipeline": self.errors,
            "posts could not be processed and will be tried again": len(self.failed),
            **{f"{name} are missing": len(count.missing) for name, count in self.extras.items()},
        }
        counted = (f"{count} {what}" for what, count in counts.items() if count)
        return [*_bounded(self.partial, MAX_REASONS, "more reasons"), *counted]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for the run's row in the archive."""
        extras = {name: count.as_dict() for name, count in self.extras.items()}
        return {
            **Count.as_dict(self),
            "outcomes": dict(self.outcomes),
            "extras": extras,
            "partial": _bounded(self.partial, MAX_REASONS, "more reasons"),
            "notes": _bounded(self.notes, MAX_NOTES, "more notes"),
        }


def _bounded(lines: Sequence[str], most: int, what: str) -> list[str]:
    """Return different lines, as many and as long as people read; the last one counts the rest."""
    different = list(dict.fromkeys(lines))
    short = [line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]}…" for line in different[:most]]
    left = len(different) - most
    return [*short, f"{left} {what}"] if left > 0 else short


def headline(tally: Tally, verdict: str) -> str:
    """Return the verdict and the reasons for it, in one line."""
    reasons = "; ".join(tally.reasons())
    asked = "; ".join(tally.asked)
    if verdict == FAILED:
        return f"Verdict: FAILED; {reasons or 'an unexpected error, see above'}"
    if verdict == PARTIAL and not reasons:
        return f"Verdict: PARTIAL, as asked: {asked}"
    return "; ".join(filter(None, (f"Verdict: {verdict.upper()}", reasons, asked)))


def summary(tally: Tally, verdict: str, *, walked: Sequence[str]) -> list[str]:
    """Return the lines that end a run that reached its end.

    Args:
        verdict: "complete" or "partial".
        walked: The post types of the run.
    """
    lines = [headline(tally, verdict), *tally.lines("Posts", "post")]
    named = list(tally.failed.items())[:MAX_NAMED_POSTS]
    lines += [f"  not processed: post {post}: {reason}" for post, reason in named]
    if tally.outcomes or tally.pending or tally.again:
        told = [f"{count} {outcome}" for outcome, count in tally.outcomes.most_common()]
        pending = [f"{tally.pending} pending"] if tally.pending else []
        counts = {"will be tried again": tally.again, "given up after a week": tally.given_up}
        ahead = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        later = f" ({ahead})" if ahead else ""
        lines.append(f"Articles: {', '.join(told + pending) or 'none asked for'}{later}")
    if tally.protected:
        walls = ", ".join(f"{count} ({name})" for name, count in tally.protected.items())
        lines.append(f"Protected posts: {walls}; their hidden words are not in the archive")
    for name, count in tally.extras.items():
        lines += count.lines(name.capitalize(), name.removesuffix("s"))
    if tally.unwalked:
        others = ", ".join(f"{name} ({count})" for name, count in tally.unwalked.items())
        types = ",".join([*walked, *tally.unwalked])
        lines.append(f"Not walked: {others}; add them with -a types={types}")
    return [*lines, *_bounded(tally.notes, MAX_NOTES, "more notes")]
