"""The plan of a cluster: one job for each site that is due, and never a second one beside it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from newscrawl.archive import forget_sites, sites
from newscrawl.archive import jobs as jobs_module
from newscrawl.archive.database import Archive
from newscrawl.cluster import planner as module
from newscrawl.cluster import queue, site_table
from newscrawl.cluster.planner import Planner
from newscrawl.run_summary import COMPLETE, FAILED
from newscrawl.schedule.due import FIRST_BACKOFF, Ending
from newscrawl.schedule.plan import Plan
from newscrawl.schedule.triggers import Auto, Every
from tests.cluster.conftest import take
from tests.schedule.conftest import make_entry

FETCH = text("SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")
LISTED = text("SELECT id, status, args->>'site' AS site FROM procrastinate_jobs ORDER BY id")


def new(*names: str) -> Planner:
    return Planner(Plan(entries=tuple(make_entry(name) for name in names)))


def started(jobs: Archive, *names: str) -> Planner:
    planner = new(*names)
    jobs.call(planner.publish)
    return planner


def waiting(jobs: Archive) -> list[str]:
    return [
        row.site for row in jobs.read(lambda c: c.execute(LISTED).all()) if row.status == "todo"
    ]


def finish(jobs: Archive, ending: Ending | None) -> None:
    """End the only job as a worker does."""

    def end(connection: Connection) -> None:
        (job,) = connection.execute(LISTED).all()
        if ending is not None:
            site_table.note_ending(connection, job.site, job.id, ending)
        connection.execute(text("DELETE FROM procrastinate_jobs"))

    jobs.call(end)


def seconds_until(jobs: Archive, name: str) -> float:
    row = jobs.read(
        lambda c: c.execute(
            text(
                "SELECT extract(epoch FROM next_start - now()) FROM cluster_sites WHERE name = :n"
            ),
            {"n": name},
        ).scalar_one()
    )
    return float(row)


def test_each_new_site_gets_one_job(jobs: Archive):
    planner = started(jobs, "a", "b")
    assert [jobs.call(planner.tick), jobs.call(planner.tick)] == [2, 0]
    assert sorted(waiting(jobs)) == ["a", "b"]


def test_two_workers_with_one_list_plan_each_site_once(jobs: Archive):
    planners = [started(jobs, "a", "b") for _ in range(2)]
    assert sum(jobs.call(planner.tick) for planner in planners) == 2


def test_two_entries_of_one_site_have_no_jobs_at_once(jobs: Archive):
    entries = (make_entry("a", key="same"), make_entry("b", key="same"))
    planner = Planner(Plan(entries=entries))
    jobs.call(planner.publish)
    assert [jobs.call(planner.tick), jobs.call(planner.tick)] == [1, 0]
    finish(jobs, Ending(COMPLETE))
    assert jobs.call(planner.tick) == 1


def test_a_site_that_was_crawled_is_due_after_its_period(jobs: Archive):
    planner = started(jobs, "a")
    jobs.call(planner.tick)
    finish(jobs, Ending(COMPLETE))
    assert jobs.call(planner.tick) == 0
    assert 3_500 < seconds_until(jobs, "a") <= 3_600


def test_a_period_that_is_chosen_is_chosen_again_after_each_crawl(jobs: Archive):
    planner = Planner(Plan(entries=(make_entry("a", Auto(timedelta(hours=1))),)))
    jobs.call(planner.publish)
    jobs.call(planner.tick)
    finish(jobs, Ending(COMPLETE))
    jobs.call(planner.tick)
    assert 86_300 < seconds_until(jobs, "a") <= 86_400  # no post is known


def test_a_site_that_failed_has_its_pause_and_its_reason(jobs: Archive):
    planner = Planner(Plan(entries=(make_entry("a", Every(timedelta(minutes=1))),)))
    jobs.call(planner.publish)
    jobs.call(planner.tick)
    finish(jobs, Ending(FAILED, "it answered 500"))
    jobs.call(planner.tick)
    assert seconds_until(jobs, "a") > FIRST_BACKOFF.total_seconds() - 60
    assert jobs.read(site_table.all_sites)["a"].memory.why == "it answered 500"


def test_a_job_that_vanished_without_a_result_is_a_failure(jobs: Archive):
    planner = started(jobs, "a")
    jobs.call(planner.tick)
    finish(jobs, None)
    jobs.call(planner.tick)
    memory = jobs.read(site_table.all_sites)["a"].memory
    assert (memory.result, memory.failures) == (FAILED, 1)
    assert "its job was deleted" in memory.why


def test_missed_turns_are_one_crawl(jobs: Archive):
    planner = started(jobs, "a")
    jobs.call(planner.tick)
    finish(jobs, Ending(COMPLETE))
    jobs.call(planner.tick)
    late = "UPDATE cluster_sites SET next_start = next_start - interval '1 day'"
    jobs.call(lambda c: c.execute(text(late)))
    assert [jobs.call(planner.tick), jobs.call(planner.tick)] == [1, 0]


def test_a_site_that_left_the_list_is_not_crawled_and_keeps_its_state(jobs: Archive):
    old = started(jobs, "a", "b")
    started(jobs, "b")
    planner = started(jobs, "b")
    assert jobs.call(planner.tick) == 1
    assert waiting(jobs) == ["b"]
    assert set(jobs.read(site_table.all_sites)) == {"a", "b"}
    assert jobs.call(old.tick) == 0


def test_a_site_that_comes_back_to_the_list_is_crawled_again(jobs: Archive):
    started(jobs, "a", "b")
    started(jobs, "b")
    assert jobs.call(started(jobs, "a", "b").tick) == 2


def test_a_new_list_moves_only_the_turns_of_sites_that_changed(jobs: Archive):
    planner = started(jobs, "a", "b")
    jobs.call(planner.tick)
    far = text("UPDATE cluster_sites SET job_id = NULL, next_start = now() + INTERVAL '9 days'")
    jobs.call(lambda c: c.execute(far).rowcount)
    entries = (make_entry("a"), make_entry("b", Every(timedelta(minutes=5))))
    jobs.call(Planner(Plan(entries=entries)).publish)
    assert seconds_until(jobs, "a") > 8 * 86_400
    assert seconds_until(jobs, "b") < 600


def test_a_list_that_became_empty_starts_no_crawl(jobs: Archive):
    planner = started(jobs, "a.example").without_sites()
    jobs.call(planner.publish)
    assert jobs.call(planner.tick) == 0
    assert waiting(jobs) == []


def test_only_the_list_of_the_last_worker_is_used(jobs: Archive, caplog: pytest.LogCaptureFixture):
    first, last = started(jobs, "a"), started(jobs, "b")
    assert [jobs.call(first.tick), jobs.call(last.tick)] == [0, 1]
    assert waiting(jobs) == ["b"]
    assert "another list of sites" in caplog.text


def test_the_same_sites_in_another_order_are_the_same_list(jobs: Archive):
    first, _ = started(jobs, "a", "b"), started(jobs, "b", "a")
    assert jobs.call(first.tick) == 2


def test_a_list_whose_workers_are_gone_is_replaced(jobs: Archive, monkeypatch: pytest.MonkeyPatch):
    first, _ = started(jobs, "a"), started(jobs, "b")
    monkeypatch.setattr(module, "ABANDONED", timedelta(0))
    assert jobs.call(first.tick) == 1
    assert waiting(jobs) == ["a"]


def test_a_forgotten_site_leaves_no_state(jobs: Archive):
    site = jobs.call(sites.enter, "a.example", "https://a.example/", forget_sites.NO_FACTS)
    started(jobs, "a.example", "b.example")
    jobs.call(forget_sites.forget_site, site.id, "a" * 64)
    assert jobs.read(site_table.all_sites).keys() == {"b.example"}


def test_a_clock_that_was_ahead_delays_no_site(jobs: Archive):
    planner = started(jobs, "a")
    site = jobs.read(site_table.all_sites)["a"]
    site.memory.turn = datetime.now(UTC) + timedelta(days=9)
    jobs.call(site_table.save, [(site, None)])
    jobs.call(planner.publish)
    assert seconds_until(jobs, "a") <= 3_600


def test_jobs_of_a_dead_worker_are_given_back_and_wait_if_they_seem_deadly(
    jobs: Archive, caplog: pytest.LogCaptureFixture
):
    planner = started(jobs, "a")
    jobs.call(planner.tick)
    for _ in range(queue.DEATHS_BEFORE_PAUSE):
        worker = jobs.call(take)
        assert jobs.call(queue.give_back, [worker]) == 1
        assert waiting(jobs) == ["a"]
    assert jobs.call(lambda c: c.execute(FETCH).scalar()) is None
    assert "walk a: 5 workers ended, next try in 0:00:30" in caplog.text


def test_the_job_exists_only_if_its_transaction_is_committed(jobs: Archive):
    def cut_off(connection: Connection) -> None:
        jobs_module.defer(connection, jobs_module.WALKS, "walk", {"site": "a"})
        raise KeyError

    with pytest.raises(KeyError):
        jobs.call(cut_off)
    assert waiting(jobs) == []
