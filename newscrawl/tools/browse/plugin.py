"""What newscrawl adds to Datasette: the page of a post, and headers that keep content inert."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.facets import ArrayFacet
from datasette.utils import escape_fts
from datasette.utils.asgi import Response

from newscrawl.tools.sqlite_file import spaced

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

HOME: Final = "/newscrawl/posts?status__exact=publish"

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
"""Of every response. Pages work without JavaScript, so no script is allowed at all."""

_BEGINNING: Final = re.compile(r'(\w)\s*\*+"(?=\s|$)')
"""The end of a word, in quotes, that stands for all words with this beginning."""

_EITHER: Final = re.compile(r'("(?!OR")[^"]*"\*?) "OR" (?="(?!OR"))')
"""The first of two words or phrases with OR between them."""

_NOTHING: Final = '""'
"""A query without a word: an empty one is an error."""

OUR_NAMES: Final = frozenset({"127.0.0.1", "localhost"})

FACETS: Final = {
    "publisher": "Publisher",
    "categories": "Category",
    "outcome": "Article",
    "language": "Language",
    "year": "Year",
    "site": "Site",
    "status": "Status",
}
"""The headings of facets, in the order in which they are shown."""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Response]]]:
    """Show the posts at the start."""
    return [("^/$", lambda: Response.redirect(HOME))]


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    """Add the names that the templates use. An error page has no other variables."""
    env.globals.update({"home": HOME, "facet_names": FACETS})
    env.filters["web_url"] = web_url
    env.filters["posts_of"] = posts_of
    env.filters["from_json"] = json.loads
    env.filters["day"] = lambda time: (time or "")[:10]


class TermFacet(ArrayFacet):
    """Counts the names in a JSON list, and leaves the texts of the posts where they are.

    `ArrayFacet` copies whole rows: of 50,000 posts, 3 seconds for one facet.
    """

    type = "terms"
    sql: str

    async def facet_results(self) -> Any:
        self.sql = f"select id, categories from ({self.sql})"  # noqa: S608 - Datasette's own
        return await super().facet_results()


@hookimpl
def register_facet_classes() -> list[type[ArrayFacet]]:
    """Add the facet of categories."""
    return [TermFacet]


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Write the words of a search as the index has them."""
    conn.create_function("escape_fts", 1, fts_query)


def fts_query(words: str) -> str:
    """Return the query of the index for the words of a search.

    Each word is found as a whole. A word that ends in ``*`` also finds words that begin with it.
    ``OR`` between two words finds posts with one of them.

    >>> fts_query('ferr* "gull island" OR harbor OR')
    '"ferr"* "gull island" OR "harbor" "OR"'
    """
    query = _BEGINNING.sub(r'\1"*', spaced(escape_fts(words)) or _NOTHING)
    return _EITHER.sub(r"\1 OR ", query)


@hookimpl
def extra_template_vars(
    datasette: Datasette, view_name: str, table: str | None, request: Request | None
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """Give the page of a post its parts."""
    if view_name != "row" or table != "posts" or request is None:
        return None
    post = request.url_vars["pks"]
    return lambda: _parts(datasette, post)


async def _parts(datasette: Datasette, post: str) -> dict[str, Any]:
    """Return the post, its article, terms, links and revisions."""
    database = datasette.get_database("newscrawl")

    async def rows(statement: str) -> list[Any]:
        return list((await database.execute(statement, {"post": post})).rows)

    posts = await rows("SELECT * FROM posts WHERE id = :post")
    articles = await rows("SELECT * FROM articles WHERE post = :post")
    return {
        "post": posts[0] if posts else None,
        "article": articles[0] if articles else None,
        "terms": await rows(
            "SELECT terms.* FROM terms JOIN post_terms ON term = id WHERE post = :post"
            " AND name IS NOT NULL ORDER BY taxonomy, name"
        ),
        "links": await rows(
            "SELECT links.*, posts.id AS target FROM links LEFT JOIN posts ON posts.guid ="
            " links.guid WHERE links.post = :post ORDER BY position LIMIT 100"
        ),
        "revisions": await rows(
            "SELECT id, revision, change, crawled, title FROM revisions WHERE post = :post"
            " ORDER BY revision DESC LIMIT 50"
        ),
    }


def web_url(url: str | None) -> str | None:
    """Return a URL of the web; None for any other scheme, which no link may have.

    >>> web_url("https://a.example/"), web_url("javascript:alert(1)")
    ('https://a.example/', None)
    """
    return url if url and url.lower().startswith(("https://", "http://")) else None


def posts_of(term: Mapping[str, Any]) -> str:
    """Return the path of the list of the posts with a term."""
    column = {"category": "categories", "post_tag": "tags"}.get(term["taxonomy"])
    if column is None:
        return f"/newscrawl/post_terms?{urlencode({'term': term['id']})}"
    return f"{HOME}&{urlencode({column + '__arraycontains': term['name']})}"


@hookimpl(tryfirst=True)
def asgi_wrapper() -> Callable[[App], App]:
    """Add the headers, and refuse requests under other names.

    A page of the web can give its own name the address 127.0.0.1, and then read this server as
    its own origin. The Host header shows that name.
    """

    def wrap(app: App) -> App:
        async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                    message["headers"] = [*message.get("headers", []), *ours]
                await send(message)

            if scope["type"] == "http" and _host(scope) not in OUR_NAMES:
                refusal = Response.text("This server answers on 127.0.0.1 only", status=421)
                await refusal.asgi_send(send_with_headers)
            else:
                await app(scope, receive, send_with_headers)

        return wrapped

    return wrap


def _host(scope: Message) -> str:
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return str(host.rpartition(":")[0] if ":" in host else host)
