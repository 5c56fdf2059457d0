"""An archive on a PostgreSQL server that restarts: nothing is lost, and nothing is done twice."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, event, insert, select, text

from newscrawl.archive import engine
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import hosts
from newscrawl.exceptions import ArchiveError
from tests import postgresql
from tests.postgresql import PostgreSQL


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """A server of these tests' own, as it is stopped by them."""
    with postgresql.available() as server:
        yield server


@pytest.fixture
def url(server: PostgreSQL) -> str:
    return server.new_database()


@pytest.fixture
def archive(url: str) -> Iterator[Archive]:
    archive = Archive.open(url)
    yield archive
    archive.close()


def add(connection: Connection, name: str) -> str:
    connection.execute(insert(hosts).values(host=name))
    return name


def names(connection: Connection) -> list[str]:
    return list(connection.execute(select(hosts.c.host).order_by(hosts.c.host)).scalars())


def restart(server: PostgreSQL) -> None:
    server.stop()
    server.start()


def test_what_comes_after_a_restart_is_read_and_written(server: PostgreSQL, archive: Archive):
    archive.call(add, "a.example")
    restart(server)
    assert archive.read(names) == ["a.example"]
    restart(server)
    assert archive.call(add, "b.example") == "b.example"
    assert archive.read(names) == ["a.example", "b.example"]


def test_a_text_loses_the_character_that_no_postgresql_takes(archive: Archive):
    def add_both(connection: Connection) -> None:
        connection.execute(insert(hosts), [{"host": "a\0.example"}, {"host": "\0b.example"}])

    archive.call(add, "c.exam\0ple")
    archive.call(add_both)
    assert archive.read(names) == ["a.example", "b.example", "c.example"]


def test_a_transaction_that_a_restart_cut_off_is_repeated_once(
    server: PostgreSQL, archive: Archive
):
    calls: list[str] = []

    def cut_off(connection: Connection) -> str:
        calls.append("call")
        name = add(connection, "a.example")
        if len(calls) == 1:
            restart(server)
        return name

    assert archive.call(cut_off) == "a.example"
    assert (len(calls), archive.read(names)) == (2, ["a.example"])


def test_a_transaction_that_stood_still_holds_off_nobody_for_long(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engine, "IDLE_SECONDS", 0.1)
    paused, other = Archive.open(url), Archive.open(url)
    calls: list[int] = []

    def pause(connection: Connection) -> str:
        calls.append(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        name = add(connection, "a.example")
        while len(calls) == 1 and other.read(is_connected, calls[0]):
            pass
        return name

    assert paused.call(pause) == "a.example"
    assert (len(calls), other.read(names)) == (2, ["a.example"])
    paused.close()
    other.close()


def is_connected(connection: Connection, pid: int) -> bool:
    found = text("SELECT FROM pg_stat_activity WHERE pid = :pid")
    return connection.execute(found, {"pid": pid}).first() is not None


def test_a_server_that_is_away_for_a_moment_is_waited_for(server: PostgreSQL, archive: Archive):
    server.stop()
    timer = threading.Timer(1.0, server.start)
    timer.start()
    assert archive.call(add, "a.example") == "a.example"
    timer.join()


def test_an_archive_opens_when_its_server_is_back(server: PostgreSQL, url: str):
    Archive.open(url).close()
    server.stop()
    timer = threading.Timer(1.0, server.start)
    timer.start()
    opened = Archive.open(url)
    timer.join()
    assert opened.read(names) == []
    opened.close()


def test_a_server_that_stays_away_ends_the_run(
    server: PostgreSQL, archive: Archive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(archive._transactions, "_retry_seconds", 1.0)
    server.stop()
    with pytest.raises(ArchiveError, match="then run again: what was committed is kept"):
        archive.call(add, "a.example")
    tries: list[object] = []
    event.listen(archive._engine, "do_connect", lambda *given: tries.append(given))
    with pytest.raises(ArchiveError):  # a run that ends has more transactions
        archive.call(add, "a.example")
    assert len(tries) == 2
    server.start()
    assert archive.read(names) == []
    archive.call(add, "b.example")


@pytest.mark.parametrize("moment", ["before", "after", "before another thread's"])
def test_a_connection_that_is_lost_during_the_commit_leaves_the_transaction_done_once(
    moment: str, server: PostgreSQL, archive: Archive
):
    lost: list[str] = []

    def lose(connection: Connection) -> None:
        """Lose the connection before the server has the commit, or before its answer is here."""
        if lost:
            return
        lost.append(moment)
        driver = connection.connection.dbapi_connection
        assert driver is not None
        if moment != "before":
            driver.commit()
        if moment == "before another thread's":
            thread = threading.Thread(target=archive.call, args=(add, "b.example"))
            thread.start()
            thread.join()
        restart(server)

    event.listen(archive._engine, "commit", lose)
    assert archive.call(add, "a.example") == "a.example"
    assert lost == [moment]
    assert archive.read(names)[:1] == ["a.example"]


def test_a_lock_is_taken_again_after_a_restart(server: PostgreSQL, archive: Archive, url: str):
    lock = archive.shared_lock("a site")
    assert lock is not None
    assert lock.acquire() is None
    restart(server)
    archive.call(add, "a.example")
    other = Archive.open(url)
    try:
        others = other.shared_lock("a site")
        assert others is not None
        assert "process" in (others.acquire() or "")
    finally:
        other.close()
    lock.release()


def test_locks_are_released_while_the_server_is_away(server: PostgreSQL, archive: Archive):
    locks = [lock for name in "abc" if (lock := archive.shared_lock(name))]
    assert [lock.acquire() for lock in locks] == [None] * 3
    server.stop()
    for lock in locks:
        lock.release()
    server.start()
    assert [lock.holder() for lock in locks] == [None] * 3


def test_a_lock_is_taken_after_a_try_while_the_server_was_away(
    server: PostgreSQL, archive: Archive
):
    first, second = archive.shared_lock("a site"), archive.shared_lock("another site")
    assert first is not None
    assert second is not None
    assert first.acquire() is None
    server.stop()
    for _ in range(2):
        with pytest.raises(ArchiveError, match="can't be locked"):
            second.acquire()
    server.start()
    assert second.acquire() is None
    assert first.holder()


def test_a_lock_that_another_one_took_meanwhile_ends_the_run(
    server: PostgreSQL, archive: Archive, url: str
):
    lock = archive.shared_lock("a site")
    assert lock is not None
    assert lock.acquire() is None
    restart(server)
    other = Archive.open(url)
    try:
        others = other.shared_lock("a site")
        assert others is not None
        assert others.acquire() is None
        with pytest.raises(ArchiveError, match="now another process has it"):
            archive.call(add, "a.example")
        assert other.read(names) == []
        others.release()
    finally:
        other.close()
