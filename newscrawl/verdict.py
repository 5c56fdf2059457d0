"""What a run found, counted, and the verdict that follows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from newscrawl.items import Record

COMPLETE: Final = "complete"
PARTIAL: Final = "partial"
FAILED: Final = "failed"

EXIT_CODES: Final = {COMPLETE: 0, FAILED: 1, PARTIAL: 3}

NAMED: Final = 20
"""So many missing posts are named in a summary; the archive has them all."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run saw. It speaks of posts; articles are counted beside them.

    Attributes:
        expected: Posts that the site says it has; None where it does not say.
        told: The same while the walk goes on: X-WP-Total, which may be stale.
        walked: Posts that came so far, while the walk goes on.
        seen: Different posts that the site listed.
        missing: Posts that the site has and the run could not get, by id, each with its reason.
        outcomes: Of the articles that this run asked for.
        pending: Articles that are still to be asked for, by the end of the run.
        again: Articles that will be tried again, as what kept them from us may pass.
        errors: Posts that a pipeline failed on; the log has the reasons.
        unwalked: Public types with posts that the run was not asked for, with their counts.
        notes: What else the summary says.
        partial: Why the run is not complete; empty where it is.
    """

    expected: int | None = None
    told: int | None = None
    walked: int = 0
    seen: int = 0
    new: int = 0
    updated: int = 0
    deleted: int = 0
    missing: dict[int, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    pending: int = 0
    again: int = 0
    errors: int = 0
    unwalked: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)

    def count(self, record: Record | None) -> None:
        """Count a record; None is a post of which a reader would notice nothing new."""
        change = record["change"] if record else None
        self.new += change == "created"
        self.updated += change == "updated"
        self.deleted += change == "deleted"

    @property
    def unchanged(self) -> int:
        """Posts that are as they were."""
        return max(0, self.seen - self.new - self.updated)

    def verdict(self) -> str:
        """Return "complete" or "partial"; a run that failed has no tally to ask."""
        return PARTIAL if self.partial or self.missing or self.errors else COMPLETE

    def as_dict(self) -> dict[str, Any]:
        """Return it for the run's row in the archive."""
        counted = {name: getattr(self, name) for name in self.__slots__}
        return {**counted, "outcomes": dict(self.outcomes), "unchanged": self.unchanged}


def summary(tally: Tally, verdict: str, *, files: str, again: str) -> list[str]:
    """Return the lines that end a run.

    Args:
        tally: What the run saw.
        verdict: "complete", "partial" or "failed".
        files: The folder of its JSON lines.
        again: The command that a user would run next.
    """
    expected = "" if tally.expected is None else f" of {tally.expected}"
    lines = [
        f"Verdict: {verdict.upper()}{''.join(f'; {reason}' for reason in tally.partial)}",
        (
            f"Posts: {tally.seen}{expected} seen; {tally.new} new, {tally.updated} updated,"
            f" {tally.unchanged} unchanged, {tally.deleted} deleted, {len(tally.missing)} missing"
        ),
    ]
    lines += [
        f"  missing: post {post_id}: {reason}"
        for post_id, reason in list(tally.missing.items())[:NAMED]
    ]
    if tally.outcomes or tally.pending:
        told = [f"{count} {outcome}" for outcome, count in tally.outcomes.most_common()]
        pending = [f"{tally.pending} pending"] if tally.pending else []
        later = f" ({tally.again} will be tried again)" if tally.again else ""
        lines.append(f"Articles: {', '.join(told + pending)}{later}")
    if tally.unwalked:
        others = ", ".join(f"{name} ({count})" for name, count in tally.unwalked.items())
        first = next(iter(tally.unwalked))
        lines.append(f"Not walked: {others}; add them with -a types=post,{first}")
    return [*lines, *tally.notes, f"JSON lines: {files}", f"Next: {again}"]
