"""The report as a page: what it names, and that hostile names stay text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import lxml.html

from newscrawl.archive.publishers import Publisher
from newscrawl.archive.runs import Run
from newscrawl.tools.report_html import page

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'"


def run(number: int, verdict: str | None = "complete", **tally: object) -> Run:
    started = f"2026-05-{number:02}T00:00:00Z"
    counts = {"new": number, "seen": number, **tally}
    return Run(
        id=number,
        command="crawl",
        started=started,
        ended=started,
        verdict=verdict,
        tally=counts,
        traffic={"a.test": {"requests": 3, "bytes": 9, "peak_per_minute": 2}},
    )


def publisher(host: str, recent: int, earlier: int) -> Publisher:
    return Publisher(
        host=host,
        outcomes=Counter(fetched=300, paywall=5),
        words=400,
        recent={"text": 100, "authors": recent},
        earlier={"text": 100, "authors": earlier},
    )


def text_of(sites: Sequence[tuple[str, Sequence[Run]]], publishers: Sequence[Publisher]) -> str:
    body = lxml.html.fromstring(page(sites, publishers, NOW)).find("body")
    assert body is not None
    return " ".join(" ".join(map(str, body.itertext())).split())


def test_a_partial_site_is_named_with_its_reason_and_since_when() -> None:
    runs = [
        run(9, "partial", partial=["2 pages failed"]),
        run(8, None),
        run(7, "partial"),
        run(6),
        run(5, "failed"),
    ]
    shown = text_of([("a.test", runs), ("b.test", [run(4)])], [])
    assert "a.test partial 2026-05-07 2 pages failed" in shown
    assert "b.test complete" not in shown


def test_a_field_that_fell_by_more_than_30_points_is_named() -> None:
    publishers = [publisher("fell.test", 50, 90), publisher("same.test", 60, 90)]
    assert "Nothing: the last crawl of every site is complete" in text_of([], publishers[1:])
    shown = text_of([], publishers)
    assert "fell.test fields missing authors: 50 % of the newest articles have it" in shown


def test_no_name_of_a_stranger_is_markup() -> None:
    made = page([(HOSTILE, [run(1, "partial", partial=[HOSTILE], outcomes={HOSTILE: 1})])], [], NOW)
    assert b"<script" not in made
    assert b"default-src 'none'" in made
    tree = lxml.html.fromstring(made)
    assert HOSTILE in "".join(map(str, tree.itertext()))
    assert not tree.xpath("//script | //link | //img | //@src | //@onload")


def test_the_slowest_hosts_come_first() -> None:
    traffic = {
        host: {"requests": requests, "bytes": 0, "peak_per_minute": 1, "milliseconds": time}
        for host, time, requests in (("a.test", 900, 9), ("b.test", 9000, 3), ("c.test", 9, 1))
    }
    measured = replace(run(1), traffic=traffic)
    tree = lxml.html.fromstring(page([("a.test", [measured, run(2)])], [], NOW))
    tables: Any = tree.xpath("//h2[.='Slowest hosts']/following::table[1]")
    (table,) = tables
    rows = [[cell.text_content() for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert rows == [["b.test", "3.00", "3"], ["a.test", "0.10", "9"]]
