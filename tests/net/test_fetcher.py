"""Redirects, robots.txt and rights, through the whole fetcher."""

from __future__ import annotations

import gzip
import os
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from newscrawl.rights.robots import FRESH_SECONDS
from tests.net.server import Server, Visitor, moved, page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.net.conftest import Crawl
    from tests.net.server import Route


def test_each_hop_is_returned_without_its_fragment(crawl: Crawl, server: Server) -> None:
    server.routes |= {
        "/a": moved("b#part", 301),
        "/b": moved("/c?d=e", 307),
        "/c?d=e": page("Here"),
    }
    answer = crawl([f"{server.url}/a#top"]).answers[0]
    assert answer["url"] == f"{server.url}/c?d=e"
    assert answer["hops"] == [
        {"url": f"{server.url}/a", "status": 301},
        {"url": f"{server.url}/b", "status": 307},
    ]


def test_circles_and_endless_chains_end(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/self": moved("/self"), "/a": moved("/b"), "/b": moved("/a")}
    server.routes |= {f"/{number}": moved(f"/{number + 1}") for number in range(20)}
    urls = [f"{server.url}{path}" for path in ("/self", "/a", "/0")]
    report = crawl(urls, NEWSCRAWL_MAX_REDIRECTS=4)
    assert report.outcomes == ["redirect_loop"] * 3
    assert [len(answer["hops"]) for answer in report.answers] == [1, 2, 5]


def test_a_circle_over_hosts_ends(crawl: Crawl, server: Server) -> None:
    with Server() as other:
        server.routes["/"] = moved(f"{other.url}/")
        other.routes["/"] = moved(f"{server.url}/")
        report = crawl([f"{server.url}/"])
    assert report.outcomes == ["redirect_loop"]
    assert [hop["url"] for hop in report.answers[0]["hops"]] == [f"{server.url}/", f"{other.url}/"]
    assert server.targets().count("/") == other.targets().count("/") == 1


def test_a_redirect_follows_the_rules_of_its_own_host(crawl: Crawl, server: Server) -> None:
    with Server({"/robots.txt": page("User-agent: *\nDisallow: /")}) as other:
        server.routes["/"] = moved(f"{other.url}/post")
        answer = crawl([f"{server.url}/"]).answers[0]
    assert (answer["outcome"], answer["robots"]) == ("robots_disallowed", "disallowed")
    assert answer["url"] == f"{other.url}/post"
    assert len(answer["hops"]) == 1
    assert other.targets() == ["/robots.txt"]


def test_robots_txt_decides_by_the_status_it_comes_with(crawl: Crawl) -> None:
    cases = {
        "403 Forbidden": (200, "allowed"),
        "404 Not Found": (200, "allowed"),
        "410 Gone": (200, "allowed"),
        "500 Broken": ("robots_disallowed", "unreachable"),
        "503 Busy": ("robots_disallowed", "unreachable"),
        "599 Odd": ("robots_disallowed", "unreachable"),
    }
    with ExitStack() as stack:
        routes = [{"/": page(), "/robots.txt": page("", status)} for status in cases]
        servers = [stack.enter_context(Server(one)) for one in routes]
        report = crawl([f"{server.url}/" for server in servers])
    told = [(answer["outcome"] or answer["status"], answer["robots"]) for answer in report.answers]
    assert told == list(cases.values())


def test_if_robots_txt_cannot_be_read_its_failure_is_the_outcome(
    crawl: Crawl, server: Server
) -> None:
    server.routes |= {"/": page(), "/robots.txt": lambda visitor: visitor.hang()}
    report = crawl([f"{server.url}/"] * 2, NEWSCRAWL_READ_TIMEOUT=0.5)
    assert report.outcomes == ["timeout", "timeout"]
    assert report.answers[0]["robots"] == "unreachable"
    assert report.answers[0]["detail"].startswith("robots.txt: ")
    assert server.targets() == ["/robots.txt"]
    server.routes["/robots.txt"] = page("")
    assert crawl([f"{server.url}/"]).outcomes == [200], "the next run asks again"


def test_redirects_of_robots_txt_are_followed_five_times(crawl: Crawl, server: Server) -> None:
    rules = page("User-agent: *\nDisallow: /")
    with Server(
        {"/robots.txt": moved("/1")} | {f"/{n}": moved(f"/{n + 1}") for n in range(1, 9)}
    ) as far:
        server.routes |= {"/robots.txt": moved("/1"), "/5": rules}
        server.routes |= {f"/{number}": moved(f"/{number + 1}") for number in range(1, 5)}
        far.routes["/post"] = page()
        report = crawl([f"{server.url}/post", f"{far.url}/post"])
    assert report.outcomes == ["robots_disallowed", 200], "after five: as if there were none"


RULES = b"User-agent: *\nDisallow: /post\n"
FILLER = b"# nothing to see here\n"


def endless_rules(visitor: Visitor) -> None:
    visitor.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + RULES)
    visitor.drip(FILLER * 1000, 0)


def test_of_a_robots_txt_without_an_end_the_start_is_read(crawl: Crawl) -> None:
    long = RULES + FILLER * 400_000
    noise = RULES + b"#" + os.urandom(3_000_000).hex().encode()
    answers: list[Route] = [
        page(long),
        page(long, Content_Length=10**12),
        page(gzip.compress(long), Content_Encoding="gzip"),
        page(gzip.compress(noise), Content_Encoding="gzip"),
        endless_rules,
    ]
    with ExitStack() as stack:
        routes: list[dict[str, Route]] = [
            {"/post": page(), "/other": page(), "/robots.txt": one} for one in answers
        ]
        servers = [stack.enter_context(Server(one)) for one in routes]
        report = crawl([f"{one.url}/{name}" for one in servers for name in ("post", "other")])
    assert report.outcomes == ["robots_disallowed", 200] * len(answers)
    assert report.peak_rss < 200 * 1024 * 1024


def test_rules_are_read_again_after_a_day(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/": page(), "/robots.txt": page("")}
    crawl([f"{server.url}/"])
    server.routes["/robots.txt"] = page("User-agent: *\nDisallow: /")
    assert crawl([f"{server.url}/"]).outcomes == [200]
    age(crawl.archive, FRESH_SECONDS + 1)
    assert crawl([f"{server.url}/"]).outcomes == ["robots_disallowed"]
    server.routes["/robots.txt"] = page("", "503 Busy")
    age(crawl.archive, FRESH_SECONDS + 1)
    assert crawl([f"{server.url}/"]).answers[0]["robots"] == "unreachable", "old rules are none"


def age(archive: Path, seconds: float) -> None:
    """Make all rules that are remembered older."""
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute("UPDATE hosts SET robots_fetched = robots_fetched - ?", (seconds,))


def test_an_own_host_may_be_fetched_without_its_robots_txt(crawl: Crawl, server: Server) -> None:
    server.routes |= {"/": page(), "/robots.txt": page("User-agent: *\nDisallow: /")}
    for named in (server.key, "127.0.0.1"):
        answer = crawl(
            [f"{server.url}/"], NEWSCRAWL_ROBOTS_IGNORED_HOSTS=f"x.org, {named}"
        ).answers[0]
        assert (answer["status"], answer["robots"]) == (200, "ignored")
    assert "/robots.txt" not in server.targets()


def test_robots_txt_is_fetched_once_for_all_that_wait_for_it(crawl: Crawl, server: Server) -> None:
    crawl([f"{server.url}/{number}" for number in range(8)])
    assert server.targets().count("/robots.txt") == 1


def test_an_article_comes_with_the_signals_of_its_host_and_headers(
    crawl: Crawl, server: Server
) -> None:
    server.routes |= {
        "/robots.txt": page("User-agent: *\nContent-Signal: search=yes, ai-train=no"),
        "/.well-known/tdmrep.json": page('[{"location": "/news", "tdm-reservation": 1}]'),
        "/news": page(X_Robots_Tag="noarchive"),
        "/free": page(Tdm_Reservation="0"),
        "/gone": page("", "410 Gone"),
    }
    urls = [f"{server.url}/{name}" for name in ("news", "free", "gone")]
    report = crawl(steps=[[url] for url in urls])
    signal = {"content-signal": "search=yes, ai-train=no"}
    assert [answer["signals"] for answer in report.answers] == [
        signal | {"tdm-reservation": "1", "x-robots-tag": "noarchive"},
        signal | {"tdm-reservation": "0"},
        signal,
    ]
    assert server.targets().count("/.well-known/tdmrep.json") == 1
    crawl([urls[0]])
    assert server.targets().count("/.well-known/tdmrep.json") == 1, "remembered by the archive"


def test_a_tdmrep_file_is_not_requested_if_robots_txt_forbids_it(
    crawl: Crawl, server: Server
) -> None:
    server.routes |= {"/": page(), "/robots.txt": page("User-agent: *\nDisallow: /.well-known")}
    assert crawl([f"{server.url}/"]).outcomes == [200]
    assert server.targets() == ["/robots.txt", "/"]


def test_an_api_is_no_publisher(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = page("{}", Content_Type="application/json", X_Robots_Tag="noindex")
    report = crawl([{"url": f"{server.url}/", "kind": "api"}])
    assert report.answers[0]["signals"] == {}
    assert server.targets() == ["/robots.txt", "/"]


def test_a_page_that_did_not_change_comes_back_as_304(crawl: Crawl, server: Server) -> None:
    server.routes["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "tag"\r\n\r\n'
    report = crawl([{"url": f"{server.url}/", "headers": {"If-None-Match": '"tag"'}}])
    assert report.outcomes == [304]
    assert report.answers[0]["headers"]["etag"] == '"tag"'
