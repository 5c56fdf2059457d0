"""Pages of publishers: an article with everything that surrounds it on a news site.

They give an extractor as much work as recorded pages of real publishers, large and small ones. The
README shows how close they are.
"""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.prose import headline, name, paragraph, sentence
from newscrawl.extract.page import read_page
from newscrawl.net.response import Answer
from newscrawl.outcomes import FETCHED

MADE: Final = 120
"""The number of made pages; publishers serve them again and again."""
SIZES: Final = (0.4, 0.7, 1.0, 1.2, 2.0, 4.0)
"""How much surrounds the articles, in turn; 1 is the recorded pages' median."""
SCRIPT_BYTES: Final = 60_000
STYLE_BYTES: Final = 15_000
PARAGRAPHS: Final = (14, 26)
SECTIONS: Final = 50
TEASERS: Final = 40
COMMENTS: Final = 12
FOOTER_LINKS: Final = 60
BROKEN_EACH: Final = 20
"""One page of this many states its article in broken JSON."""


def article_page(seed: int) -> bytes:
    """Return a page; the same one for the same seed."""
    rng, size = Random(seed), SIZES[seed % len(SIZES)]
    title, author = headline(rng), name(rng)
    paragraphs = [paragraph(rng) for _ in range(int(rng.randint(*PARAGRAPHS) * min(size, 2.0)))]
    data = _data(rng, title, paragraphs if seed % 2 else [])
    if seed % 4:
        data["author"] = [{"@type": "Person", "name": author}]
    stated = json.dumps([data, *_things(rng, size)])
    if seed % BROKEN_EACH == 0:
        stated = stated.replace('"headline"', '"alternativeHeadline": "a "word"", "headline"')
    return "".join(
        (
            "<!DOCTYPE html><html lang=en>",
            _head(rng, title, author, stated),
            '<body class="page article-page"><div id="app"><header class="site-header">',
            _navigation(rng, size),
            '</header><div class="layout"><main class="layout__main">',
            _article(rng, title, author, paragraphs, is_named=seed % 3 > 0),
            _comments(rng, size),
            '</main><aside class="layout__rail">',
            _teasers(rng, size),
            "</aside></div>",
            _footer(rng, size),
            "</div>",
            _state(rng, size),
            "</body></html>",
        )
    ).encode()


def _data(rng: Random, title: str, paragraphs: list[str]) -> dict[str, Any]:
    """Return the metadata of a page's article, with its text if *paragraphs* are given."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "description": sentence(rng),
        "datePublished": "2026-01-10T19:05:00Z",
        "dateModified": "2026-01-10T20:15:00Z",
        "publisher": {"@type": "Organization", "name": "The Daily Benchmark"},
        "image": ["https://images.example.org/lead.jpg"],
    }
    if paragraphs:
        data["articleBody"] = "\n\n".join(paragraphs)
    return data


def _things(rng: Random, size: float) -> list[dict[str, Any]]:
    """Return the other metadata of a page: breadcrumbs, site, related articles."""
    return [
        {"@type": "ListItem", "position": i, "name": headline(rng), "url": f"/news/{i}/"}
        for i in range(int(20 * size))
    ]


def _head(rng: Random, title: str, author: str, data: str) -> str:
    described = sentence(rng)
    rules = (f".c-{i:x}{{margin:{i % 9}px;color:#{i:06x};padding:0 {i % 7}em}}" for i in range(999))
    style = "".join(rules)[:STYLE_BYTES]
    return (
        f"<head><meta charset=utf-8><title>{title} | The Daily Benchmark</title>"
        f'<meta name="description" content="{described}"><meta name="author" content="{author}">'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">'
        '<meta property="og:site_name" content="The Daily Benchmark">'
        '<meta property="article:published_time" content="2026-01-10T19:05:00Z">'
        f'<style>{style}</style><script type="application/ld+json">{data}</script></head>'
    )


def _navigation(rng: Random, size: float) -> str:
    links = "".join(
        f'<li class="nav__item"><a class="nav__link" href="/section/{i}/">{headline(rng)[:18]}</a>'
        for i in range(int(SECTIONS * size))
    )
    return f'<nav class="nav" aria-label="Sections"><ul class="nav__list">{links}</ul></nav>'


def _article(rng: Random, title: str, author: str, paragraphs: list[str], *, is_named: bool) -> str:
    """Return the article; not every site marks it up as one."""
    lines = [f'<p class="text text-module__2Cf">{_linked(rng, text)}</p>' for text in paragraphs]
    lines.insert(5, f"<h2>{headline(rng)}</h2>")
    lines.insert(8, f"<blockquote><p>{sentence(rng)}</p></blockquote>")
    lines.insert(11, f'<div class="ad-slot" data-slot="{rng.random()}"></div>')
    tag, body = ("article", "article__body") if is_named else ("div", "c-1a")
    return (
        f'<{tag} class="c-19"><h1 class="c-1b">{title}</h1>'
        f'<div class="byline">By <a rel="author" href="/staff/{len(author)}/">{author}</a>'
        ' <time datetime="2026-01-10T19:05:00Z">10 January 2026</time></div>'
        '<figure><img src="https://images.example.org/lead.jpg" width=1200 height=800 alt="Lead">'
        f"<figcaption>{sentence(rng)}</figcaption></figure>"
        f'<div class="{body}">{"".join(lines)}</div></{tag}>'
    )


def _linked(rng: Random, text: str) -> str:
    """Make a link of some words of a paragraph, in one of three."""
    words = text.split()
    if rng.random() < 1 / 3:
        at = rng.randrange(len(words) - 3)
        words[at] = f'<a href="https://example.org/{rng.randrange(9999)}/">{words[at]}'
        words[at + 2] += "</a>"
    return " ".join(words)


def _comments(rng: Random, size: float) -> str:
    comments = (
        f'<div class="comment"><span class="comment__author">{name(rng)}</span>'
        f'<p class="comment__text">{sentence(rng)}</p></div>'
        for _ in range(int(COMMENTS * size))
    )
    return f'<section class="comments"><h3>Comments</h3>{"".join(comments)}</section>'


def _teasers(rng: Random, size: float) -> str:
    return "".join(_teaser(rng) for _ in range(int(TEASERS * size)))


def _teaser(rng: Random) -> str:
    return (
        f'<div class="card"><a class="card__link" href="/news/{rng.randrange(99_999)}/">'
        f'<div class="card__media"><img loading="lazy" src="/{rng.randrange(99_999)}.jpg" alt="">'
        '</div><div class="card__body"><span class="card__kicker">News</span>'
        f'<h3 class="card__title">{headline(rng)}</h3></div></a>'
        f'<ul class="card__meta"><li>{name(rng)}</li><li><time>1 h</time></li></ul></div>'
    )


def _footer(rng: Random, size: float) -> str:
    links = "".join(
        f'<li><a href="/about/{i}/">{headline(rng)[:20]}</a></li>'
        for i in range(int(FOOTER_LINKS * size))
    )
    return f'<footer class="site-footer"><ul>{links}</ul><p>© The Daily Benchmark</p></footer>'


def _state(rng: Random, size: float) -> str:
    """Return the end of a page that a framework made: its data once more, and code."""
    entries = [
        {"id": rng.getrandbits(64), "slug": f"item-{i}", "flags": [i % 2, i % 3], "w": rng.random()}
        for i in range(int(900 * size))
    ]
    data = json.dumps({"props": entries})[: int(SCRIPT_BYTES * size)]
    code = "!function(e,t){for(var n=0;n<t.length;n++)e.push(t[n])}(window.q=window.q||[],[1,2]);"
    return f"<script>window.__DATA__={json.dumps(data)}</script><script>{code * 60}</script>"


def recorded() -> list[bytes]:
    """Return the recorded pages below NEWSCRAWL_CORPUS that newscrawl reads as whole articles.

    The others lead elsewhere: to a next page, or to the original of a copy.
    """
    folder = Path(os.environ["NEWSCRAWL_CORPUS"]) / "articles"
    found = [gzip.decompress(file.read_bytes()) for file in sorted(folder.glob("*.html.gz"))]
    return [page for page in found if _is_whole(page)]


def _is_whole(page: bytes) -> bool:
    headers = {"content-type": "text/html"}
    read = read_page(Answer(url="http://127.0.0.1/news/1/", status=200, headers=headers, body=page))
    return read.outcome == FETCHED and read.next_page is None


def kind_of_pages() -> str:
    """Return "recorded" or "made"."""
    return "recorded" if os.environ.get("NEWSCRAWL_CORPUS") else "made"


@cache
def pages() -> list[bytes]:
    """Return the pages that publishers serve: recorded ones if there are any, else made ones."""
    if kind_of_pages() == "recorded":
        return recorded()
    return [article_page(seed) for seed in range(MADE)]
