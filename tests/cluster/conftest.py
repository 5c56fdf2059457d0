"""A database with the tables of a cluster."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import make_url

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
