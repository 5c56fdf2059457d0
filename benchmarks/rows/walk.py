"""A walk of a real WordPress, which is as fast as WordPress is."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import aiohttp

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.prose import headline, paragraph
from newscrawl.wordpress.query import LANGUAGE_FIELDS, POST_FIELDS
from tests.real.seed import Entry, Seed
from tests.real.server import RealWordPress, Request
from tests.real.services import missing_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

PARAGRAPHS = 16
AUTHORS, CATEGORIES, TAGS = range(2, 20), range(2, 30), range(101, 400)


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Walk a site with newscrawl, and with a loop that knows what it will find."""
    name, what = "wordpress_walk", f"a walk of {scale.wordpress_posts:,} posts on a real WordPress"
    baseline = "an asyncio loop that asks for the same pages one after the other"
    if missing := missing_packages():
        note = f"it needs packages: apt-get install {' '.join(missing)}"
        yield Row(name=name, what=what, unit="s", ours=[], baseline=baseline, note=note)
        return
    ours, theirs = [], []
    with RealWordPress(lambda url: _seed(url, scale.wordpress_posts)) as site:
        for turn in range(-1, scale.repeats):  # the first one warms up
            folder_of_turn = folder / f"walk-{turn}"
            folder_of_turn.mkdir()
            site.forget_requests()
            ours.append(runs.crawl(site.url, folder_of_turn).seconds)
            asked = site.requests()
            theirs.append(asyncio.run(_bare(site.url, scale.wordpress_posts)))
    yield Row(
        name=name,
        what=what,
        unit="s",
        ours=ours[1:],
        baseline=baseline,
        theirs=theirs[1:],
        targets=at_most(1.2, ours[1:], theirs[1:]),
        note=f"{len(asked)} requests; {_listing_seconds(asked):.1f} s of the last run were the"
        " listing of ids that proves it complete; WordPress, its database and newscrawl share the"
        " cores",
    )


def _listing_seconds(asked: list[Request]) -> float:
    """Return the seconds from the first request for ids alone to the one after the last."""
    lean = [n for n, one in enumerate(asked) if one.query.get("_fields") == "id"]
    listed = [n for n in lean if asked[n].path.endswith("/posts")]
    after = asked[min(listed[-1] + 1, len(asked) - 1)]
    return after.time - asked[listed[0]].time


async def _bare(url: str, count: int) -> float:
    fields = ",".join([*POST_FIELDS, "categories", "tags", *LANGUAGE_FIELDS])
    started, seen = time.perf_counter(), 0
    async with aiohttp.ClientSession() as client:
        for offset in range(0, count, 100):
            query = f"per_page=100&orderby=id&order=asc&offset={offset}&_fields={fields}"
            async with client.get(f"{url}/wp-json/wp/v2/posts?{query}") as answer:
                seen += len(json.loads(await answer.read()))
    if seen != count:
        raise RuntimeError(f"WordPress showed {seen} posts of {count}")
    return time.perf_counter() - started


def _seed(url: str, count: int) -> Seed:
    """Return a site whose posts have the size, the terms and the classes that real ones have."""
    seed = Seed(url)
    for number in AUTHORS:
        seed.author(number, f"Author {number}", f"author-{number}")
    for number in CATEGORIES:
        seed.term("category", number, f"Category {number}", f"category-{number}")
    for number in TAGS:
        seed.term("post_tag", number, f"Tag {number}", f"tag-{number}")
    for number in range(count):
        seed.add(_entry(number))
    return seed


def _entry(number: int) -> Entry:
    rng = Random(number)
    return Entry(
        title=f"{headline(rng)} {number}",
        content="\n\n".join(_blocks(rng)),
        published=datetime(2020, 1, 1, tzinfo=UTC) + number * timedelta(hours=7),
        slug=f"post-{number}",
        author=rng.choice(AUTHORS),
        categories=tuple(rng.sample(CATEGORIES, 2)),
        tags=tuple(rng.sample(TAGS, 4)),
    )


def _blocks(rng: Random) -> Iterator[str]:
    """Yield a text as WordPress's editor stores it: blocks, which it renders for each answer."""
    yield _block("image", '<figure class="wp-block-image"><img src="/lead.jpg" alt=""/></figure>')
    for _ in range(PARAGRAPHS):
        yield _block("paragraph", f"<p>{paragraph(rng)}</p>")
    yield _block("heading", f'<h2 class="wp-block-heading">{headline(rng)}</h2>')
    said = f"<p>{paragraph(rng)}</p>"
    yield _block("quote", f'<blockquote class="wp-block-quote">{said}</blockquote>')


def _block(name: str, html: str) -> str:
    return f"<!-- wp:{name} -->\n{html}\n<!-- /wp:{name} -->"
