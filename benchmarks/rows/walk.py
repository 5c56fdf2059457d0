"""A walk of a real WordPress, whose speed is the limit."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from typing import TYPE_CHECKING

import aiohttp

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.prose import headline, paragraph
from newscrawl.wordpress.endpoints import LANGUAGE_FIELDS, POST_FIELDS
from tests.real.seed import Entry, Seed
from tests.real.server import RealWordPress, Request
from tests.real.services import missing_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

PARAGRAPHS = 16
AUTHORS, CATEGORIES, TAGS = range(2, 20), range(2, 30), range(101, 400)
BASELINE = "an asyncio loop that asks for the same pages one after the other"
USUAL_MICROSECONDS = 1500
"""Time that content filters take on sites with many plugins; a post is filtered twice. They sleep,
as a site has cores of its own. A page of a hundred posts then takes 0.4 s, as on real sites."""


@dataclass(slots=True)
class Walks:
    """The measurements of one site.

    Attributes:
        ours: Seconds from the first request to the last.
        all_of_it: Seconds from start to exit.
        bare: Seconds of the loop.
        asked: The requests of our last walk.
    """

    ours: list[float] = field(default_factory=list)
    all_of_it: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Walk a site with newscrawl, and with a bare loop that knows the number of posts."""
    count = scale.wordpress_posts
    usual, at_once = (
        f"a walk of {count:,} posts on a real WordPress{how}"
        for how in (", a page in 0.4 s", " that answers at once, on the same cores")
    )
    if missing := missing_packages():
        note = f"it needs packages: apt-get install {' '.join(missing)}"
        yield Row(
            name="wordpress_walk", what=usual, unit="s", ours=[], baseline=BASELINE, note=note
        )
        return
    with RealWordPress(lambda url: seed(url, count)) as site:
        quick = _walks(site, count, folder / "at-once", scale.repeats)
        _slow_down(site)
        slow = _walks(site, count, folder / "usual", max(1, scale.repeats - 1))
    yield _row("wordpress_walk", usual, slow)
    yield _row("wordpress_walk_at_once", at_once, quick)


def _walks(site: RealWordPress, count: int, folder: Path, repeats: int) -> Walks:
    walks = Walks()
    for turn in range(-1, repeats):
        walks.bare.append(asyncio.run(_bare(site.url, count)))
        if turn < 0:  # only WordPress is warm now: each walk is a process of its own
            continue
        state = folder / str(turn)
        state.mkdir(parents=True)
        site.forget_requests()
        walks.all_of_it.append(runs.crawl(site.url, state).seconds)
        walks.asked = site.requests()
        walks.ours.append(walks.asked[-1].time - walks.asked[0].time)
    walks.bare = walks.bare[1:]
    return walks


def _slow_down(site: RealWordPress) -> None:
    filters = f"function ($content) {{ usleep({USUAL_MICROSECONDS}); return $content; }}"
    plugin = site.folder / "wp-content/mu-plugins/slow.php"
    plugin.write_text(f"<?php add_filter('the_content', {filters});")


def _row(name: str, what: str, walks: Walks) -> Row:
    return Row(
        name=name,
        what=what,
        unit="s",
        ours=walks.ours,
        baseline=BASELINE,
        theirs=walks.bare,
        targets=at_most(1.2, walks.ours, walks.bare),
        note=f"from the first of {len(walks.asked)} requests to the last,"
        f" {_listing_seconds(walks.asked):.1f} s of it for the listing of ids that proves it"
        f" complete; {median(walks.all_of_it):.1f} s from start to exit",
    )


def _listing_seconds(asked: list[Request]) -> float:
    """Return the seconds from the first request for only ids to the one after the last."""
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


def seed(url: str, count: int) -> Seed:
    """Return a site whose posts have the size, terms and classes of real ones."""
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
