"""The embedded site: the magazine and its publishers, up on loopback, changed at will."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from newscrawl.testing.late_posts import late_article, late_paragraphs, late_title
from newscrawl.testing.magazine import Magazine
from newscrawl.testing.post_markup import dressed, excerpt_of
from newscrawl.testing.posts import fill
from newscrawl.testing.publishers import open_publishers
from newscrawl.testing.rows import Comment
from newscrawl.testing.servers import Servers, Visit
from newscrawl.testing.site_faults import SITE_FAULTS, Exchange, Memory
from newscrawl.testing.theme import Front
from newscrawl.testing.truth import Expected, expected
from newscrawl.testing.web import Reply, Request, redirect

if TYPE_CHECKING:
    from types import TracebackType

FIRST_PUBLISHER_ADDRESS = 2
"""Publishers live at 127.0.0.2, 127.0.0.3, ..."""


class DemoSite:
    """A small magazine on WordPress with its publishers, as real servers; a context manager.

    >>> with DemoSite() as site:
    ...     sorted(site.posts)[:3], site.publishers["harborwire"].title
    ([101, 108, 115], 'Harbor Wire')

    Args:
        prefix: The folder that WordPress is installed in, such as ``/blog``.
        empty: Start without any post.
        network: The first three numbers of the addresses.
        port: Of the magazine and of each publisher; 0 for free ones. So the URLs of two sites that
            are up one after another are the same.

    Attributes:
        url: The magazine's home, without a final slash.
        alias_url: An old host of the magazine, which redirects to the home.
        publishers: By key, each with its ``url`` and ``articles``.
        magazine: The rows behind it.
    """

    def __init__(
        self, *, prefix: str = "", empty: bool = False, network: str = "127.0.0", port: int = 0
    ) -> None:
        self._ahead = timedelta(0)
        self._servers = Servers(self._clock)
        base = self._servers.add("magazine", self._answer, address=f"{network}.1", port=port)
        self.url = f"{base}{prefix}"
        self.magazine = Magazine(self.url, self._clock)
        self.alias_url = self._servers.add("alias", self._redirect)
        self.publishers = open_publishers()
        for number, publisher in enumerate(self.publishers.values(), FIRST_PUBLISHER_ADDRESS):
            publisher.url = self._servers.add(
                publisher.key, publisher.answer, address=f"{network}.{number}", port=port
            )
        self._front = Front(self.magazine, prefix)
        self._memories: dict[str, Memory] = {}
        self._numbers = itertools.count(1)
        if not empty:
            fill(self.magazine, self.publishers)

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

    def wait(self) -> None:
        """Return when the site is closed from another thread; Ctrl-C interrupts."""
        self._servers.stopping.wait()

    # --- The truth -------------------------------------------------------------------------------

    @property
    def posts(self) -> dict[int, Expected]:
        """The expected records of the posts by now, by post id."""
        return self.expected("post")

    def expected(self, *post_types: str) -> dict[int, Expected]:
        """Return the expected records of these types by now: ``expected("post", "news")``."""
        return expected(self.magazine, self.publishers.values(), post_types)

    @property
    def log(self) -> list[Visit]:
        """Every request so far, at all servers, in the order of arrival."""
        return list(self._servers.log)

    def visits(self, server: str, path: str = "") -> list[Visit]:
        """Return the requests to one server, "magazine" or a publisher's key, below a path."""
        return [v for v in self.log if v.server == server and v.path.startswith(path)]

    # --- Changes ---------------------------------------------------------------------------------

    def add_post(self, title: str | None = None, *, article: bool = True, **columns: Any) -> int:
        """Publish a post now, by default with a full article at the Harbor Wire.

        Any column of ``rows.Post`` can be given; *content* replaces text and button.
        """
        title, columns = self._written(title, columns, article=article)
        return self.magazine.add(title=title, **columns).id

    def schedule(self, title: str | None = None, *, article: bool = True, **columns: Any) -> int:
        """Write a post that nobody sees before ``publish``; last modified a month ago."""
        title, columns = self._written(title, columns, article=article)
        return self.magazine.schedule(title=title, **columns).id

    def publish(self, post_id: int) -> None:
        """Publish a scheduled post, now; its modification date stays old."""
        self.magazine.publish(post_id)

    def edit(self, post_id: int, **columns: Any) -> None:
        """Change columns of a post; it is modified now, unless ``modified`` is given."""
        self.magazine.edit(post_id, **columns)

    def trash(self, post_id: int) -> None:
        """Move a post to the trash: its URL in the API answers 401, ``rest_forbidden``."""
        self.magazine.trash(post_id)

    def restore(self, post_id: int) -> None:
        """Publish a post from the trash again, with its dates as they were."""
        self.magazine.restore(post_id)

    def delete(self, post_id: int) -> None:
        """Remove a post for good: its URL answers 404, ``rest_post_invalid_id``."""
        self.magazine.delete(post_id)

    def edit_article(self, post_id: int, **changes: Any) -> None:
        """Change the article behind a post: its paragraphs, title, or ``fault`` (None heals it)."""
        link = self.magazine.posts[post_id].link or ""
        for publisher in self.publishers.values():
            article = publisher.article_at(link)
            if article:
                publisher.add(replace(article, **changes))

    def add_comment(self, post_id: int, text: str, **columns: Any) -> int:
        """Add an approved comment, now."""
        local, gmt = self.magazine.stamps()
        given: dict[str, Any] = {"author_name": "A reader", "date": local, "date_gmt": gmt}
        with self.magazine.lock:
            number = max([100, *self.magazine.comments]) + 1
            comment = Comment(id=number, post=post_id, text=text, **(given | columns))
            self.magazine.comments[number] = comment
        return number

    def set_fault(self, name: str, on: bool = True) -> None:
        """Switch a fault of ``site_faults.SITE_FAULTS`` on (afresh) or off.

        Raises:
            KeyError: If no fault has this name.
        """
        SITE_FAULTS[name]
        self.magazine.faults.discard(name)
        if on:
            self._memories[name] = Memory(posts=dict(self.magazine.posts))
            self.magazine.faults.add(name)

    def advance(self, **duration: float) -> None:
        """Set the site's clock ahead: ``advance(hours=2)``. Its ``Date`` header follows."""
        self._ahead += timedelta(**duration)

    # --- Answers ---------------------------------------------------------------------------------

    def _clock(self) -> float:
        return time.time() + self._ahead.total_seconds()

    def _redirect(self, request: Request) -> Reply:
        query = f"?{request.query}" if request.query else ""
        return redirect(f"{self.url}{request.path}{query}")

    def _answer(self, request: Request) -> Reply:
        proceed = self._front.answer
        for name in reversed([name for name in SITE_FAULTS if name in self.magazine.faults]):
            proceed = partial(self._strike, name, proceed)
        return proceed(request)

    def _strike(self, name: str, proceed: Any, request: Request) -> Reply:
        exchange = Exchange(
            front=self._front,
            request=request,
            route=self._front.route(request),
            memory=self._memories[name],
            proceed=proceed,
        )
        return SITE_FAULTS[name].apply(exchange)

    def _written(
        self, title: str | None, columns: dict[str, Any], *, article: bool
    ) -> tuple[str, dict[str, Any]]:
        number, publisher = next(self._numbers), self.publishers["harborwire"]
        title, lead = title or late_title(number), late_paragraphs(number)[:1]
        written: dict[str, Any] = {"content": f"<p>{lead[0]}</p>\n", "excerpt": excerpt_of(lead[0])}
        if article and "content" not in columns:
            published = f"{self.magazine.stamps()[1]}Z"
            full = late_article(publisher, number, title=title, published=published)
            link = publisher.add(full)
            content = dressed("wire", lead, url=link, publisher=publisher.title, lang="en")
            written |= {"link": link, "content": content}
        return title, written | columns
