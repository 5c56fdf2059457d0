"""A real PostgreSQL for tests, on a socket in a temporary folder; each test gets a database."""

import itertools
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.real import services

VERSIONS = Path("/usr/lib/postgresql")
"""Debian's folder of the programs, with a folder for each version."""

# A throw-away database: nothing waits for the disk, nothing listens on the network.
OPTIONS = ("fsync=off", "full_page_writes=off", "listen_addresses=", "shared_buffers=16MB")


def program(name: str) -> str | None:
    """Return the path of a program of PostgreSQL; None if it is not installed."""
    installed = sorted(VERSIONS.glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


class PostgreSQL:
    """A server that is up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._service = self._start()
        self._numbers = itertools.count(1)

    def new_database(self, *, like: str = "template0") -> str:
        """Create a database; return its URL.

        Args:
            like: The name of a database that it is a copy of; nobody may be connected to that.
        """
        name = f"test_{next(self._numbers)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
        engine.dispose()
        return self._url(name)

    def stop(self) -> None:
        """End the server and all its connections at once, as a crash does."""
        self._service.stop()

    def start(self) -> None:
        """Start it again on the same data."""
        self._service = self._start()

    def cpu(self) -> float:
        """Return the CPU seconds of the server, with those of connections that ended."""
        root = psutil.Process(self._service.process.pid)
        total = 0.0
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(process.cpu_times()[:4])
        return total

    def _start(self) -> services.Service:
        data, socket = self._folder / "data", self._folder / ".s.PGSQL.5432"
        (data / "postmaster.pid").unlink(missing_ok=True)
        socket.unlink(missing_ok=True)
        options = [word for option in OPTIONS for word in ("-c", option)]
        words = [program("postgres") or "postgres", "-D", str(data), "-k", str(self._folder)]
        service = services.Service([*words, *options], self._folder)
        service.wait_for(str(socket))
        self._wait_until_it_answers()
        return service

    def _wait_until_it_answers(self) -> None:
        """Return when it has recovered what it has on the disk."""
        engine = create_engine(self._url("postgres"))
        deadline = time.monotonic() + services.START_SECONDS
        while True:
            try:
                engine.connect().close()
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                break
        engine.dispose()

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://newscrawl@/{database}?host={self._folder}"


@contextmanager
def available() -> Iterator[PostgreSQL]:
    """Set a server up for tests; skip them if PostgreSQL is not installed."""
    if program("postgres") is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    with running() as server:
        yield server


@contextmanager
def running() -> Iterator[PostgreSQL]:
    """Set a server up, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="newscrawl-postgresql-") as name:
        folder = Path(name)
        services.give_away(folder)
        data = folder / "data"
        initdb = program("initdb") or "initdb"
        login = ("--username=newscrawl", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        services.run([initdb, f"--pgdata={data}", "--no-sync", *login], folder)
        server = PostgreSQL(folder)
        try:
            yield server
        finally:
            server.stop()
