"""``python -m benchmarks.sizing``: what a number of sites needs, from what was measured."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The measured costs; ``docs/sizing.md`` names the date and the way of each.

    Attributes:
        crawl_cpu: CPU seconds of a crawl without news.
        post_cpu: CPU seconds of a new post with its article, of all processes.
        crawl_seconds: From the start to the end of a crawl without news, with a delay of 1 s.
        crawl_requests, crawl_kb: Requests and KB of a crawl without news, headers included.
        post_requests, post_kb: The same for a new post: its list, its references, its article.
        archive_kb: The archive, for a post.
        output_kb: JSON lines, for a post.
        process_mb: Memory of a worker with all its processes, on two cores.
        site_mb: Memory that a crawl adds.
        crawl_writes, post_writes: Transactions that write.
        connections: To PostgreSQL, of a worker.
    """

    crawl_cpu: float = 0.12
    post_cpu: float = 0.06
    crawl_seconds: float = 4.0
    crawl_requests: int = 4
    crawl_kb: float = 4.0
    post_requests: int = 4
    post_kb: float = 90.0
    archive_kb: float = 7.5
    output_kb: float = 16.6
    process_mb: float = 400.0
    site_mb: float = 1.5
    crawl_writes: int = 14
    post_writes: int = 12
    connections: int = 7


MEASURED: Final = Costs()

LOAD: Final = 0.5
"""The share of the cores that may be busy: the rest is for first crawls, and for busy hours."""

AT_ONCE: Final = 50
"""Crawls of one process."""

WRITES: Final = 200
"""Transactions a second that write, of one archive."""

ARCHIVE_TB: Final = 2.0
"""The largest archive that is still backed up and vacuumed within hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is crawled.

    Attributes:
        sites: Their number.
        crawls: Crawls of a site a day.
        posts: New posts of a site a day, each with an article.
        archived: Posts of a site in the archive.
    """

    sites: int
    crawls: float
    posts: float
    archived: int


PLANS: Final = (
    Need(sites=10_000, crawls=24, posts=1, archived=2_000),
    Need(sites=1_000_000, crawls=2, posts=0.5, archived=500),
)
"""Every hour; and ``every = "auto"`` for sites that publish every two days on average."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a need takes, each as a property with its formula."""

    need: Need
    costs: Costs = MEASURED

    @property
    def crawls(self) -> float:
        """Crawls a second."""
        return self.need.sites * self.need.crawls / DAY

    @property
    def posts(self) -> float:
        """New posts a second."""
        return self.need.sites * self.need.posts / DAY

    @property
    def cores(self) -> int:
        """Cores for newscrawl, the database not counted."""
        busy = self.crawls * self.costs.crawl_cpu + self.posts * self.costs.post_cpu
        return ceil(busy / LOAD)

    @property
    def at_once(self) -> int:
        """Crawls at once."""
        return ceil(self.crawls * self.costs.crawl_seconds)

    @property
    def processes(self) -> int:
        """Worker processes: one per core, and enough for the crawls at once."""
        return max(self.cores, ceil(self.at_once / AT_ONCE))

    @property
    def memory_gb(self) -> float:
        """Memory of all processes."""
        mb = self.processes * self.costs.process_mb + self.at_once * self.costs.site_mb
        return mb / 1000

    @property
    def connections(self) -> int:
        """Connections to PostgreSQL."""
        return self.processes * self.costs.connections

    @property
    def requests(self) -> float:
        """Requests a second."""
        return self.crawls * self.costs.crawl_requests + self.posts * self.costs.post_requests

    @property
    def mbit(self) -> float:
        """Megabits a second."""
        kb = self.crawls * self.costs.crawl_kb + self.posts * self.costs.post_kb
        return kb * 8 / 1000

    @property
    def writes(self) -> float:
        """Transactions a second that write."""
        return self.crawls * self.costs.crawl_writes + self.posts * self.costs.post_writes

    @property
    def archive_gb(self) -> float:
        """The archive, kept pages not counted."""
        return self.need.sites * self.need.archived * self.costs.archive_kb / 1e6

    @property
    def output_gb(self) -> float:
        """The JSON lines."""
        return self.need.sites * self.need.archived * self.costs.output_kb / 1e6

    @property
    def growth_gb(self) -> float:
        """Archive and JSON lines, in a year."""
        kb = self.costs.archive_kb + self.costs.output_kb
        return self.posts * DAY * 365 * kb / 1e6

    @property
    def archives(self) -> int:
        """Archives that the sites are divided among."""
        return max(1, ceil(self.writes / WRITES), ceil(self.archive_gb / 1000 / ARCHIVE_TB))


def table(plans: Sequence[Plan]) -> str:
    """Return plans as a table in Markdown."""
    rows = [
        ("", *(f"{plan.need.sites:,} sites" for plan in plans)),
        ("---", *("---" for _ in plans)),
        ("crawls of a site a day", *(f"{plan.need.crawls:g}" for plan in plans)),
        ("new posts of a site a day, with article", *(f"{plan.need.posts:g}" for plan in plans)),
        ("archived posts of a site", *(f"{plan.need.archived:,}" for plan in plans)),
        ("crawls a second", *(f"{plan.crawls:.1f}" for plan in plans)),
        ("crawls at once", *(f"{plan.at_once}" for plan in plans)),
        ("cores, half busy", *(f"{plan.cores}" for plan in plans)),
        ("worker processes", *(f"{plan.processes}" for plan in plans)),
        ("memory of them", *(f"{plan.memory_gb:.1f} GB" for plan in plans)),
        ("connections to PostgreSQL", *(f"{plan.connections}" for plan in plans)),
        ("requests a second", *(f"{plan.requests:.0f}" for plan in plans)),
        ("bandwidth", *(f"{plan.mbit:.1f} Mbit/s" for plan in plans)),
        ("transactions a second that write", *(f"{plan.writes:.0f}" for plan in plans)),
        ("archive", *(f"{plan.archive_gb:,.0f} GB" for plan in plans)),
        ("JSON lines", *(f"{plan.output_gb:,.0f} GB" for plan in plans)),
        ("growth of both in a year", *(f"{plan.growth_gb:,.0f} GB" for plan in plans)),
        ("archives (partitions)", *(f"{plan.archives}" for plan in plans)),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Print the table of the given number of sites, or of those in the docs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizing", description=__doc__)
    parser.add_argument("--sites", type=int)
    parser.add_argument("--crawls", type=float, default=24, help="of a site a day")
    parser.add_argument("--posts", type=float, default=1, help="new ones of a site a day")
    parser.add_argument(
        "--archived", type=int, default=2_000, help="posts of a site in the archive"
    )
    given = parser.parse_args()
    needs: Sequence[Need] = PLANS
    if given.sites:
        needs = [Need(**vars(given))]
    print(table([Plan(need) for need in needs]))


if __name__ == "__main__":
    main()
