"""Whether a run proves that the archive has all posts of a type, and the verdict if not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawl.archive.sites import Progress

RETRY_DAYS: Final = 1.0
"""Days after which all posts are listed again if no other answer confirms the list."""


@dataclass(slots=True, kw_only=True)
class Proof:
    """The answers of other requests than the list itself.

    Attributes:
        unchecked: Requests that the site did not answer, each with its reason.
        is_confirmed: Whether at least one answer agrees with the list.
    """

    unchecked: list[str] = field(default_factory=list)
    is_confirmed: bool = False

    def notes(self) -> list[str]:
        """Return the unchecked parts, for the summary."""
        unchecked = "; ".join(self.unchecked)
        return [f"Not checked by other requests: {unchecked}"] if unchecked else []


def without_proof(
    progress: Progress,
    doubts: Iterable[str],
    days: float,
    *,
    alive: int,
    reported_total: int | None,
) -> Progress:
    """Return the progress after a listing that does not prove that all posts are known.

    All posts are listed again after *days*, not in each run.

    Args:
        alive: Posts in the archive.
        reported_total: The site's own total; None without one.
    """
    excess = 0 if reported_total is None else reported_total - alive
    return replace(progress, unproved=tuple(doubts), list_again=_after(days), excess=excess)


def without_confirmation(progress: Progress, proof: Proof) -> Progress:
    """Return the progress after a listing that no other answer confirms."""
    doubt = f"no other request than its list was answered ({'; '.join(proof.unchecked)})"
    return replace(progress, unproved=(doubt,), list_again=_after(RETRY_DAYS))


def _after(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def verdict_of(progress: Progress, reported_total: int | None, alive: int) -> str:
    """Return the verdict's reason if it is not proved that all posts are known.

    Args:
        reported_total: The site's own total; None without one.
        alive: Posts in the archive, also those that only another source named.

    >>> from newscrawl.archive.sites import Progress
    >>> doubts = ("the site answers every page alike",)
    >>> verdict_of(Progress(unproved=doubts, list_again="2026-12-07"), 40, 10)
    "30 of 40 posts can't be reached: the site answers every page alike (next check: 2026-12-07)"
    """
    why = "; ".join(progress.unproved)
    when = f" (next check: {progress.list_again})"
    if reported_total is not None and reported_total > alive:
        return f"{reported_total - alive} of {reported_total} posts can't be reached: {why}{when}"
    return f"the site may have more posts than it lists: {why}{when}"
