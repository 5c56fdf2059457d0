"""A cluster whose workers are killed and whose database restarts: nothing is lost or done twice.

NEWSCRAWL_CLUSTER_SITES=200 is the long form; `poe cluster` runs it.
"""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tests.cluster.workers import SECONDS, Cluster, cluster, kill, wait_for, write_sites
from tests.cluster.world import World, serving
from tests.postgresql import PostgreSQL, running

pytestmark = pytest.mark.slow

SITES = int(os.environ.get("NEWSCRAWL_CLUSTER_SITES", "12"))
POSTS, PUBLISHERS, WORKERS = 4, 3, 4
API_DELAY, ARTICLE_DELAY = 0.2, 0.8
RESTARTS = 2
LONGEST = 120 + 10 * SITES

LEFT = text(
    "SELECT (SELECT count(*) FROM procrastinate_jobs)"
    " + (SELECT count(*) FROM cluster_sites WHERE memory->>'result' IS DISTINCT FROM 'complete')"
)


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    with running() as server:
        yield server


def left(url: str) -> int:
    """How many sites and jobs are not done yet."""
    engine = create_engine(url)
    try:
        with closing(engine.connect()) as connection:
            return int(connection.execute(LEFT).scalar_one())
    finally:
        engine.dispose()


def torment(found: Cluster, server: PostgreSQL, sites: Path) -> None:
    """Kill workers at random, and restart the database twice, until all is done."""
    chance, began, restarts = random.Random(7), time.monotonic(), 0
    for _ in range(WORKERS):
        found.start(str(sites))
    while left(found.archive) if restarts == RESTARTS else True:
        assert time.monotonic() - began < LONGEST, found.logs()[-5_000:]
        time.sleep(chance.uniform(4, 8))
        if restarts < RESTARTS and has_begun(found.archive, restarts + 1):
            server.stop()
            time.sleep(1)
            server.start()
            restarts += 1
        elif time.monotonic() - began < LONGEST / 3:
            alive = [worker for worker in found.workers if worker.poll() is None]
            kill(chance.choice(alive))
            found.start(str(sites))


def has_begun(url: str, lines: int) -> bool:
    """Whether there are records already."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            count = connection.execute(text("SELECT count(*) FROM records")).scalar_one()
            return bool(count >= lines * SITES * POSTS / (RESTARTS + 2))
    except (OperationalError, ProgrammingError):  # it restarts, or has no tables yet
        return False
    finally:
        engine.dispose()


def test_no_post_is_lost_or_doubled_and_no_host_is_asked_too_often(
    server: PostgreSQL, tmp_path: Path
):
    delays = {"DOWNLOAD_DELAY": API_DELAY, "NEWSCRAWL_ARTICLE_DELAY": ARTICLE_DELAY}
    with (
        serving(SITES, POSTS, PUBLISHERS) as world,
        cluster(server.new_database(), tmp_path, **delays) as found,
    ):
        torment(found, server, write_sites(tmp_path / "sites.toml", world.sites))
        check_records(found)
        check_rates(world)
        check_the_end(found)


def check_records(found: Cluster) -> None:
    lines = [json.loads(line) for data in found.joined().values() for line in data.splitlines()]
    revisions = Counter((line["site"], line["guid"], line["revision"]) for line in lines)
    assert max(revisions.values()) == 1
    listed = {f"{file['site']}/{file['file']}" for file in found.manifest()}
    assert listed == found.joined().keys()
    assert found.scrapy("verify", NEWSCRAWL_OUTPUT=found.join()).returncode == 0
    newest = {(line["site"], line["guid"]): line for line in lines}
    assert len(newest) == SITES * POSTS
    assert {line["article"]["outcome"] for line in newest.values()} == {"fetched"}


def check_rates(world: World) -> None:
    assert world.shortest_gap(world.sites) >= API_DELAY
    assert world.shortest_gap(world.publishers) >= ARTICLE_DELAY


def check_the_end(found: Cluster) -> None:
    """A drained worker leaves nothing to do, and no worker is counted that is dead."""
    for worker in found.workers:
        worker.terminate()
    for worker in found.workers:
        worker.wait(60)
    status = found.status()
    assert status["queues"] == []
    assert (status["sites"], status["late"], status["failing"]) == (SITES, 0, 0)


def test_a_second_signal_ends_a_worker_whose_database_is_away(server: PostgreSQL, tmp_path: Path):
    with serving(1, 1) as world, cluster(server.new_database(), tmp_path) as found:
        worker = found.start(str(write_sites(tmp_path / "sites.toml", world.sites)))
        wait_for(lambda: "crawling, see" in found.logs())
        server.stop()
        try:
            worker.terminate()
            wait_for(lambda: "The connection to the archive was lost" in found.logs())
            worker.terminate()
            assert worker.wait(SECONDS) == 0
        finally:
            server.start()
