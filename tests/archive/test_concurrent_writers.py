"""Writers of different sites do not wait for each other; what sites share stays right."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from inspect import signature
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from newscrawl.archive import (
    articles,
    exports,
    matching,
    near_duplicates,
    posts,
    runs,
    segments,
    sites,
    write_locks,
)
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import articles as article_rows
from newscrawl.archive.tables import posts as post_rows
from newscrawl.archive.tables import queue, texts
from newscrawl.archive.tables import records as record_rows
from newscrawl.archive.tables import sites as site_rows
from newscrawl.archive.write_locks import writes_rows, writes_site
from newscrawl.extract.fingerprint import packed_signature
from newscrawl.tools.changes import read_changes
from tests.archive.conftest import make_arrival, make_post
from tests.extract.test_fingerprint import WIRE
from tests.postgresql import PostgreSQL

WAIT_SECONDS = 20.0


@pytest.fixture
def url(postgres: PostgreSQL) -> str:
    return postgres.new_database()


@pytest.fixture
def archives(url: str) -> Iterator[list[Archive]]:
    """Archives of four workers, each with its own connections."""
    opened = [Archive.open(url) for _ in range(4)]
    yield opened
    for archive in opened:
        archive.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def enter(archive: Archive, key: str) -> int:
    return archive.call(sites.enter, key, f"https://{key}/", {}).id


class Gate:
    """A moment in a transaction: it says that it is there, and waits until it may go on."""

    def __init__(self) -> None:
        self._is_reached = threading.Event()
        self._may_pass = threading.Event()

    def hold(self) -> None:
        self._is_reached.set()
        assert self._may_pass.wait(WAIT_SECONDS)

    def reached(self) -> None:
        assert self._is_reached.wait(WAIT_SECONDS)

    def open(self) -> None:
        self._may_pass.set()


@contextmanager
def held(gate: Gate, running: Future[Any]) -> Iterator[None]:
    """The time in which a transaction stands at a gate."""
    gate.reached()
    try:
        yield
    finally:
        gate.open()
    running.result(WAIT_SECONDS)


def waiting_for_locks(connection: Connection) -> int:
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    return int(connection.execute(waits).scalar_one())


def wait_until_one_waits(archive: Archive) -> None:
    """Return when the database has a transaction that waits for a lock."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not archive.read(waiting_for_locks):
        assert time.monotonic() < deadline, "no transaction waits"
        time.sleep(0.01)


@writes_site
def in_site(_connection: Connection, site_id: int, gate: Gate | None = None) -> int:
    if gate is not None:
        gate.hold()
    return site_id


@writes_rows
def in_rows(_connection: Connection) -> str:
    return "rows"


def in_archive(_connection: Connection, gate: Gate | None = None) -> str:
    if gate is not None:
        gate.hold()
    return "archive"


def test_a_writer_stops_no_writer_of_another_site(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    first, second = (enter(archives[0], key) for key in ("a.example", "b.example"))
    gate = Gate()
    running = threads.submit(archives[0].call, in_site, first, gate)
    with held(gate, running):
        assert archives[1].call(in_site, second) == second
        assert archives[1].call(in_rows) == "rows"


@pytest.mark.parametrize("other", ["a.example", "a.example/en"])
def test_writers_of_one_host_exclude_each_other(
    other: str, archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    first, second = enter(archives[0], "a.example"), enter(archives[0], other)
    gate = Gate()
    running = threads.submit(archives[0].call, in_site, first, gate)
    with held(gate, running):
        waiting = threads.submit(archives[1].call, in_site, second)
        wait_until_one_waits(archives[2])
        assert not waiting.done()
    assert waiting.result(WAIT_SECONDS) == second


@pytest.mark.parametrize("first", ["site", "archive"])
def test_a_writer_of_anything_is_alone(
    first: str, archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    site_id, gate = enter(archives[0], "a.example"), Gate()
    calls: dict[str, Callable[[Archive, Gate | None], object]] = {
        "site": lambda archive, gate: archive.call(in_site, site_id, gate),
        "archive": lambda archive, gate: archive.call(in_archive, gate),
    }
    second = next(name for name in calls if name != first)
    running = threads.submit(calls[first], archives[0], gate)
    with held(gate, running):
        waiting = threads.submit(calls[second], archives[1], None)
        wait_until_one_waits(archives[2])
        assert not waiting.done()
    waiting.result(WAIT_SECONDS)


# --- What sites share -----------------------------------------------------------------------------


def wanted(*keys: str) -> list[articles.WantedArticle]:
    return [articles.WantedArticle(key=key, link=key, host="news.example") for key in keys]


@writes_rows
def enqueue(
    connection: Connection, site_id: int, keys: list[str], gate: Gate | None = None
) -> dict[str, int]:
    ids = articles.enqueue(connection, site_id, wanted(*keys))
    if gate is not None:
        gate.hold()
    return ids


def test_sites_that_link_to_one_article_at_once_share_it(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    site_ids = [enter(archives[0], f"{n}.example") for n in range(4)]
    keys = [f"https://news.example/{n}" for n in range(40)]
    for start in range(0, len(keys), 10):
        some = keys[start : start + 10]
        calls = [
            threads.submit(archive.call, enqueue, site_id, some[:: 1 if n % 2 else -1])
            for n, (archive, site_id) in enumerate(zip(archives, site_ids, strict=True))
        ]
        ids = [call.result(WAIT_SECONDS) for call in calls]
        assert all(found == ids[0] for found in ids)
    count = archives[0].read(lambda c: c.execute(select(func.count(article_rows.c.id))).scalar())
    assert count == len(keys)


def keep_post(connection: Connection, site_id: int, run_id: int, key: str) -> int:
    post = make_post(1)
    ids = articles.enqueue(connection, site_id, wanted(key))
    write_locks.lock_sites(connection, [site_id])
    (claim,) = matching.claim(connection, site_id, run_id, [post])
    due = articles.waiting(connection, site_id, ids.values(), time.time())
    arrival = make_arrival(claim, post, article_id=ids[key])
    posts.save(connection, run_id, [arrival], due)
    return claim.row


writes_rows(keep_post)


@writes_rows
def save_result(connection: Connection, article_id: int, gate: Gate) -> None:
    result = articles.ArticleResult(article_id=article_id, article={"outcome": "fetched"})
    articles.save_results(connection, [result], read_by="1")
    gate.hold()


def states(connection: Connection) -> list[tuple[bool, int]]:
    """Return of each post whether it is ready, and how often its article is queued."""
    queued = select(func.count()).where(
        queue.c.article_id == post_rows.c.article_id, queue.c.site_id == post_rows.c.site_id
    )
    rows = connection.execute(select(post_rows.c.ready, queued.scalar_subquery()))
    return [(row[0], row[1]) for row in rows]


def test_a_post_that_comes_while_its_article_is_saved_does_not_wait_for_it(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    first, second = (enter(archives[0], key) for key in ("a.example", "b.example"))
    key = "https://news.example/1"
    ids = archives[0].call(enqueue, first, [key])
    run_id = archives[0].call(runs.begin, second, started="", arguments={}, versions={})
    gate = Gate()
    running = threads.submit(archives[0].call, save_result, ids[key], gate)
    with held(gate, running):
        arriving = threads.submit(archives[1].call, keep_post, second, run_id, key)
        wait_until_one_waits(archives[2])
    arriving.result(WAIT_SECONDS)
    assert archives[0].read(states) == [(True, 0)]


@writes_rows
def sign(connection: Connection, article_id: int, gate: Gate | None = None) -> None:
    near_duplicates.sign(connection, "article_id", {article_id: packed_signature(WIRE)})
    if gate is not None:
        gate.hold()


def test_texts_that_are_signed_at_once_are_one_story(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    site_id = enter(archives[0], "a.example")
    one, two = archives[0].call(enqueue, site_id, ["https://a.test/", "https://b.test/"]).values()
    gate = Gate()
    running = threads.submit(archives[0].call, sign, one, gate)
    with held(gate, running):
        second = threads.submit(archives[1].call, sign, two)
        wait_until_one_waits(archives[2])
    second.result(WAIT_SECONDS)
    names = archives[0].read(lambda c: c.execute(select(texts.c.story)).scalars().all())
    assert len(names) == 2
    assert len(set(names)) == 1


def test_languages_of_a_host_that_are_read_at_once_archive_a_post_once(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    site_ids = [enter(archives[0], key) for key in ("a.example", "a.example/en")]
    found = [make_post(n) for n in range(1, 50)]
    calls = [
        threads.submit(archive.call, matching.claim, site_id, 1, found)
        for archive, site_id in zip(archives, site_ids, strict=False)
    ]
    for call in calls:
        call.result(WAIT_SECONDS)
    of_one = post_rows.c.double_of.is_(None)
    count = archives[0].read(
        lambda c: c.execute(select(func.count(post_rows.c.id)).where(of_one)).scalar()
    )
    assert count == len(found)


# --- The cursor of changes ------------------------------------------------------------------------


class Writer:
    """Issues records of one site, each in a transaction of its own."""

    def __init__(self, archive: Archive, key: str) -> None:
        self.archive, self.site_id = archive, enter(archive, key)
        self.run_id = archive.call(runs.begin, self.site_id, started="", arguments={}, versions={})

    def issue(self, count: int, gate: Gate | None = None) -> None:
        for number in range(count):
            self.archive.call(issue_one, self.site_id, self.run_id, number + 1, gate)


@writes_site
def issue_one(
    connection: Connection, site_id: int, run_id: int, number: int, gate: Gate | None
) -> None:
    (claim,) = matching.claim(connection, site_id, run_id, [make_post(number)])
    row = {"post": claim.row, "revision": 1, "change": "created", "run": run_id, "line": b"x"}
    segments.append(connection, site_id, "posts", [row], 0.0)
    if gate is not None:
        gate.hold()


def ids_of(archive: Archive, *, since: int) -> tuple[list[int], int]:
    """Return the records that ``scrapy changes`` would write, and its next cursor."""
    until = archive.read(exports.last_id)
    found = select(record_rows.c.id).where(record_rows.c.id > since, record_rows.c.id <= until)
    return list(archive.read(lambda c: c.execute(found).scalars().all())), until


def test_a_cursor_does_not_pass_a_record_that_is_not_committed_yet(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    slow, fast = Writer(archives[0], "a.example"), Writer(archives[1], "b.example")
    gate = Gate()
    running = threads.submit(slow.issue, 1, gate)
    with held(gate, running):
        fast.issue(1)  # its id is higher, and it is committed first
        reading = threads.submit(ids_of, archives[2], since=0)
        wait_until_one_waits(archives[3])
        assert not reading.done()
    found, cursor = reading.result(WAIT_SECONDS)
    assert found == sorted(found)
    assert (len(found), cursor) == (2, found[-1])


def test_changes_read_beside_writers_have_each_record_once_and_in_order(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    writers = [Writer(archives[n], f"{n}.example") for n in range(3)]
    running = [threads.submit(writer.issue, 40) for writer in writers]
    seen: list[int] = []
    cursor = 0
    while not all(one.done() for one in running) or len(seen) < 120:
        found, cursor = ids_of(archives[3], since=cursor)
        seen += found
    for one in running:
        one.result(WAIT_SECONDS)
    every = archives[3].read(
        lambda c: c.execute(select(record_rows.c.id).order_by(record_rows.c.id)).scalars().all()
    )
    assert seen == list(every)
    assert read_changes(archives[3], (), since=cursor).next_cursor == cursor


# --- The scopes -----------------------------------------------------------------------------------


def test_a_function_of_one_site_gets_the_site_first() -> None:
    functions = [f for f, scope in write_locks._SCOPES.items() if scope is write_locks.Scope.SITE]
    second = {f.__qualname__: list(signature(f).parameters)[1] for f in functions}
    assert {name for name, parameter in second.items() if parameter != "site_id"} == set()
    assert "claim" in second


@writes_rows
def touch_sites(connection: Connection, site_ids: list[int], barrier: threading.Barrier) -> None:
    for number, site_id in enumerate(site_ids):
        connection.execute(update(site_rows).where(site_rows.c.id == site_id).values(asked="x"))
        if number == 0:
            with suppress(threading.BrokenBarrierError):  # the repeated one comes alone
                barrier.wait(1.0)


def test_a_transaction_that_was_undone_to_end_a_deadlock_is_repeated(
    archives: list[Archive], threads: ThreadPoolExecutor
) -> None:
    ids = [enter(archives[0], key) for key in ("a.example", "b.example")]
    barrier = threading.Barrier(2)
    calls = [
        threads.submit(archive.call, touch_sites, order, barrier)
        for archive, order in zip(archives, (ids, ids[::-1]), strict=False)
    ]
    for call in calls:
        call.result(WAIT_SECONDS)
    asked = archives[0].read(lambda c: c.execute(select(site_rows.c.asked)).scalars().all())
    assert asked == ["x", "x"]
