"""The tables of a cluster: made once, and refused if another version made them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from newscrawl.archive.database import Archive
from newscrawl.cluster import site_table
from newscrawl.cluster.install import check_versions, install
from newscrawl.cluster.planner import Planner
from newscrawl.exceptions import ArchiveError, ConfigurationError
from newscrawl.schedule.plan import Plan
from tests.schedule.conftest import make_entry


def start(url: str) -> None:
    with closing(Archive.open(url)) as archive:
        archive.call(install)


def test_workers_may_install_it_at_once_and_again(empty_url: str):
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(start, [empty_url] * 4)) == [None] * 4
    start(empty_url)


def test_an_archive_in_a_file_is_refused_with_the_remedy(tmp_path: Path):
    with (
        closing(Archive.open(str(tmp_path / "archive.sqlite"))) as archive,
        pytest.raises(ConfigurationError, match="archive on PostgreSQL: copy yours"),
    ):
        archive.call(install)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE cluster_facts SET value = '99' WHERE name = 'version of jobs'", "of jobs 99"),
        ("UPDATE alembic_version SET version_num = '9999'", "version 9999, but this newscrawl"),
    ],
)
def test_a_worker_of_another_version_is_refused(jobs: Archive, change: str, message: str):
    jobs.call(lambda connection: connection.execute(text(change)))
    with pytest.raises(ArchiveError, match=message):
        jobs.call(check_versions)


OTHER_VERSION = text("UPDATE cluster_facts SET value = '0' WHERE name = 'version of procrastinate'")


def test_tables_of_another_version_are_made_anew_and_sites_keep_their_state(
    jobs: Archive, url: str
):
    planner = Planner(Plan(entries=(make_entry("a"),)))
    jobs.call(planner.publish)
    jobs.call(planner.tick)
    jobs.call(lambda c: c.execute(OTHER_VERSION).rowcount)
    start(url)
    memory = jobs.read(site_table.all_sites)["a"].memory
    assert memory.turn is not None
    count = text("SELECT count(*) FROM procrastinate_jobs")
    assert jobs.read(lambda c: c.execute(count).scalar_one()) == 0
    jobs.call(planner.publish)
    assert jobs.call(planner.tick) == 1  # what had a job has one again


def test_tables_of_another_version_stay_while_a_worker_uses_them(jobs: Archive, url: str):
    register = text("SELECT procrastinate_register_worker_v1()")
    jobs.call(lambda c: c.execute(register).scalar_one())
    jobs.call(lambda c: c.execute(OTHER_VERSION).rowcount)
    with pytest.raises(ArchiveError, match="The cluster has the version of procrastinate 0"):
        start(url)


def test_tables_of_another_program_are_left_alone(empty_url: str):
    with closing(Archive.open(empty_url)) as archive:
        archive.call(lambda c: c.execute(text("CREATE TABLE procrastinate_jobs (id bigint)")))
        with pytest.raises(ArchiveError, match="a database of its own"):
            archive.call(install)
