"""Faults of publishers' pages: each has a name and an expected outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawl.testing.article_pages import not_found_page
from newscrawl.testing.web import Reply, html, redirect

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.testing.publishers import Article, Publisher
    from newscrawl.testing.web import Request

SLOW_SECONDS = 1.5
RETRY_AFTER_SECONDS = 1
CHAIN_STATUSES = (301, 302, 307)
FORBIDDEN_PLACE = "http://[::1]:9/latest/meta-data/"
"""An address in the user's own network: on loopback, on a port without a listener."""

WALL = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><div id='challenge'>"
    "<h1>Checking that you are human</h1><p>This site checks the security of your connection"
    " before proceeding. Enable JavaScript and cookies to continue.</p><p>Ray ID: 4c1f0a9e</p>"
    "</div></body></html>"
)
NEEDS_SCRIPTS = (
    "<!DOCTYPE html><html><head><title>Script &amp; Sons</title></head><body><div id='root'></div>"
    "<noscript>You need to enable JavaScript to run this app.</noscript>"
    "<script src='/bundle.js'></script></body></html>"
)
SUBSCRIBE = (
    '<div class="paywall" id="piano-wall"><h2>Subscribe to continue reading</h2><p>This article is'
    " for subscribers. Already a subscriber? Log in.</p></div>\n"
)
HOSTILE = (
    "<script>document.title='owned'</script>\n"
    '<p onmouseover="alert(1)">Hover <a href="javascript:alert(2)">here</a> or'
    ' <a href="JaVa&#x0A;ScRiPt:alert(3)">there</a>, or <a href="data:text/html,x">there</a>.</p>\n'
    '<img src="x.png" onerror="alert(4)" alt="A map"><svg onload="alert(5)"><desc>'
    "<p>inside</desc></svg>\n"
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 '
    'onerror=alert(6)&gt;"></mglyph></table></mtext></math>\n'
    '<noscript><p title="</noscript><img src=x onerror=alert(7)>"></noscript>\n'
    '<iframe src="javascript:alert(8)"></iframe><form action="/steal"><input name="pin"></form>\n'
    '<style>body{background:url("javascript:alert(9)")}</style>'
    '<object data="x.swf"></object><base href="http://127.0.0.1:9/">\n'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request to a publisher for an article that has a fault."""

    publisher: Publisher
    article: Article
    request: Request

    def step(self, number: int) -> str:
        return f"{self.article.path}?step={number}"

    def healthy(self) -> Reply:
        return self.publisher.render(self.article)


def _rate_limited(exchange: Exchange) -> Reply:
    if exchange.request.count > 1:
        return exchange.healthy()
    slowly = html("<h1>429 Too Many Requests</h1>", 429)
    return slowly.with_header("Retry-After", str(RETRY_AFTER_SECONDS))


def _redirect_chain(exchange: Exchange) -> Reply:
    step = int(exchange.request.param("step") or 0)
    if step >= len(CHAIN_STATUSES):
        return exchange.healthy()
    return redirect(exchange.step(step + 1), CHAIN_STATUSES[step])


def _redirect_loop(exchange: Exchange) -> Reply:
    step = int(exchange.request.param("step") or 0)
    return redirect(exchange.step(2 if step == 1 else 1), 302)


def _meta_refresh(exchange: Exchange) -> Reply:
    if exchange.request.param("step"):
        return exchange.healthy()
    target = exchange.step(1)
    return html(
        f'<html><head><meta http-equiv="refresh" content="0; url={target}"><title>Moved</title>'
        f'</head><body><p>You are being taken to <a href="{target}">the article</a>.</p></body>'
        "</html>"
    )


def _paywall(exchange: Exchange) -> Reply:
    shown = exchange.article.paragraphs[:1]
    walled = replace(exchange.article, paragraphs=shown, free=False, extra=SUBSCRIBE)
    return exchange.publisher.render(walled)


def _excerpt_only(exchange: Exchange) -> Reply:
    shown = exchange.article.paragraphs[: exchange.article.lead]
    return exchange.publisher.render(replace(exchange.article, paragraphs=shown))


def _pdf(_: Exchange) -> Reply:
    document = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return Reply(headers=[("Content-Type", "application/pdf")], body=document)


def _hostile(exchange: Exchange) -> Reply:
    return exchange.publisher.render(replace(exchange.article, extra=HOSTILE))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: its description, the outcome of an article that has it, and its handler.

    Attributes:
        policy: How much of it may be kept by default: "full" or "excerpt".
    """

    about: str
    outcome: str
    apply: Callable[[Exchange], Reply]
    policy: str = "full"


FAULTS = {
    "wall": Fault("403 and a bot challenge", "bot_wall", lambda _: html(WALL, 403)),
    "javascript-wall": Fault(
        "a page that is empty without scripts", "bot_wall", lambda _: html(NEEDS_SCRIPTS)
    ),
    "paywall": Fault("the first paragraph, and isAccessibleForFree false", "paywall", _paywall),
    "not-found": Fault(
        "404", "not_found", lambda exchange: html(not_found_page(exchange.publisher), 404)
    ),
    "soft-not-found": Fault(
        "a page that says not found, with 200",
        "not_found",
        lambda exchange: html(not_found_page(exchange.publisher)),
    ),
    "gone": Fault("410", "gone", lambda _: html("<h1>Gone</h1>", 410)),
    "rate-limited": Fault(
        "429 with Retry-After the first time, then the article", "fetched", _rate_limited
    ),
    "redirect-chain": Fault("three redirects to the article", "fetched", _redirect_chain),
    "redirect-loop": Fault("redirects that never end", "redirect_loop", _redirect_loop),
    "slow": Fault(
        f"the article, after {SLOW_SECONDS} s",
        "fetched",
        lambda exchange: replace(exchange.healthy(), delay=SLOW_SECONDS),
    ),
    "pdf": Fault("a PDF", "not_html", _pdf),
    "server-error": Fault(
        "500", "server_error", lambda _: html("<h1>Internal Server Error</h1>", 500)
    ),
    "reset": Fault(
        "the connection is torn down in the middle of the page",
        "connection_error",
        lambda _: Reply(headers=[("Content-Length", "9000")], body=b"<html>", reset=True),
    ),
    "hostile": Fault("the article, full of scripts and traps", "fetched", _hostile),
    "unsafe-redirect": Fault(
        "a redirect into the user's own network",
        "unsafe_address",
        lambda _: redirect(FORBIDDEN_PLACE, 302),
    ),
    "robots-disallowed": Fault(
        "robots.txt forbids it", "robots_disallowed", lambda exchange: exchange.healthy()
    ),
    "robots-unreachable": Fault(
        "robots.txt answers 503", "robots_disallowed", lambda exchange: exchange.healthy()
    ),
    "reserved": Fault(
        "the article, with tdm-reservation: 1",
        "fetched",
        lambda exchange: exchange.healthy().with_header("tdm-reservation", "1"),
        policy="excerpt",
    ),
    "excerpt-only": Fault("no more than the post has itself", "excerpt_only", _excerpt_only),
    "meta-refresh": Fault("a meta refresh to the article", "fetched", _meta_refresh),
}
