"""A real WordPress for tests: installed, seeded and served on loopback from a temporary folder."""

import contextlib
import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.real import services
from tests.real.magazine import magazine
from tests.real.seed import Seed
from tests.real.truth import TruePost, Truth

PHP_FILES = Path(__file__).with_name("php")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that the site was sent. *time* is in Unix seconds."""

    method: str
    path: str
    query: dict[str, str]
    agent: str
    time: float


@dataclass(frozen=True, slots=True)
class Change:
    """An editor's deed, by its name in ``changes.php``; *args* by their names there."""

    name: str
    args: dict[str, Any]


class RealWordPress:
    """A WordPress of its own for a ``with`` block.

    Args:
        make_seed: Makes the site's content for the URL that it gets.

    Attributes:
        url: The home, without a final slash.
        truth: What is public of the seed; after changes ask ``published()``.
    """

    def __init__(self, make_seed: Callable[[str], Seed] = magazine) -> None:
        self._make_seed = make_seed
        self._stack = contextlib.ExitStack()
        self.url = ""
        self.truth = Truth()

    def __enter__(self) -> Self:
        with self._stack:
            self._start()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        port = services.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.folder = self._lay_folder()
        self._stack.callback(services.database(self.folder).stop)
        services.run(services.php(self.folder, "install.php"), self.folder)
        self._worker = services.PhpWorker(self.folder)
        self._stack.callback(self._worker.stop)
        seed = self._make_seed(self.url)
        self.truth = seed.truth
        self.php("harness_seed($args);", **seed.tables)
        self.php("harness_copy('wordpress', 'pristine');")
        self._stack.callback(services.web_server(self.folder, port).stop)

    def _lay_folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="wordpress-"))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for file in PHP_FILES.glob("*.php"):
            shutil.copyfile(file, folder / file.name)
        content = folder / "wp-content"
        for name in ("mu-plugins", "plugins", "uploads"):
            (content / name).mkdir(parents=True)
        (content / "themes").symlink_to(services.WORDPRESS / "wp-content/themes")
        (folder / "mu-plugin.php").rename(content / "mu-plugins/harness.php")
        site = {
            "url": self.url,
            "socket": str(folder / "db.sock"),
            "wordpress": str(services.WORDPRESS),
        }
        (folder / "site.json").write_text(json.dumps(site))
        services.give_away(folder)
        return folder

    # --- Asking --------------------------------------------------------------------------------

    def get(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case and body of one GET; *target* starts with a slash."""
        try:
            answer = urllib.request.urlopen(self.url + target, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status, headers, answer.read()

    def requests(self) -> list[Request]:
        """Every request since the start, ``reset()`` or ``forget_requests()``, in order."""
        log = self.folder / "requests.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [_request(json.loads(line)) for line in lines]

    def forget_requests(self) -> None:
        """Count requests, and the requests for posts, from zero again."""
        for name in ("requests.jsonl", "posts_requests"):
            (self.folder / name).unlink(missing_ok=True)

    def php(self, code: str, **args: Any) -> Any:
        """The value that *code* returns in a loaded WordPress, with *args* as ``$args``.

        Raises:
            RuntimeError: If PHP threw.
        """
        return self._worker.run(code, args)

    def published(self) -> dict[int, TruePost]:
        """The public posts as they are now, by the database; for content like ``plain()``'s."""
        rows = self.php("return harness_published();")
        return {row["id"]: _true_post(row) for row in rows}

    # --- Changing ------------------------------------------------------------------------------

    def change(self, change: Change) -> int:
        """Do it now; the id of the post."""
        code = "return Changes::apply($args['name'], $args['args']);"
        number: int = self.php(code, name=change.name, args=change.args)
        return number

    def before_posts_request(self, number: int, changes: Sequence[Change]) -> None:
        """Do *changes* while a crawl runs: in its *number*-th request for posts, before the answer.

        Counted from 1 since the start, ``reset()`` or ``forget_requests()``.
        """
        orders = [[change.name, change.args] for change in changes]
        self._set(f"before.{number}", json.dumps(orders))

    def insert(self, title: str, content: str, **columns: Any) -> int:
        """Publish a new post."""
        return self.change(insert(title, content, **columns))

    def schedule(self, title: str, content: str, **columns: Any) -> int:
        """Lay down a post for tomorrow, written a week ago."""
        return self.change(schedule(title, content, **columns))

    def edit(self, post: int, **columns: Any) -> int:
        """Change columns of a post: ``post_title``, ``post_content``, ``post_category`` ..."""
        return self.change(edit(post, **columns))

    def publish_now(self, post: int) -> int:
        """Publish a scheduled post, whose time has come; its modification time stays old."""
        return self.change(Change("publish_now", {"id": post}))

    def trash(self, post: int) -> int:
        """Move a post to the trash."""
        return self.change(Change("trash", {"id": post}))

    def restore(self, post: int, *, quietly: bool = False) -> int:
        """Publish a post from the trash again; *quietly*: without a new modification time."""
        return self.change(Change("restore_quietly" if quietly else "restore", {"id": post}))

    def set_private(self, post: int) -> int:
        """Hide a post from the public."""
        return self.change(Change("set_private", {"id": post}))

    def delete(self, post: int) -> int:
        """Delete a post for good."""
        return self.change(Change("delete", {"id": post}))

    def reset(self) -> None:
        """Back to the seed: database, faults, laid-down changes and counts of requests."""
        self.php("harness_copy('pristine', 'wordpress');")
        for pattern in ("before.*", "fault", "broken_*"):
            for file in self.folder.glob(pattern):
                file.unlink()
        self.forget_requests()

    # --- Breaking ------------------------------------------------------------------------------

    def break_post(self, post: int, *, everywhere: bool = False) -> None:
        """Make a post fatal if its content is requested, or in every list that has it."""
        self._set("broken_everywhere" if everywhere else "broken_content", str(post))

    def mend(self) -> None:
        """Undo ``break_post()``."""
        for file in self.folder.glob("broken_*"):
            file.unlink()

    @contextlib.contextmanager
    def fault(self, name: str) -> Iterator[None]:
        """Spoil every answer for the block.

        ``outage`` (503 and HTML), ``closed`` (REST answers 401), ``closed no_feed`` (and there is
        no feed), ``no_pretty`` (``/wp-json/`` is lost, ``?rest_route=`` works), ``no_robots``
        (robots.txt forbids the API), ``old`` (a site before 5.7), and for the listing of posts:
        ``empty``, ``shrunken`` (three posts), ``no_total``, ``wrong_total N`` (N in
        ``X-WP-Total``), and the others that the plugin names.
        """
        self._set("fault", name)
        try:
            yield
        finally:
            (self.folder / "fault").unlink()

    def _set(self, name: str, value: str) -> None:
        file = self.folder / name
        file.write_text(value)
        services.give_away(file)


def insert(title: str, content: str, **columns: Any) -> Change:
    """A new post, published now."""
    return Change("insert", {"fields": _fields(title, content, columns)})


def schedule(title: str, content: str, **columns: Any) -> Change:
    """A new post for tomorrow."""
    return Change("schedule", {"fields": _fields(title, content, columns)})


def edit(post: int, **columns: Any) -> Change:
    """Other values for columns of a post."""
    return Change("edit", {"id": post, "fields": columns})


def _fields(title: str, content: str, columns: dict[str, Any]) -> dict[str, Any]:
    return {"post_title": title, "post_content": content, "post_author": 2} | columns


def _request(note: dict[str, Any]) -> Request:
    target = urlsplit(note["target"])
    query = {name: values[-1] for name, values in parse_qs(target.query, True).items()}
    return Request(
        method=note["method"],
        path=target.path,
        query=query,
        agent=note["agent"],
        time=note["time"],
    )


def _true_post(row: dict[str, Any]) -> TruePost:
    for name in ("categories", "tags", "regions"):
        row[name] = frozenset(row[name])
    for name in ("published", "modified"):
        row[name] = row[name].replace(" ", "T") + "Z"
    row["text"] = " ".join(row["text"].split())
    return TruePost(**row)
