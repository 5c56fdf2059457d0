"""Manners, as the log of the server shows them."""

from __future__ import annotations

import time
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.net.server import Server, Visitor, moved, page

if TYPE_CHECKING:
    from tests.net.conftest import Crawl
    from tests.net.server import Route


def gaps(server: Server) -> list[float]:
    """Return the seconds between the requests that came."""
    times = [visit.at for visit in server.visits]
    return [after - before for before, after in pairwise(times)]


def api(url: str) -> dict[str, str]:
    return {"url": url, "kind": "api"}


def in_turn(*answers: bytes) -> Route:
    """Give one answer after the other, the last one to all further requests."""

    def route(visitor: Visitor) -> None:
        visitor.send(answers[min(visitor.number, len(answers)) - 1])

    return route


def test_requests_name_the_crawler_and_the_content_they_accept(
    crawl: Crawl, server: Server
) -> None:
    server.routes["/"] = page()
    crawl([{"url": f"{server.url}/", "headers": {"If-None-Match": '"tag"'}}])
    headers = next(visit.headers for visit in server.visits if visit.target == "/")
    assert headers["user-agent"] == "newscrawl/0.1.0 (+tests@newscrawl.example)"
    assert headers["if-none-match"] == '"tag"'
    assert headers["accept"].startswith("text/html")
    assert not {"cookie", "referer", "accept-language"} & set(headers)


def test_one_budget_limits_all_requests_to_a_host(crawl: Crawl) -> None:
    with Server({"/a": moved("/b"), "/b": page(), "/c": page()}) as publisher, Server() as site:
        report = crawl(
            [
                *(f"{publisher.url}/{name}" for name in "abc"),
                *(api(f"{site.url}/{number}") for number in range(4)),
            ],
            DOWNLOAD_DELAY=0.1,
            NEWSCRAWL_ARTICLE_DELAY=0.3,
        )
    assert publisher.targets()[0] == "/robots.txt"
    assert len(publisher.visits) == 6  # with tdmrep.json
    assert min(gaps(publisher)) >= 0.3
    assert len(site.visits) == 5
    assert min(gaps(site)) >= 0.1
    assert report.traffic[publisher.key]["requests"] == 6
    assert report.traffic[publisher.key]["peak_per_minute"] == 6
    assert report.traffic[publisher.key]["bytes"] > 0


def test_an_api_rests_as_long_as_its_last_answer_took(crawl: Crawl, server: Server) -> None:
    def slowly(visitor: Visitor) -> None:
        time.sleep(0.4)
        visitor.send(page())

    server.routes |= {"/slow": slowly, "/next": page()}
    crawl(steps=[[api(f"{server.url}/slow")], [api(f"{server.url}/next")]], DOWNLOAD_DELAY=0.05)
    assert gaps(server)[-1] >= 0.8


def test_a_crawl_delay_holds_even_if_waiting_is_switched_off(crawl: Crawl, server: Server) -> None:
    server.routes["/robots.txt"] = page("User-agent: *\nCrawl-delay: 0.5")
    crawl([f"{server.url}/{number}" for number in range(3)])
    assert min(gaps(server)[1:]) >= 0.5


def test_runs_on_one_archive_share_rules_and_clocks(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/": page(), "/robots.txt": page("User-agent: *\nDisallow: /private")}
    crawl([f"{server.url}/"])
    report = crawl([f"{server.url}/", f"{server.url}/private"])
    assert report.outcomes == [200, "robots_disallowed"]
    assert server.targets() == ["/robots.txt", "/.well-known/tdmrep.json", "/", "/"]


def test_two_processes_on_one_archive_keep_the_rate_of_one(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/robots.txt": page(""), **{f"/{n}": page() for n in range(5)}}
    reports = crawl.at_once(
        [f"{server.url}/{n}" for n in range(5)], NEWSCRAWL_ARTICLE_DELAY=0.3, DOWNLOAD_DELAY=0.3
    )
    assert [report.outcomes for report in reports] == [[200] * 5] * 2
    assert len(server.visits) >= 12
    assert min(gaps(server)) >= 0.29
    # The median, as a busy machine may pause at any one of them.
    assert median(gaps(server)) < 2, "and the time is used"


def test_a_slow_host_holds_up_no_other(crawl: Crawl, server: Server) -> None:
    server.routes["/robots.txt"] = page("User-agent: *\nCrawl-delay: 1.5")
    with Server() as other:
        crawl(
            [*(f"{server.url}/{n}" for n in range(3)), *(f"{other.url}/{n}" for n in range(3))],
            CONCURRENT_REQUESTS=1,
        )
        assert {f"/{n}" for n in range(3)} <= {*server.targets()} & {*other.targets()}
        assert other.visits[-1].at < server.visits[-1].at


LIMITED = page("", "429 Too Many Requests", Retry_After=1)


def test_after_retry_after_an_article_is_requested_again(crawl: Crawl, server: Server) -> None:
    server.routes |= {
        "/once": in_turn(LIMITED, page("At last.")),
        "/503": in_turn(page("", "503 Busy", Retry_After=1), page("At last.")),
    }
    report = crawl(steps=[[f"{server.url}/once"], [f"{server.url}/503"]])
    assert [answer["body"] for answer in report.answers] == ["At last.", "At last."]
    once = [visit.at for visit in server.visits if visit.target == "/once"]
    assert once[1] - once[0] >= 1


def test_an_article_that_stays_limited_is_rate_limited(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = LIMITED
    report = crawl([f"{server.url}/"], NEWSCRAWL_BACKOFF=0.2)
    assert report.outcomes == ["rate_limited"]
    assert report.answers[0]["status"] == 429
    assert server.targets().count("/") == 2


def test_a_long_retry_after_postpones_the_host(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/a": page("", "429 No", Retry_After=3600), "/b": page()}
    steps = [[f"{server.url}/a"], [f"{server.url}/b", api(f"{server.url}/b")]]
    report = crawl(steps=steps)
    assert report.outcomes == ["rate_limited", "pending", "rate_limited"]
    assert server.targets() == ["/robots.txt", "/.well-known/tdmrep.json", "/a"]
    assert crawl([f"{server.url}/b"]).outcomes == ["pending"], "the next run knows of it"


def test_after_five_refusals_in_a_row_a_host_is_skipped(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = page("", "429 No", Retry_After=0)
    report = crawl(steps=[[f"{server.url}/"]] * 4, NEWSCRAWL_BACKOFF=0.01)
    assert server.targets().count("/") == 5, "twice for an article"
    assert report.outcomes == ["rate_limited", "rate_limited", "pending", "pending"]


def test_after_five_walls_in_a_row_a_host_is_skipped(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = page("Are you a robot?")
    ask = {"url": f"{server.url}/", "note": "bot_wall"}
    fetched = {"url": f"{server.url}/", "note": "fetched"}
    steps = [[ask], [fetched], *[[ask]] * 6]
    report = crawl(steps=steps, NEWSCRAWL_BACKOFF=0.01)
    assert report.outcomes == [200] * 7 + ["pending"], "a page starts the count again"


def test_walls_and_refusals_in_turn_are_in_a_row(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/wall": page("Are you a robot?"), "/429": page("", "429 No")}
    wall = {"url": f"{server.url}/wall", "note": "bot_wall"}
    limited = {"url": f"{server.url}/429", "note": "rate_limited"}
    report = crawl(steps=[[wall], [limited], [wall], [limited]], NEWSCRAWL_BACKOFF=0.01)
    assert report.outcomes == [200, "rate_limited", 200, "pending"], "an article is asked twice"


def test_a_run_waits_for_a_host_only_so_long_in_all(crawl: Crawl, server: Server) -> None:
    server.routes |= {f"/{number}": LIMITED for number in range(9)}
    steps = [[api(f"{server.url}/{number}")] for number in range(9)]
    report = crawl(steps=steps, NEWSCRAWL_HOST_PATIENCE=2, NEWSCRAWL_BACKOFF=0.5, RETRY_TIMES=0)
    assert set(report.outcomes) == {"rate_limited"}
    assert len(server.visits) < 6


def test_an_api_is_retried_after_passing_failures(crawl: Crawl, server: Server) -> None:
    failing = page("", "500 Broken")
    server.routes |= {
        "/twice": in_turn(failing, failing, page("At last.")),
        "/reset": in_turn(b"", page("At last.")),
        "/always": failing,
    }
    asks = [api(f"{server.url}/{name}") for name in ("twice", "reset", "always")]
    report = crawl([*asks, f"{server.url}/always"])
    assert report.outcomes == [200, 200, 500, 500]
    assert server.targets().count("/always") == 4, "three for the API, one for the article"


def test_a_host_that_never_answered_gets_no_retry(crawl: Crawl) -> None:
    with Server() as gone:
        pass
    report = crawl([api(f"{gone.url}/"), api("http://unknown.invalid/")], DOWNLOAD_DELAY=60)
    assert report.outcomes == ["connection_error", "dns_error"]
    assert max(answer["seconds"] for answer in report.answers) < 60, "no second request"


def test_the_end_of_a_run_wakes_who_waits(crawl: Crawl, server: Server) -> None:
    server.routes["/robots.txt"] = page("User-agent: *\nCrawl-delay: 60")
    first = {"url": f"{server.url}/a", "kind": "api", "close_after": 1}
    report = crawl([first, f"{server.url}/b", api(f"{server.url}/c")])
    assert report.outcomes == [404, "pending", "rate_limited"]
    assert 50 < report.waiting[server.key] <= 66
    assert server.targets() == ["/robots.txt", "/a"]


@pytest.mark.parametrize("contact", ["", "me@example.org"])
def test_own_networks_need_no_contact(crawl: Crawl, server: Server, contact: str) -> None:
    report = crawl([f"{server.url}/", "http://1.1.1.1:1/"], NEWSCRAWL_CONTACT=contact)
    assert "NEWSCRAWL_CONTACT is not set" not in report.log
    assert report.outcomes[1] == "unsafe_address"
