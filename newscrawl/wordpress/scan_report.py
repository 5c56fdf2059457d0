"""The result of a scan of all posts of a type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyroaring import BitMap64

from newscrawl.wordpress.endpoints import PER_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.wordpress.responses import Refusal


@dataclass(slots=True, kw_only=True)
class ScanReport:
    """The result of a scan.

    Attributes:
        reported_total: The last X-WP-Total, which may be stale or wrong; None if the site sends
            no total.
        listed: Every id, from the listing made after the walk; None if it proves nothing.
        seen: Ids of the posts that were handed out.
        missing: Posts that the site has and that could not be had, each with its reason.
        unnamed: The same if not even their ids could be had, a line for each.
        vanished: Posts that went while the walk went on.
        failure: Why the walk, or the listing after it, ended before the end of the list.
        doubts: Why it is not proved that the site has no other posts; empty if it is.
        unreachable: Posts that the site counts and that no way reaches, not even by name.
        notes: What else was odd, for people.
        unchecked: Requests of the check that got no answer, each with its reason.
        is_confirmed: Whether another answer than the list agrees with it.
        requests: Requests made.
        per_page: Rows that the site's lists give at once, as far as that was tried.
        full_per_page: The same of lists of whole posts, which weak servers give fewer of.
    """

    reported_total: int | None = None
    listed: BitMap64 | None = None
    seen: BitMap64 = field(default_factory=BitMap64)
    missing: dict[int, str] = field(default_factory=dict)
    unnamed: list[str] = field(default_factory=list)
    vanished: set[int] = field(default_factory=set)
    failure: Refusal | None = None
    doubts: list[str] = field(default_factory=list)
    unreachable: int = 0
    notes: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    is_confirmed: bool = False
    requests: int = 0
    per_page: int = PER_PAGE
    full_per_page: int = PER_PAGE

    @property
    def is_whole(self) -> bool:
        """Every post that the site shows was seen."""
        return not (self.failure or self.missing or self.unnamed or self.doubts)

    @property
    def expected(self) -> int | None:
        """Posts that the site has: by its listing, else by its total."""
        if self.listed is None:
            return self.reported_total
        more = {row for row in self.missing if row not in self.listed}
        fewer = sum(row in self.listed or row in more for row in self.vanished)
        return len(self.listed) + len(more) - fewer + len(self.unnamed)

    @property
    def count_seen(self) -> int:
        """Posts that were handed out and are still there."""
        return len(self.seen) - sum(row in self.seen for row in self.vanished)


def merged(reports: Sequence[ScanReport]) -> ScanReport:
    """Return the reports of the lists of several languages as one; posts may be in several."""
    if len(reports) == 1:
        return reports[0]
    seen = BitMap64.union(*(report.seen for report in reports))
    listed = [report.listed for report in reports if report.listed is not None]
    reported_total = [
        report.reported_total for report in reports if report.reported_total is not None
    ]
    missing = {post_id: why for report in reports for post_id, why in report.missing.items()}
    return ScanReport(
        reported_total=sum(reported_total) if len(reported_total) == len(reports) else None,
        listed=BitMap64.union(*listed) if len(listed) == len(reports) else None,
        seen=seen,
        missing={post_id: why for post_id, why in missing.items() if post_id not in seen},
        unnamed=[line for report in reports for line in report.unnamed],
        vanished={post_id for report in reports for post_id in report.vanished},
        failure=next((report.failure for report in reports if report.failure), None),
        doubts=[doubt for report in reports for doubt in report.doubts],
        unreachable=sum(report.unreachable for report in reports),
        notes=list(dict.fromkeys(note for report in reports for note in report.notes)),
        unchecked=list(dict.fromkeys(line for report in reports for line in report.unchecked)),
        is_confirmed=any(report.is_confirmed for report in reports),
        requests=sum(report.requests for report in reports),
        per_page=min(report.per_page for report in reports),
        full_per_page=min(report.full_per_page for report in reports),
    )
