"""Ctrl-C, SIGTERM and kill -9: how a crawl ends, and that nothing of it stays behind."""

import signal

import psutil
import pytest

from newscrawl.testing.site import DemoSite
from tests.crash.bench import CRAWL_SECONDS, FAILED, PARTIAL, WAIT_SECONDS, Bench, Crawl
from tests.crash.evidence import check_all

MIDDLE = {"store committed": (1, "stop")}


def stopped_in_the_middle(bench: Bench) -> Crawl:
    crawl = bench.start(points=MIDDLE)
    crawl.stops()
    return crawl


def check_gone(workers: list[psutil.Process]) -> None:
    assert workers
    _, alive = psutil.wait_procs(workers, timeout=WAIT_SECONDS)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_a_crawl_with_a_verdict(bench: Bench, number: signal.Signals):
    crawl = stopped_in_the_middle(bench)
    workers = crawl.workers()
    crawl.send(number)
    crawl.goes_on()
    assert crawl.ends() == PARTIAL, crawl.log
    assert "Verdict: PARTIAL; stopped before the end" in crawl.log
    assert crawl.complaints == []
    check_all(bench)
    check_gone(workers)
    bench.crawl()
    check_all(bench)


def test_the_second_signal_ends_a_crawl_at_once(bench: Bench):
    crawl = stopped_in_the_middle(bench)
    workers = crawl.workers()
    crawl.send(signal.SIGINT)
    crawl.goes_on()
    crawl.says("Stopping")
    crawl.send(signal.SIGTERM)
    assert crawl.ends() == FAILED, crawl.log
    assert crawl.log.endswith("Stopped at once; what was committed is kept: run again to go on\n")
    check_gone(workers)
    bench.crawl()
    check_all(bench)


def test_the_second_signal_ends_a_crawl_that_hangs_in_c(bench: Bench):
    crawl = bench.start(points={"store committed": (1, "hang")})
    crawl.says("hangs")
    workers = crawl.workers()
    crawl.send(signal.SIGINT)
    crawl.send(signal.SIGTERM)
    assert crawl.ends() == -signal.SIGKILL  # a later end would be that of SIGALRM
    check_gone(workers)
    bench.crawl()
    check_all(bench)


def test_a_signal_ends_a_crawl_that_still_looks_for_its_site(bench: Bench, small_site: DemoSite):
    small_site.set_fault("429-then-ok")
    crawl = bench.start(settings={"NEWSCRAWL_BACKOFF": 2 * CRAWL_SECONDS})
    crawl.says("refused a request")
    crawl.send(signal.SIGTERM)
    assert crawl.ends() == PARTIAL, crawl.log
    assert "Traceback" not in crawl.log


def test_workers_end_with_a_crawl_that_is_killed(bench: Bench):
    crawl = stopped_in_the_middle(bench)
    workers = crawl.workers()
    crawl.send(signal.SIGKILL)
    assert crawl.ends() == -signal.SIGKILL
    check_gone(workers)
