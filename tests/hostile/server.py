"""A WordPress whose every post leads to a hostile page, and the canaries that nobody may meet."""

import socket
from types import TracebackType
from typing import Any, NamedTuple, Self

from newscrawl.testing.late_posts import late_paragraphs
from newscrawl.testing.magazine import Magazine
from newscrawl.testing.post_markup import dressed, excerpt_of
from newscrawl.testing.rows import Author
from newscrawl.testing.servers import Servers, Visit
from newscrawl.testing.theme import Front
from newscrawl.testing.web import Handler, Reply, Request, plain
from tests.hostile.pages import DEEP, SCRIPTS, UNLINKED, Hostile, all_pages
from tests.hostile.places import LINKED, Canaries, forbidden_places

ALLOWED = "127.0.0.1/32"
"""The one network that a crawl of this server may open: the canaries are outside of it."""

OWN_POSTS: dict[str, dict[str, Any]] = {
    "climbing": {"slug": "../../../../etc/passwd", "title": "Up and up"},
    "formula": {"title": "=cmd|'/c calc'!A1", "excerpt": "<p>+1+1</p>"},
    "escapes": {"title": "\x1b[31mRed\x07\x00\x9b2J \u202etxt.exe", "guid": "\x1b]0;x\x07"},
    "scripts": {"title": "<script>alert(1)</script>", "content": SCRIPTS},
    "deep": {"title": "Deep", "content": "<div>" * DEEP + "bottom" + "</div>" * DEEP},
    "surrogate": {"title": "Half a letter \ud83d", "content": "<p>\udc00</p>"},
    "long": {
        **dict.fromkeys(("title", "slug", "guid"), "long " * 200_000),
        "excerpt": f"<p>{'long ' * 200_000}</p>",
        "link": "http://127.0.0.1/" + "long" * 200_000,
    },
    "line-ends": {"title": "One\nTwo\r\nThree\u2028Four", "guid": "a\nb"},
}
"""Posts without a link, whose own columns are hostile."""


class Page(NamedTuple):
    """A hostile page: the path that the post's button links to, and the right outcomes.

    None among the outcomes: the button may also be seen as no link at all.
    """

    url: str
    outcomes: tuple[str | None, ...]
    post_id: int


class Canary:
    """A socket that listens, answers nothing, and counts who connected."""

    def __init__(self, address: str) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, 0), family=family, backlog=64)
        self._socket.setblocking(False)
        self._counted = 0
        self.port: int = self._socket.getsockname()[1]

    @property
    def connections(self) -> int:
        """How many connections were made so far; each is closed when it is counted."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except BlockingIOError:
                return self._counted
            connection.close()
            self._counted += 1

    def close(self) -> None:
        self._socket.close()


class HostileServer:
    """Hostile pages, each on a port of its own, behind the posts of a WordPress; on 127.0.0.1.

    Attributes:
        url: The WordPress to crawl, with ``NEWSCRAWL_ALLOWED_NETWORKS`` set to ``ALLOWED``.
        pages: By name, which is the post's slug as well.
        own_posts: The ids of posts whose own content is hostile, by name.
        canaries: Listening on 127.0.0.2 and ::1; no connection may ever be made to them.
    """

    def __init__(self) -> None:
        self.canaries = {address: Canary(address) for address in ("127.0.0.2", "::1")}
        self._servers = Servers()
        self.url = self._servers.add("magazine", lambda request: self._front.answer(request))
        self.magazine = Magazine(self.url)
        self.magazine.authors = {1: Author(id=1, name="Mallory", slug="mallory")}
        self._front = Front(self.magazine)
        self.pages: dict[str, Page] = {}
        places = forbidden_places(
            Canaries(
                ipv4_port=self.canaries["127.0.0.2"].port,
                ipv6_port=self.canaries["::1"].port,
                allowed_port=int(self.url.rpartition(":")[2]),
            )
        )
        for name, hostile in all_pages(places).items():
            base = self._servers.add(name, _handler(hostile))
            self._add_post(name, f"{base}/news/{name}.html", hostile.outcomes)
        for name in LINKED:
            self._add_post(f"link-to-{name}", f"{places[name]}news/full-story.html", UNLINKED)
        self.own_posts = {
            name: self.magazine.add(**({"content": "<p>My own words.</p>"} | columns)).id
            for name, columns in OWN_POSTS.items()
        }

    def __enter__(self) -> Self:
        self._servers.__enter__()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._servers.__exit__(exc_type, error, trace)
        for canary in self.canaries.values():
            canary.close()

    @property
    def log(self) -> list[Visit]:
        """Every request so far; a visit's ``server`` is "magazine" or the page's name."""
        return list(self._servers.log)

    @property
    def connections(self) -> dict[str, int]:
        """Connections to the canaries, by address."""
        return {address: canary.connections for address, canary in self.canaries.items()}

    def _add_post(self, name: str, url: str, outcomes: tuple[str | None, ...]) -> None:
        lead = late_paragraphs(len(self.pages))[:1]
        content = dressed("anchor", lead, url=url, publisher="The Trap", lang="en")
        post = self.magazine.add(
            title=f"A page called {name}",
            slug=name,
            content=content,
            excerpt=excerpt_of(lead[0]),
            link=url,
        )
        self.pages[name] = Page(url, outcomes, post.id)


def _handler(hostile: Hostile) -> Handler:
    """Answer robots.txt and rights files apart from the page, so that the page is reached."""

    def answer(request: Request) -> Reply:
        if request.path == "/robots.txt":
            return hostile.robots(request)
        if request.path.startswith("/.well-known/"):
            return plain("none", 404)
        return hostile.answer(request)

    return answer
