"""A database with the tables of a cluster."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Connection, make_url, text

from newscrawl.archive.database import Archive
from newscrawl.cluster.install import install
from tests.postgresql import PostgreSQL


@pytest.fixture(scope="session")
def installed(postgres: PostgreSQL) -> str:
    """The name of a database that no test changes: a copy takes less time than all migrations."""
    url = postgres.new_database()
    with closing(Archive.open(url)) as archive:
        archive.call(install)
    return str(make_url(url).database)


@pytest.fixture
def empty_url(postgres: PostgreSQL) -> str:
    return postgres.new_database()


@pytest.fixture
def url(postgres: PostgreSQL, installed: str) -> str:
    return postgres.new_database(like=installed)


@pytest.fixture
def jobs(url: str) -> Iterator[Archive]:
    """The database as workers use it for their jobs."""
    with closing(Archive.open(url, ordered=False)) as archive:
        yield archive


def take(connection: Connection) -> int:
    """Register a worker that takes a job."""
    worker = connection.execute(text("SELECT procrastinate_register_worker_v1()")).scalar_one()
    fetch = text("SELECT id FROM procrastinate_fetch_job_v2(NULL, :worker)")
    assert connection.execute(fetch, {"worker": worker}).scalar_one()
    return int(worker)
