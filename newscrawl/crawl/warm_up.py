"""The first use of what workers need, in the process that they are forked from.

Patterns and tables are built when they are first used. In a task, that would take as much of its
CPU time as a hundred posts need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

URL: Final = "https://example.org/2026/a-post/"
BODY: Final = """
<h2>A heading</h2><p>A &#8220;text&#8221; with <em>words</em>, 12 January 2026, by A Name.</p>
<ul><li>one</li><li>two</li></ul><table><tr><th>a</th><td>b</td></tr></table>
<figure><img src="/a.jpg" srcset="/b.jpg 2x" alt="A"><figcaption>A caption</figcaption></figure>
[su_button url="https://news.example/story"]Read the full article[/su_button]
<blockquote><p>A quote</p></blockquote><pre>code</pre><iframe src="https://video.example/1"></iframe>
<p><a class="button" href="https://news.example/story">Click here for full article at News</a></p>
"""
PAGE: Final = f"""<!doctype html><html lang="en"><head><title>A story</title>
<meta property="og:title" content="A story"><meta name="author" content="A Name">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "A story"}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>A story</h1>
<time datetime="2026-01-12">12 January 2026</time>{BODY * 4}</article></body></html>"""


def warm_up_markup() -> None:
    """Normalize some HTML."""
    from newscrawl.markup import normalize

    normalize(BODY, URL)


def warm_up_posts() -> None:
    """Normalize a post with a full-article link, and one without."""
    from newscrawl.crawl.post_task import normalize_posts
    from newscrawl.wordpress.fallback_posts import page_post

    posts = [page_post({"link": URL, "lastmod": None}) for _ in range(2)]
    for post, content in zip(posts, (BODY, "<p>Some words of its own.</p>" * 50), strict=True):
        post.title = post.excerpt = post.content = content
    normalize_posts(posts)


def warm_up_pages() -> None:
    """Read a page of a publisher, without the extractor of last resort: 16 MB, seldom needed."""
    from newscrawl.extract.page import read_page
    from newscrawl.net.response import Answer

    headers = {"content-type": "text/html"}
    read_page(Answer(url=URL, status=200, body=PAGE.encode(), headers=headers))


WARM_UPS: Final[Mapping[str, Callable[[], None]]] = {
    "newscrawl.markup": warm_up_markup,
    "newscrawl.crawl.post_task": warm_up_posts,
    "newscrawl.crawl.page_task": warm_up_pages,
    "newscrawl.extract.wordpress_page": warm_up_pages,
}
"""By the module of a worker's function."""
