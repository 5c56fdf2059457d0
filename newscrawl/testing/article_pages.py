"""The pages of publishers: templates of real pages, with everything around the article."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.testing.publishers import Article, Publisher

TEASERS = 4

COOKIES = (
    '<div class="cookie-banner" role="dialog"><p>We and our 214 partners use cookies to store'
    " and read information on your device. <button>Accept</button> <button>Settings</button>"
    "</p></div>\n"
)
NEWSLETTER = (
    '<aside class="newsletter"><h3>The morning briefing</h3><p>Sign up and get the news of the'
    ' day in your inbox at seven.</p><form action="/signup"><input name="mail">'
    "<button>Sign up</button></form></aside>\n"
)
NOT_TEXT = ("214 partners", "The morning briefing", "All rights reserved", "Read next")
"""Words that are on every page and belong to no article."""


def wire(publisher: Publisher, article: Article) -> str:
    """A news agency's page: hashed classes, JSON-LD in a graph, promotions between paragraphs."""
    middle = max(1, len(article.paragraphs) // 2)
    body = "".join(
        f'<p class="body__text__3Xk9" data-testid="paragraph-{number}">{escape(text)}</p>\n'
        + (NEWSLETTER if number == middle else "")
        for number, text in enumerate(article.paragraphs)
    )
    return (
        f"{_head(publisher, article, json_ld=True)}"
        f'<body class="page__root__1aZ">\n{COOKIES}{_navigation(publisher)}<main>\n<article>\n'
        f'<header><h1 class="heading__2Yt">{escape(article.title)}</h1>\n'
        f'<p class="byline__5Gh">By <a rel="author" href="/authors/1">{escape(article.byline)}</a>'
        f'</p>\n<time datetime="{article.published}">{article.published[:10]}</time></header>\n'
        f"{_figure(publisher, article)}{body}{article.extra}</article>\n"
        f"{_teasers(publisher, article)}</main>\n{_footer(publisher)}</body></html>\n"
    )


def magazine(publisher: Publisher, article: Article) -> str:
    """A magazine's page, as blog software makes it: entry-content, share links, a biography."""
    body = "".join(f"<p>{escape(text)}</p>\n" for text in article.paragraphs)
    return (
        f"{_head(publisher, article, json_ld=False)}"
        f'<body class="single single-post">\n{_navigation(publisher)}<div class="site-content">\n'
        f'<article class="post hentry"><h1 class="entry-title">{escape(article.title)}</h1>\n'
        f'<div class="entry-meta">by <span class="author vcard">{escape(article.byline)}</span> on '
        f'<time class="entry-date" datetime="{article.published}">{article.published[:10]}</time>'
        f'</div>\n{_figure(publisher, article)}<div class="entry-content">\n{body}{article.extra}'
        '</div>\n<ul class="share"><li><a href="https://social.example/share">Share</a></li>'
        "<li><a>Print</a></li></ul>\n"
        f"</article>\n{_teasers(publisher, article)}"
        '<section id="comments"><h3>2 comments</h3><p>I walk there every Sunday and saw nothing of'
        " the kind.</p><p>First!</p></section>\n"
        f"</div>\n{_footer(publisher)}</body></html>\n"
    )


def broadsheet(publisher: Publisher, article: Article) -> str:
    """An old-style newspaper page: a table for the layout, a byline in plain words."""
    body = "".join(f"<p>{escape(text)}</p>\n" for text in article.paragraphs)
    return (
        f"{_head(publisher, article, json_ld=False)}<body>\n{_navigation(publisher)}"
        '<table width="980"><tr><td valign="top" width="700"><div id="story">\n'
        f"<h1>{escape(article.title)}</h1>\n"
        f'<div class="byline">By {escape(article.byline)}</div><div class="dateline">'
        f'{article.published[:10]}</div>\n{_figure(publisher, article)}<div class="story-body">\n'
        f'{body}{article.extra}</div></div></td><td valign="top" class="rail">'
        f"{NEWSLETTER}{_teasers(publisher, article)}</td></tr></table>\n"
        f"{_footer(publisher)}</body></html>\n"
    )


TEMPLATES: dict[str, Callable[[Publisher, Article], str]] = {
    "wire": wire,
    "magazine": magazine,
    "broadsheet": broadsheet,
}


def front_page(publisher: Publisher) -> str:
    """The publisher's home page: a list of its articles."""
    items = "".join(
        f'<li><a href="{article.path}">{escape(article.title)}</a></li>\n'
        for article in publisher.articles.values()
    )
    return _bare(publisher, publisher.title, f"<h1>{escape(publisher.title)}</h1><ul>{items}</ul>")


def not_found_page(publisher: Publisher) -> str:
    """The page for an unknown address; the caller sets the status."""
    sorry = (
        "<h1>Page not found</h1><p>Sorry, the page you are looking for does not exist or has been"
        ' moved. Try our <a href="/">home page</a> or the search.</p>'
    )
    return _bare(publisher, f"Page not found – {publisher.title}", sorry)


def _bare(publisher: Publisher, title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{publisher.language}"><head>'
        f"<title>{escape(title)}</title></head>\n<body>{_navigation(publisher)}"
        f"<main>{body}</main>{_footer(publisher)}</body></html>\n"
    )


def _head(publisher: Publisher, article: Article, *, json_ld: bool) -> str:
    url, image = f"{publisher.url}{article.path}", f"{publisher.url}/images/lead.png"
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": publisher.title, "url": publisher.url},
            {
                "@type": "NewsArticle",
                "headline": article.title,
                "datePublished": article.published,
                "author": [{"@type": "Person", "name": article.byline}],
                "publisher": {"@type": "Organization", "name": publisher.title},
                "image": image,
                "mainEntityOfPage": url,
                "isAccessibleForFree": article.free,
            },
        ],
    }
    shown = json_ld or not article.free
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>\n' if shown else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{publisher.language}"><head>\n'
        f'<meta charset="{publisher.charset}">\n'
        f"<title>{escape(article.title)} | {escape(publisher.title)}</title>\n"
        f'<link rel="canonical" href="{url}">\n'
        f'<meta name="author" content="{escape(article.byline)}">\n'
        f'<meta property="og:type" content="article">\n'
        f'<meta property="og:title" content="{escape(article.title)}">\n'
        f'<meta property="og:site_name" content="{escape(publisher.title)}">\n'
        f'<meta property="og:url" content="{url}">\n'
        f'<meta property="og:image" content="{image}">\n'
        f'<meta property="article:published_time" content="{article.published}">\n'
        f'<link rel="stylesheet" href="/style.css">\n{script}'
        "<script>window.dataLayer=window.dataLayer||[];</script>\n</head>\n"
    )


def _navigation(publisher: Publisher) -> str:
    sections = ("News", "Harbor", "Money", "Culture", "Sport")
    links = "".join(f'<li><a href="/{name.lower()}/">{name}</a></li>' for name in sections)
    return f'<nav><a class="logo" href="/">{escape(publisher.title)}</a><ul>{links}</ul></nav>\n'


def _figure(publisher: Publisher, article: Article) -> str:
    return (
        f'<figure><img src="/images/lead.png" alt="{escape(article.title)}" width="1200"'
        f' height="800"><figcaption>Photograph: {escape(publisher.title)}</figcaption></figure>\n'
    )


def _teasers(publisher: Publisher, article: Article) -> str:
    others = [other for other in publisher.articles.values() if other.path != article.path]
    items = "".join(
        f'<li><a href="{other.path}">{escape(other.title)}</a></li>\n' for other in others[:TEASERS]
    )
    return f'<aside class="related"><h3>Read next</h3><ul>\n{items}</ul></aside>\n'


def _footer(publisher: Publisher) -> str:
    return (
        f'<footer><p>© 2026 {escape(publisher.title)}. All rights reserved.</p><ul><li><a href="/'
        'terms">Terms</a></li><li><a href="/privacy">Privacy</a></li></ul></footer>\n'
    )
