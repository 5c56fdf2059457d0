"""``scrapy report --html``: one page about all sites, for a browser or a printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mako.template import Template

from newscrawl.archive.publishers import FIELDS, RECENT
from newscrawl.run_summary import COMPLETE, FAILED
from newscrawl.tools.report import NO_VERDICT, busiest_hosts, slowest_hosts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.archive.publishers import Publisher
    from newscrawl.archive.runs import Run

MAX_PUBLISHERS: Final = 50
"""The most publishers in the table."""
MAX_HOSTS: Final = 8
"""The most hosts whose rates are shown of each site."""

_TEMPLATE: Final = Path(__file__).with_name("report.html.mako")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A site or publisher that needs a look.

    Attributes:
        name: The site's key, or the publisher's host.
        state: "partial", "failed", "not ended" or "fields missing".
        since: The start of the first run in this state, ISO 8601 in UTC; "" if unknown.
        reasons: One sentence each.
    """

    name: str
    state: str
    since: str
    reasons: Sequence[str]


def page(
    runs_by_site: Sequence[tuple[str, Sequence[Run]]],
    publishers: Sequence[Publisher],
    now: datetime | None = None,
) -> bytes:
    """Return the page as UTF-8. It needs no network and no JavaScript.

    Args:
        runs_by_site: The key of each site and its last runs, newest first.
        publishers: The publishers, those with the most articles first.
        now: The time that the page shows; by default the current time.
    """
    # The default filter escapes each value.
    template = Template(  # noqa: S702
        filename=str(_TEMPLATE), default_filters=["h"], output_encoding="utf-8"
    )
    rendered: bytes = template.render(
        now=(now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M UTC"),
        sites=[(site, runs, _busiest(runs)) for site, runs in runs_by_site],
        troubles=[*_of_sites(runs_by_site), *_of_publishers(publishers)],
        publishers=publishers[:MAX_PUBLISHERS],
        slowest=slowest_hosts([run for _, runs in runs_by_site for run in runs])[:MAX_HOSTS],
        others=len(publishers) - MAX_PUBLISHERS,
        fields=FIELDS,
        recent=RECENT,
        bars=bars,
        verdict=lambda run: run.verdict or NO_VERDICT,
    )
    return rendered


def bars(values: Sequence[int], height: int = 40) -> list[int]:
    """Return the heights of bars in pixels; only the bar of 0 has no height.

    >>> bars([0, 1, 100], 50)
    [0, 1, 50]
    """
    most = max(values, default=0)
    return [max(1, round(height * value / most)) if value else 0 for value in values]


def _of_sites(runs_by_site: Sequence[tuple[str, Sequence[Run]]]) -> list[Trouble]:
    troubles = []
    for site, runs in runs_by_site:
        crawls = [run for run in runs if run.command == "crawl"]
        if not crawls or crawls[0].verdict == COMPLETE:
            continue
        last = crawls[0]
        since = last.started
        for run in crawls:
            if run.verdict == COMPLETE:
                break
            since = run.started
        reasons = [*last.tally.get("partial", ()), *last.tally.get("asked", ())]
        missing = len(last.tally.get("missing") or ())
        if missing:
            reasons.append(f"{missing} posts are missing")
        troubles.append(Trouble(site, last.verdict or NO_VERDICT, since, reasons))
    return sorted(troubles, key=lambda trouble: trouble.state != FAILED)


def _of_publishers(publishers: Sequence[Publisher]) -> list[Trouble]:
    return [
        Trouble(
            publisher.host,
            "fields missing",
            "",
            [
                f"{name}: {publisher.recent.get(name, 0)} % of the newest articles have it, before"
                f" {publisher.earlier[name]} %"
                for name in drops
            ],
        )
        for publisher in publishers
        if (drops := publisher.drops())
    ]


def _busiest(runs: Sequence[Run]) -> list[tuple[str, dict[str, int]]]:
    """Return the hosts with the most requests of the newest run that has any."""
    last = next((run for run in runs if run.traffic), None)
    return busiest_hosts(last)[:MAX_HOSTS] if last else []
