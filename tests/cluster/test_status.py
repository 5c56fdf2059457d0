"""The status of a cluster, for people and for Prometheus."""

import pytest
from sqlalchemy import text

from newscrawl.archive import hosts
from newscrawl.archive.database import Archive
from newscrawl.cluster.metrics import metrics_of
from newscrawl.cluster.planner import Planner
from newscrawl.cluster.status import lines, status_of
from newscrawl.exceptions import ConfigurationError
from newscrawl.schedule.plan import Plan
from tests.cluster.conftest import take
from tests.schedule.conftest import make_entry

WAITING = "UPDATE procrastinate_events SET at = at - interval '90 s'"
LATE = "UPDATE cluster_sites SET next_start = next_start - interval '1 h' WHERE name = 'b'"


@pytest.fixture
def busy(jobs: Archive) -> Archive:
    """A cluster with a job that runs and one that waits."""
    planner = Planner(Plan(entries=(make_entry("a"), make_entry("b"))))
    jobs.call(planner.publish)
    jobs.call(planner.tick)
    jobs.call(take)
    jobs.call(lambda c: c.execute(text(WAITING)))
    jobs.call(lambda c: c.execute(text(LATE)))
    return jobs


def test_it_counts_jobs_late_sites_and_blocked_hosts(busy: Archive):
    busy.call(hosts.block, "slow.example", 4e9, 60.0, in_a_row=1, first=60.0, jitter=0.0)
    status = busy.read(status_of)
    (walks,) = status.queues
    assert (walks.waiting, walks.running, walks.failed) == (1, 1, 0)
    assert 89 < walks.oldest_seconds < 200
    assert (status.sites, status.late, status.failing, status.blocked_hosts) == (2, 1, 0, 1)
    assert "2 sites: 1 late, 0 failing" in lines(status)


def test_a_site_that_left_the_list_is_not_counted(busy: Archive):
    failed = """UPDATE cluster_sites SET memory = memory || '{"failures": 1, "result": "failed"}'"""
    busy.call(lambda c: c.execute(text(failed)))
    busy.call(Planner(Plan(entries=(make_entry("a"),))).publish)
    status = busy.read(status_of)
    assert (status.sites, status.failing, status.verdicts) == (1, 1, {"failed": 1})


def test_prometheus_gets_the_same_figures(busy: Archive):
    shown = metrics_of(busy.read(status_of)).splitlines()
    assert 'newscrawl_cluster_jobs{queue="walks",state="waiting"} 1' in shown
    assert "newscrawl_cluster_sites_late 1" in shown
    assert len([line for line in shown if line.startswith("# TYPE newscrawl_cluster_jobs")]) == 1


def test_an_archive_without_workers_is_an_error(empty_url: str):
    archive = Archive.open(empty_url)
    with pytest.raises(ConfigurationError, match="No worker has used this archive"):
        archive.read(status_of)
    archive.close()
