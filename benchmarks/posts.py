"""Posts of a large site, made on request: any number, the same in every run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from benchmarks.prose import headline, made_up, name, paragraph

FIRST_ID: Final = 1000
FIRST_DATE: Final = datetime(2010, 1, 1, tzinfo=UTC)
APART: Final = timedelta(minutes=61)
POOL: Final = 4000
"""Paragraphs of which posts are made: writing each anew would take longer than crawling it."""
OWN_WORD: Final = 4
"""One word in this many is a post's own, so that no two posts are of the same story."""
APART_SITES: Final = 10_000_000
"""Between the seeds of the posts of two sites."""
AUTHORS: Final = 40
CATEGORIES: Final = 30
TAGS: Final = 400
PARAGRAPHS: Final = (6, 12)


def date_of(number: int) -> str:
    """Return when post *number* was published and last modified, as the API writes it."""
    return f"{FIRST_DATE + number * APART:%Y-%m-%dT%H:%M:%S}"


def first_after(moment: str) -> int:
    """Return the number of the first post after an ISO 8601 time."""
    then = datetime.fromisoformat(moment)
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0, (then - FIRST_DATE) // APART + 1)


def post(number: int, url: str, link: str | None, *, of_site: int = 0) -> dict[str, Any]:
    """Return a post as the API does, with the fields that `newscrawl.wordpress.endpoints` requests.

    Args:
        url: The site's home, without a final slash.
        link: The URL of the full article; None for a post without one.
        of_site: The number of the site: no two sites have posts of the same story.
    """
    rng = Random(number + of_site * APART_SITES)
    date, title = date_of(number), f"{headline(rng)} ({number})"
    pool = _pool()
    lines = [
        '<p class="text-module__text__0GDob body-module__full_width__kCIGb">'
        f"{_own(rng, rng.choice(pool))}</p>"
        for _ in range(rng.randint(*PARAGRAPHS))
    ]
    excerpt = _own(rng, rng.choice(pool))[:200]
    image = f'<figure class="wp-block-image"><img src="/wp-content/{number}.jpg" alt=""></figure>'
    content = f'<header class="post-header"><div class="row">{image}{"".join(lines)}</div></header>'
    if link is not None:
        content += _button(link)
    return {
        "id": FIRST_ID + number,
        "date": date,
        "date_gmt": date,
        "guid": {"rendered": f"{url}/?p={FIRST_ID + number}"},
        "modified": date,
        "modified_gmt": date,
        "slug": f"post-{number}",
        "status": "publish",
        "type": "post",
        "link": f"{url}/post-{number}/",
        "title": {"rendered": title},
        "content": {"rendered": content, "protected": False},
        "excerpt": {"rendered": f"<p>{excerpt} [&hellip;]</p>", "protected": False},
        "author": rng.randint(1, AUTHORS),
        "featured_media": 0,
        "sticky": False,
        "format": "standard",
        "meta": {"_acf_changed": False, "footnotes": ""},
        "categories": rng.sample(range(1, CATEGORIES + 1), 2),
        "tags": rng.sample(range(1000, 1000 + TAGS), 4),
        "acf": [],
    }


def thing(number: int, url: str) -> dict[str, Any]:
    """Return an author or a term."""
    slug = f"thing-{number}"
    return {"id": number, "name": name(Random(number)), "slug": slug, "link": f"{url}/{slug}/"}


def row(number: int, url: str, link: str | None, *, of_site: int = 0) -> bytes:
    """Return a post as JSON, slashes and letters escaped as PHP does it."""
    return json.dumps(post(number, url, link, of_site=of_site)).replace("/", "\\/").encode()


def _button(link: str) -> str:
    return (
        f'<div class="su-button-center"><a href="{link}" class="su-button su-button-style-default"'
        ' style="color:#FFFFFF;background-color:#68cf8a" target="_blank" rel="noopener">'
        "<span>Click here for full article at The Daily Benchmark</span></a></div>"
    )


def _own(rng: Random, paragraph: list[str]) -> str:
    """Return a paragraph of the pool with words of the post's own."""
    words = paragraph.copy()
    places = range(rng.randrange(OWN_WORD), len(words), OWN_WORD)
    words[places.start :: OWN_WORD] = rng.choices(made_up(), k=len(places))
    return " ".join(words)


@cache
def _pool() -> list[list[str]]:
    rng = Random("pool")
    return [paragraph(rng).split() for _ in range(POOL)]
