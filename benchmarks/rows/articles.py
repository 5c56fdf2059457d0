"""Articles per second, and the CPU time of one in the crawler's own process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_least, at_most
from benchmarks.pages import kind_of_pages
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.runs import Run
    from benchmarks.scale import Scale
    from benchmarks.server import Served

PEERS = ("newspaper4k", "news-please")
PEER_TARGETS = {"newspaper4k": 6.0, "news-please": 20.0}


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Fetch and extract the articles of many publishers, without delay."""
    world = World(posts=scale.articles, publishers=scale.publishers)
    ours: list[Run] = []
    spiders: dict[str, list[Run]] = {"articles": [], "fetch": []}
    with serving(world) as served:
        urls = folder / "urls"
        urls.write_text("\n".join(served.articles))
        _warm_up(served, folder)
        for turn in range(scale.repeats):
            ours.append(_ours(served, folder / f"ours-{turn}"))
            for name, done in spiders.items():
                feed = f"{folder / name}.jsonl"
                done.append(runs.spider(name, f"urls={urls}", "-O", feed, folder=folder))
        peers = {name: _peer(name, served, scale, folder) for name in PEERS}
    yield from _rows(scale.articles, ours, spiders)
    yield from (_peer_row(name, scale.articles, ours, found) for name, found in peers.items())


def _ours(served: Served, folder: Path) -> Run:
    """Crawl a site whose posts are archived already, so that it only fetches articles."""
    folder.mkdir()
    runs.crawl(served.site, folder, "-a", "articles=0")
    served.counts()
    run = runs.crawl(served.site, folder)
    fetched = served.counts()["article"]
    if fetched != len(served.articles):
        raise RuntimeError(f"{fetched} of {len(served.articles)} articles were asked for")
    return run


def _warm_up(served: Served, folder: Path) -> None:
    """Bring programs and pages into the machine's caches."""
    few = folder / "few-urls"
    few.write_text("\n".join(served.articles[:50]))
    (folder / "warm-up").mkdir()
    runs.crawl(served.site, folder / "warm-up", "-a", "limit=50", codes=(3,))
    for name in ("articles", "fetch"):
        runs.spider(name, f"urls={few}", folder=folder)


def _rows(articles: int, ours: list[Run], spiders: dict[str, list[Run]]) -> Iterator[Row]:
    speed = [articles / run.seconds for run in ours]
    others = [articles / run.seconds for run in spiders["articles"]]
    pages = kind_of_pages()
    yield Row(
        name="articles_per_second",
        what="articles a second",
        unit="/s",
        ours=speed,
        baseline="a Scrapy spider that calls trafilatura in its callback",
        theirs=others,
        targets=at_least(2.5, speed, others),
        note=f"{articles} {pages} pages of 200 publishers, from start to exit of the process",
    )
    cost = [1000 * run.cpu / articles for run in ours]
    plain = [1000 * run.cpu / articles for run in spiders["fetch"]]
    yield Row(
        name="cpu_per_article",
        what="CPU of the crawler's own process for an article",
        unit="ms",
        ours=cost,
        baseline="plain Scrapy that fetches the same pages",
        theirs=plain,
        targets=at_most(1.7, cost, plain),
        note="robots.txt, clocks, archive, records and files included; extraction is in workers",
    )


def _peer(name: str, served: Served, scale: Scale, folder: Path) -> list[Run] | str:
    """Return how long a peer took for its share of the articles, or why that is unknown."""
    urls = folder / "peer-urls"
    urls.write_text("\n".join(served.articles[: scale.peer_articles]))
    try:
        return [runs.peer(name, urls, folder) for _ in range(scale.repeats)]
    except (OSError, RuntimeError) as error:
        return " ".join(str(error).split())[-200:]


def _peer_row(name: str, articles: int, ours: list[Run], found: list[Run] | str) -> Row:
    speed = [articles / run.seconds for run in ours]
    least, baseline = PEER_TARGETS[name], f"{name}, as its documentation runs it"
    what, unit = f"the same beside {name}", "/s"
    key = f"articles_beside_{name.replace('-', '_')}"
    if isinstance(found, str):
        note = f"not measured: {found}"
        return Row(name=key, what=what, unit=unit, ours=speed, baseline=baseline, note=note)
    theirs = [run.items / run.seconds for run in found]
    return Row(
        name=key,
        what=what,
        unit=unit,
        ours=speed,
        baseline=baseline,
        theirs=theirs,
        targets=at_least(least, speed, theirs),
        note=f"{found[0].items} of the same pages, its start not counted, images off",
    )
