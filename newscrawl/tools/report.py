"""``scrapy report``: runs and their verdicts, for a terminal."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive.runs import CHANGES, VERDICTS
from newscrawl.net.log_records import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawl.archive.runs import Run

MAX_HOSTS: Final = 3
"""The most hosts that are shown of a run: those with the most requests."""

MIN_REQUESTS: Final = 3
"""The fewest requests from which a mean time says anything."""

NO_VERDICT: Final = "not ended"
"""Shown instead of the verdict if a run is under way or was killed."""


def report(
    site: str, runs: Sequence[Run], totals: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield the lines about a site's runs, newest first.

    Args:
        totals: Of the runs that were deleted, for their age; None if none was.
    """
    yield printable(site)
    if not runs:
        yield "  no runs yet"
    for run in runs:
        parts = [f"  run {run.id}", run.started, _lasted(run), (run.verdict or NO_VERDICT).upper()]
        yield "  ".join(filter(None, parts))
        yield from (f"    {printable(line)}" for line in _details(run))
    if totals:
        verdicts = ", ".join(f"{totals[name]} {name}" for name in VERDICTS)
        counts = ", ".join(f"{totals[name]} {name}" for name in CHANGES)
        yield f"  and {totals['runs']} earlier runs since {totals['since']} ({verdicts})"
        yield f"    posts: {counts}; {totals['requests']} requests"


def _details(run: Run) -> Iterator[str]:
    if run.command != "crawl":
        yield f"of scrapy {run.command}"
    tally = run.tally
    if tally:
        yield f"posts: {_counts(tally)}"
    if outcomes := tally.get("outcomes"):
        most = sorted(outcomes.items(), key=lambda item: -item[1])
        yield "articles: " + ", ".join(f"{count} {outcome}" for outcome, count in most)
    if failed := tally.get("failed"):
        yield f"not processed: {len(failed)} posts: {', '.join(list(failed)[:MAX_HOSTS])}"
    for name, count in (tally.get("extras") or {}).items():
        yield f"{name}: {_counts(count)}"
    yield from (f"partial: {reason}" for reason in tally.get("partial") or ())
    yield from (f"as asked: {reason}" for reason in tally.get("asked") or ())
    busiest = busiest_hosts(run)
    for host, traffic in busiest[:MAX_HOSTS]:
        size = f"{traffic['bytes'] / 1024:,.0f} KiB"
        yield f"{host}: {traffic['requests']} requests, {size}, {_rate(traffic)}"
    if len(busiest) > MAX_HOSTS:
        rest = sum(traffic["requests"] for _, traffic in busiest[MAX_HOSTS:])
        yield f"{len(busiest) - MAX_HOSTS} more hosts: {rest} requests"


def busiest_hosts(run: Run) -> list[tuple[str, dict[str, int]]]:
    """Return the traffic of a run's hosts, those with the most requests first."""
    return sorted(run.traffic.items(), key=lambda item: -item[1]["requests"])


def slowest_hosts(runs: Sequence[Run]) -> list[tuple[str, float, int]]:
    """Return the hosts of runs with the longest mean time of a response, the slowest first.

    Returns:
        Each host, the mean in seconds, and the number of its requests. A host with fewer than
        `MIN_REQUESTS` is left out; so are runs of versions that did not measure the time.
    """
    counts, times = Counter[str](), Counter[str]()
    for run in runs:
        for host, traffic in run.traffic.items():
            if "milliseconds" in traffic:
                counts[host] += traffic["requests"]
                times[host] += traffic["milliseconds"]
    means = [
        (host, times[host] / count / 1000, count)
        for host, count in counts.items()
        if count >= MIN_REQUESTS
    ]
    return sorted(means, key=lambda mean: -mean[1])


def _counts(count: Mapping[str, Any]) -> str:
    expected = "" if count.get("expected") is None else f" of {count['expected']}"
    words = ("new", "updated", "unchanged", "deleted")
    counts = ", ".join(f"{count.get(word, 0)} {word}" for word in words)
    return f"{count.get('seen', 0)}{expected} seen; {counts}, {_missing(count)} missing"


def _missing(count: Mapping[str, Any]) -> int:
    return len(count.get("missing") or ())


def _rate(traffic: Mapping[str, int]) -> str:
    return f"at most {traffic['peak_per_minute']} a minute"


def _lasted(run: Run) -> str:
    """Return the duration of a run; "" if it has not ended."""
    if run.ended is None:
        return ""
    lasted = datetime.fromisoformat(run.ended) - datetime.fromisoformat(run.started)
    seconds = max(0, int(lasted.total_seconds()))  # negative if the clock was set back
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
