"""The publishers behind the magazine's buttons: one web server each, with its articles."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawl.testing.article_pages import TEMPLATES, front_page, not_found_page
from newscrawl.testing.pixels import PNG
from newscrawl.testing.publisher_faults import FAULTS, Exchange
from newscrawl.testing.web import Reply, plain
from newscrawl.testing.web import html as html_reply

if TYPE_CHECKING:
    from newscrawl.testing.web import Request

ROBOTS = "User-agent: *\nDisallow: /closed/\nDisallow: /search\n"
SIGNALS = f"{ROBOTS}Content-Signal: search=yes, ai-input=yes, ai-train=no\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of a publisher.

    Attributes:
        paragraphs: Plain text.
        lead: How many paragraphs a teaser shows.
        fault: The fault of its page, by its name in ``faults.FAULTS``, or None.
        free: The value of ``isAccessibleForFree`` in its metadata.
        extra: HTML after the last paragraph.
    """

    path: str
    title: str
    byline: str
    published: str
    paragraphs: tuple[str, ...]
    lead: int = 1
    fault: str | None = None
    free: bool = True
    extra: str = ""


@dataclass(slots=True, kw_only=True)
class Publisher:
    """A publisher: its name, the template of its pages, and its articles.

    Attributes:
        key: Its name in the access log and in ``DemoSite.publishers``.
        template: One of ``article_pages.TEMPLATES``.
        robots: The text of robots.txt; None answers 404, "" answers 503.
        url: Set when its server is open; without a final slash.
    """

    key: str
    title: str
    template: str = "wire"
    language: str = "en"
    charset: str = "utf-8"
    robots: str | None = ROBOTS
    url: str = ""
    articles: dict[str, Article] = field(default_factory=dict)

    def add(self, article: Article) -> str:
        """Publish an article, or a new version of one, and return its URL."""
        self.articles[article.path] = article
        return f"{self.url}{article.path}"

    def article_at(self, url: str) -> Article | None:
        """Return the article that *url* leads to, if it is one of this publisher."""
        host, path = url[: len(self.url)], url[len(self.url) :]
        return self.articles.get(path) if host == self.url else None

    def path_for(self, slug: str, *, published: str, fault: str | None = None) -> str:
        """Return the path of an article; a folder of its own has those that robots.txt forbids."""
        if fault == "robots-disallowed":
            return f"/closed/{slug}"
        year, month, day = published[:10].split("-")
        return {
            "wire": f"/world/{slug}-{year}-{month}-{day}/",
            "magazine": f"/{year}/{month}/{slug}/",
            "broadsheet": f"/news/{slug}.html",
        }[self.template]

    def answer(self, request: Request) -> Reply:
        """Answer a request to this publisher's server."""
        if request.path == "/robots.txt":
            return self._robots()
        if request.path.endswith(".png"):
            return Reply(headers=[("Content-Type", "image/png")], body=PNG)
        article = self.articles.get(request.path)
        if request.path == "/":
            return self.page(front_page(self))
        if article is None:
            return replace(self.page(not_found_page(self)), status=404)
        if article.fault:
            exchange = Exchange(publisher=self, article=article, request=request)
            return _conditional(FAULTS[article.fault].apply(exchange), request)
        return _conditional(self.render(article), request)

    def render(self, article: Article) -> Reply:
        """Answer with the article's page, as if nothing were wrong with it."""
        return self.page(TEMPLATES[self.template](self, article))

    def page(self, text: str) -> Reply:
        """Answer with a page in the publisher's charset; other characters become references."""
        body = text.encode(self.charset, "xmlcharrefreplace")
        return Reply(headers=[("Content-Type", f"text/html; charset={self.charset}")], body=body)

    def _robots(self) -> Reply:
        if self.robots is None:
            return html_reply(f"<h1>{html.escape(self.title)}: not here</h1>", 404)
        return plain(self.robots) if self.robots else plain("try later", 503)


def _conditional(reply: Reply, request: Request) -> Reply:
    """Add an ETag to a page, and answer 304 if the client has it already."""
    if reply.status != 200 or not isinstance(reply.body, bytes):
        return reply
    tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == tag:
        return Reply(status=304, headers=[("ETag", tag)])
    return reply.with_header("ETag", tag)


def open_publishers() -> dict[str, Publisher]:
    """Return the demo's publishers by key; they get their URLs and articles later.

    Faults that make a crawler avoid a whole host have a publisher of their own.
    """
    publishers = (
        Publisher(key="harborwire", title="Harbor Wire"),
        Publisher(key="continental", title="The Continental", template="magazine"),
        Publisher(key="ledger", title="The Copper Ledger", template="broadsheet", robots=SIGNALS),
        Publisher(
            key="abendbote",
            title="Der Abendbote",
            template="broadsheet",
            language="de",
            charset="windows-1252",
        ),
        Publisher(
            key="gazette",
            title="La Gazette du Fleuve",
            template="magazine",
            language="fr",
            robots=f"{ROBOTS}Crawl-delay: 1\n",
        ),
        Publisher(key="faro", title="El Faro del Sur", language="es"),
        Publisher(
            key="minato",
            title="港新聞",
            template="broadsheet",
            language="ja",
            charset="shift_jis",
        ),
        Publisher(
            key="marsa", title="صحيفة المرسى", template="magazine", language="ar", robots=None
        ),
        Publisher(key="queue", title="The Daily Queue"),
        Publisher(key="fortress", title="Fortress News"),
        Publisher(key="scripts", title="Script & Sons", template="broadsheet"),
        Publisher(key="broken", title="The Foundry Press"),
        Publisher(key="cut", title="The Cable Courier", template="magazine"),
        Publisher(key="slow", title="The Slow Reader", template="magazine"),
        Publisher(key="closed", title="The Closed Daily", robots=""),
    )
    return {publisher.key: publisher for publisher in publishers}
