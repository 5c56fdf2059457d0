"""robots.txt by RFC 9309, tdmrep.json, and the patterns of both."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.rights import tdm
from newscrawl.rights.robots import MAX_BYTES, Robots, best_match, matches

SITE = "https://example.org"


@pytest.mark.parametrize("status", [500, 502, 503, 599, 429, 0])
def test_if_the_rules_are_unknown_nothing_is_requested(status: int) -> None:
    robots = Robots(status, "User-agent: *\nAllow: /")
    assert robots.verdict(f"{SITE}/post") == "unreachable"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 302])
def test_without_rules_everything_is_allowed(status: int) -> None:
    robots = Robots(status, "User-agent: *\nDisallow: /")
    assert robots.verdict(f"{SITE}/post") == "allowed"


RULES = [
    ("empty", "", "/a", "allowed"),
    ("empty disallow", "User-agent: *\nDisallow:", "/a", "allowed"),
    ("everything", "User-agent: *\nDisallow: /", "/", "disallowed"),
    ("longest wins", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", "allowed"),
    ("longest wins either way", "User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", "disallowed"),
    ("equal length allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", "allowed"),
    ("star", "User-agent: *\nDisallow: /*/private", "/x/y/private/z", "disallowed"),
    ("end", "User-agent: *\nDisallow: /*.pdf$", "/x.pdf", "disallowed"),
    ("end not reached", "User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", "allowed"),
    ("query", "User-agent: *\nDisallow: /*?s=", "/?s=word", "disallowed"),
    ("escapes", "User-agent: *\nDisallow: /caf%C3%A9", "/café", "disallowed"),
    ("case of paths", "User-agent: *\nDisallow: /A", "/a", "allowed"),
    ("our name", "User-agent: NewsCrawl\nDisallow: /\nUser-agent: *\nAllow: /", "/a", "disallowed"),
    ("our version", "User-agent: newscrawl/1.0\nDisallow: /", "/a", "disallowed"),
    ("ours alone", "User-agent: *\nDisallow: /\nUser-agent: newscrawl\nAllow: /b", "/a", "allowed"),
    ("part of our name", "User-agent: news\nDisallow: /", "/a", "allowed"),
    ("longer than our name", "User-agent: newscrawler\nDisallow: /", "/a", "allowed"),
    ("several names", "User-agent: a\nUser-agent: newscrawl\nDisallow: /", "/a", "disallowed"),
    ("groups merge", "User-agent: newscrawl\nAllow: /a\nUser-agent: b\nAllow: /\n\
User-agent: newscrawl\nDisallow: /b", "/b", "disallowed"),
    ("blank lines end no group", "User-agent: *\n\nDisallow: /", "/a", "disallowed"),
    ("sitemap ends no group", "User-agent: *\nSitemap: https://x/s.xml\nUser-agent: b\nDisallow: /",
     "/a", "disallowed"),
    ("rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/a", "allowed"),
    ("comments", "User-agent: * # all\nDisallow: /a # this\n#Disallow: /b", "/b", "allowed"),
    ("a mark of byte order", "\ufeffUser-agent: *\nDisallow: /", "/a", "disallowed"),
    ("old line ends", "User-agent: *\rDisallow: /", "/a", "disallowed"),
    ("a page of HTML", "<!doctype html><title>Not found</title>", "/a", "allowed"),
    ("license ends no group", "User-agent: *\nLicense: https://x/l.xml\nUser-agent: b\nDisallow: /",
     "/a", "disallowed"),
    ("unknown lines end no group", "User-agent: *\nHost: x\nUser-agent: b\nDisallow: /", "/a",
     "disallowed"),
    ("a crawl-delay ends no group", "User-agent: *\nCrawl-delay: 9\nUser-agent: b\nDisallow: /",
     "/a", "disallowed"),
    ("a rule ends the user agents", "User-agent: *\nAllow: /\nUser-agent: b\nDisallow: /",
     "/a", "allowed"),
    ("stars and names", "User-agent: newscrawl\nUser-agent: *\nDisallow: /a", "/a", "disallowed"),
    ("a star with more is no star", "User-agent: *bot\nDisallow: /", "/a", "allowed"),
    ("spaces", " user-agent : *\n  disallow :  /a  \n", "/a", "disallowed"),
    ("no colon", "User-agent *\nDisallow /a", "/a", "disallowed"),
    ("misspelt", "User-agent: *\nDissallow: /a", "/a", "disallowed"),
    ("no slash at first", "User-agent: *\nDisallow: a", "/a", "allowed"),
    ("a star at first", "User-agent: *\nDisallow: *a", "/xa", "disallowed"),
    ("dots are dots", "User-agent: *\nDisallow: /a.b", "/axb", "allowed"),
    ("stars count as octets", "User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page.htm",
     "disallowed"),
    ("shorter star", "User-agent: *\nAllow: /page\nDisallow: /*.ht", "/page.ht", "allowed"),
    ("front page alone", "User-agent: *\nDisallow: /\nAllow: /$", "/", "allowed"),
    ("front page with a query", "User-agent: *\nDisallow: /\nAllow: /$", "/?p=1", "disallowed"),
    ("a dollar in the middle", "User-agent: *\nDisallow: /a$b", "/a$b", "disallowed"),
    ("an escaped dollar", "User-agent: *\nDisallow: /a%24", "/a$b", "disallowed"),
    ("an escaped star", "User-agent: *\nDisallow: /a%2Ab", "/axb", "allowed"),
    ("an escaped star is one", "User-agent: *\nDisallow: /a%2ab", "/a*b", "disallowed"),
    ("lower-case escapes", "User-agent: *\nDisallow: /a%3cd", "/a%3Cd", "disallowed"),
    ("escaped letters", "User-agent: *\nDisallow: /%62%61%7A", "/baz", "disallowed"),
    ("letters escaped in the URL", "User-agent: *\nDisallow: /~joe", "/%7Ejoe", "disallowed"),
    ("an escaped slash is none", "User-agent: *\nDisallow: /a/b", "/a%2Fb", "allowed"),
    ("letters of others", "User-agent: *\nDisallow: /foo/ツ", "/foo/%E3%83%84", "disallowed"),
    ("fragments", "User-agent: *\nDisallow: /b", "/a#/b", "allowed"),
    ("robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", "allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "path", "verdict"), [row[1:] for row in RULES],
                         ids=[row[0] for row in RULES])  # fmt: skip
def test_rules_are_read_as_the_standard_defines(text: str, path: str, verdict: str) -> None:
    assert Robots(200, text).verdict(SITE + path) == verdict


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Crawl-delay: 7", 7),
        ("crawl-delay:0.5", 0.5),
        ("Crawl-delay: 86400", 120),
        ("Crawl-delay: -5", 0),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: 1e400", 0),
        ("", 0),
    ],
)
def test_the_crawl_delay_is_capped(line: str, seconds: float) -> None:
    assert Robots(200, f"User-agent: *\nDisallow: /x\n{line}").crawl_delay == seconds


def test_the_text_is_read_up_to_500_kib() -> None:
    filler = "# comment\n" * (MAX_BYTES // 10)
    robots = Robots(200, f"User-agent: *\n{filler}Disallow: /")
    assert robots.verdict(f"{SITE}/post") == "allowed"


@pytest.mark.parametrize(("line", "verdict"), [("Disallow", "allowed"), ("Allow", "disallowed")])
def test_a_line_that_the_limit_cuts_is_left_out(line: str, verdict: str) -> None:
    rule = f"{line}: /private/of-others"
    before = "User-agent: *\n" + ("Disallow: /\n" if line == "Allow" else "")
    filler = "#" * (MAX_BYTES - len(before) - 1 - len(f"{line}: /p"))
    robots = Robots(200, f"{before}{filler}\n{rule}\nAllow: /")
    assert robots.verdict(f"{SITE}/post") == verdict


def test_many_rules_take_memory_like_their_text() -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /*{n}*a$\n" for n in range(25_000))
    tracemalloc.start()
    robots = Robots(200, text)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert robots.verdict(f"{SITE}/{'x' * 3000}") == "allowed"
    assert size < 8 * len(text)


@pytest.mark.parametrize(
    ("text", "path", "signals"),
    [
        ("User-agent: *\nContent-Signal: ai-train=no", "/a", {"content-signal": "ai-train=no"}),
        ("Content-Signal: ai-train=no", "/a", {}),
        (
            "User-agent: b\nContent-Signal: ai-train=no\nUser-agent: *\nAllow: /",
            "/a",
            {"content-signal": "ai-train=no"},
        ),
        (
            "User-agent: b\nDisallow: /\nContent-Signal: ai-train=no\nUser-agent: *\nAllow: /",
            "/a",
            {},
        ),
        (
            "User-agent: *\nContent-Signal: search=yes\nContent-Signal: /a/ search=no",
            "/a/b",
            {"content-signal": "search=no"},
        ),
        ("User-agent: *\nContent-Usage: /b train-ai=n", "/a", {}),
        ("License: https://x.example/l.xml", "/a", {"robots-license": "https://x.example/l.xml"}),
    ],
)
def test_rights_signals_are_found(text: str, path: str, signals: dict[str, str]) -> None:
    assert Robots(200, text).signals(SITE + path) == signals


def test_a_copy_is_read_again_after_a_day_and_unreachable_sooner() -> None:
    assert Robots(200, "").is_fresh(86_399)
    assert not Robots(200, "").is_fresh(86_401)
    assert not Robots(200, "").is_fresh(-1), "the clock was set back"
    assert not Robots(503, "").is_fresh(601)


@given(st.text(), st.text())
def test_no_text_makes_reading_fail(text: str, path: str) -> None:
    robots = Robots(200, f"User-agent: *\nDisallow: /{text}\n{text}")
    assert robots.verdict(f"{SITE}/{path}") in {"allowed", "disallowed"}
    robots.signals(f"{SITE}/x")


def test_hostile_rules_are_read_in_linear_time() -> None:
    text = "User-agent: *\n" + f"Disallow: /{'*a' * 1000}b\n" * 240
    assert Robots(200, text).verdict(f"{SITE}/{'a' * 3000}") == "allowed"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/", "/a", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*b", "/ab", True),
        ("/*b$", "/abb", True),
        ("/a*a$", "/a", False),
        ("/*a*b*c", "/xaxbxc", True),
        ("/*a*c*b", "/xaxbxc", False),
        ("*", "/", True),
        ("", "/a", True),
        ("/b", "/a", False),
    ],
)
def test_patterns_match_as_in_robots_txt(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


def test_the_most_specific_pattern_wins() -> None:
    assert best_match(["/", "/a/*", "/b"], "/a/x") == "/a/*"
    assert best_match(["/b"], "/a") is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[",
        b"[[[]]]",
        b'[{"location": 1, "tdm-reservation": 1}]',
        b'[{"location": "/", "tdm-reservation": 2}]',
        b'[{"location": "/\\ud800", "tdm-reservation": 1}]',
        b"[" * 50_000,
        b"<html>Not found</html>",
        b"[" + b'{"location": "/", "tdm-reservation": 1},' * 5000 + b"0]",
    ],
)
def test_what_is_no_tdmrep_file_has_no_rules(body: bytes) -> None:
    assert tdm.parse_rules(body) == []


def test_the_most_specific_rule_of_a_tdmrep_file_holds() -> None:
    rules = tdm.parse_rules(
        b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://x.example/p.json"},'
        b' {"location": "/free/", "tdm-reservation": 0}, "junk"]'
    )
    assert tdm.signals(rules, "/free/post") == {"tdm-reservation": "0"}
    assert tdm.signals(rules, "/post")["tdm-policy"] == "https://x.example/p.json"


def test_of_two_crawl_delays_in_a_group_the_one_below_our_user_agent_counts() -> None:
    text = "User-agent: b\nCrawl-delay: 9\nUser-agent: newscrawl\nCrawl-delay: 4\nDisallow: /x"
    assert Robots(200, text).crawl_delay == 4
    text = "User-agent: newscrawl\nCrawl-delay: 9\nUser-agent: b\nCrawl-delay: 4\nDisallow: /x"
    assert Robots(200, text).crawl_delay == 9
