"""Serve the database of an archive with Datasette, and keep it up to date."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from newscrawl.archive.exports import last_id
from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.tools.sqlite_file import update_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datasette.app import Datasette

    from newscrawl.archive.database import Archive

logger = logging.getLogger(__name__)

REFRESH_SECONDS: Final = 5
"""How often the server looks for new records. If there are none, this is one query."""

DATABASE: Final = "newscrawl"
"""The name of the database in URLs."""

_FOLDER: Final = Path(__file__).parent

_METADATA: Final[dict[str, Any]] = {
    "title": "newscrawl",
    "databases": {
        DATABASE: {
            "tables": {
                "posts": {
                    "fts_table": "search",
                    "fts_pk": "id",
                    "label_column": "title",
                    "sort_desc": "published",
                    "size": 25,
                    "facets": [
                        "publisher",
                        {"terms": "categories"},
                        "outcome",
                        "language",
                        "year",
                        "site",
                        "status",
                    ],
                },
                "latest": {"fts_table": "search", "fts_pk": "id"},
                "authors": {"label_column": "name"},
                "terms": {"label_column": "name"},
                "articles": {"label_column": "title"},
                **{f"search_{part}": {"hidden": True} for part in ("data", "idx", "config")},
                **{name: {"hidden": True} for name in ("export", "search", "search_docsize")},
            }
        }
    },
}


def serve(archive: Archive, file: Path, host: str, port: int) -> None:
    """Serve the posts of an archive until Ctrl-C or SIGTERM.

    Args:
        file: The database. It is created, and updated while the server runs.
        host: The address to listen on.
        port: The port to listen on; 0 for a free one.

    Raises:
        ConfigurationError: If Datasette is not installed, or the port is in use.
        NewscrawlError: If the database can't be written.
    """
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigurationError(
            "browse needs Datasette: run uv run --extra browse scrapy browse,"
            " or pip install 'newscrawl[browse]'"
        ) from error
    # uvicorn stops at a signal, and sends it again: SIGTERM would end the process before it has
    # closed its databases, but Ctrl-C is an exception.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _listening(host, port) as listener:
        update_database(archive, file)
        datasette = make_datasette(file)
        asyncio.run(datasette.invoke_startup())
        server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning"))
        address, found_port = listener.getsockname()[:2]
        url = f"http://{address}:{found_port}/"
        with suppress(KeyboardInterrupt), _following(archive, file):
            print(f"Browse the archive at {url} (Ctrl-C stops)", flush=True)
            server.run(sockets=[listener])


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]  # without the address
        raise ConfigurationError(
            f"{host}:{port}: {reason}. Choose another --port, or 0 for a free one"
        ) from error
    with listener:
        yield listener


@contextmanager
def _following(archive: Archive, file: Path) -> Iterator[None]:
    """Update the database regularly, in a thread of its own."""
    is_over = threading.Event()

    def follow() -> None:
        known = 0
        while not is_over.wait(REFRESH_SECONDS):
            try:
                if (last := archive.read(last_id)) != known:
                    update_database(archive, file)
                    known = last
            except NewscrawlError as error:
                logger.error("The database was not updated: %s", error)

    thread = threading.Thread(target=follow, name="browse")
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def make_datasette(file: Path) -> Datasette:
    """Return Datasette with the pages of newscrawl for one database."""
    from datasette.app import Datasette
    from datasette.database import Database
    from datasette.plugins import pm

    from newscrawl.tools.browse import plugin

    if not pm.is_registered(plugin):
        pm.register(plugin, name="newscrawl")
    datasette = Datasette(
        [],
        metadata=_METADATA,
        settings={
            "default_facet_size": 15,
            "facet_time_limit_ms": 1000,
            "suggest_facets": False,
            "allow_download": False,
        },
        template_dir=str(_FOLDER / "templates"),
        static_mounts=[("pages", str(_FOLDER / "static"))],
    )
    datasette.add_database(Database(datasette, path=str(file), is_mutable=True), name=DATABASE)
    return datasette
