"""Rules for single publishers: a rule is applied, and a wrong file is an error with the reason."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.exceptions import ConfigurationError
from newscrawl.extract import extract
from newscrawl.extract.check_rules import failures
from newscrawl.extract.publisher_rules import BadRule, hosts, rule_for, rule_of
from newscrawl.tools.validation import check_rules
from tests.extract.pages import PROSE, URL, article

RULE = """
remove = [".gone"]
body = ".story"
title = ".headline"
authors = ".who"
published = ".when"

[[tests]]
html = '''
<h1>Section</h1><h2 class="headline">Walls and water</h2><b class="who">By Ann Example</b>
<b class="who">Bob Sample</b><i class="when" datetime="2026-01-10T09:30:00Z">today</i>
<div class="story"><p>A short text that nobody would take for an article.</p>
<p class="gone">Ten things.</p></div><div><p>{}</p></div>'''
title = "Walls and water"
authors = ["Ann Example", "Bob Sample"]
published = "2026-01-10T09:30:00Z"
has = ["A short text that nobody"]
lacks = ["Ten things", "The council met"]
""".format(" ".join(PROSE))


@pytest.fixture
def publishers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the publishers' own."""
    for function in (hosts, rule_of):
        monkeypatch.setattr(function.__wrapped__, "__defaults__", (tmp_path,))
        function.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def fresh():
    yield
    hosts.cache_clear()
    rule_of.cache_clear()


@pytest.mark.parametrize("host", sorted(hosts()))
def test_the_rules_that_are_here_hold(host):
    assert failures(rule_of(host)) == []


def test_a_rule_wins_over_what_is_found_in_general(publishers):
    (publishers / "news.example.toml").write_text(RULE, encoding="utf-8")
    assert failures(rule_of("news.example")) == []


def test_each_failed_test_shows_the_value_that_it_got(publishers):
    text = RULE.replace('body = ".story"', "").replace('2026-01-10T09:30:00Z"\n', '2020-01-01"\n')
    text = text.replace('["A short text that nobody"]', '["Nobody wrote this"]')
    (publishers / "news.example.toml").write_text(text, encoding="utf-8")
    assert failures(rule_of("news.example")) == [
        "test 1: published is '2026-01-10T09:30:00Z'",
        "test 1: the text lacks 'Nobody wrote this'",
        "test 1: the text has 'The council met'",
    ]


def test_a_rule_without_a_test_is_not_good_enough(publishers):
    (publishers / "news.example.toml").write_text('remove = ["aside"]', encoding="utf-8")
    assert failures(rule_of("news.example")) == ["has no test"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://news.example/a", "news.example"),
        ("https://WWW.News.Example:443/a", "news.example"),
        ("https://deep.er.news.example/", "news.example"),
        ("https://news.example.org/", None),
        ("https://badnews.example/", None),
        ("https://example/", None),
        ("", None),
    ],
)
def test_a_rule_holds_for_its_host_and_those_below(publishers, url, host):
    (publishers / "news.example.toml").write_text(RULE, encoding="utf-8")
    rule = rule_for(url)
    assert (rule and rule.host) == host


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("remove = 'aside'", "'remove' must be a list"),
        ("body = ['p']", "'body' must be a text"),
        ("boddy = 'p'", "'boddy' is not a key of a rule"),
        ("body = 'p['", "invalid CSS selector"),
        ("remove = ['p', '']", "invalid CSS selector"),
        ("remove = [3]", "selector must be a str"),
        ("body = ", "Invalid value"),
        ("tests = [1]", "'tests' must be tables"),
        ("body = 'ÿ'", "'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_a_wrong_file_is_named_and_stops_a_crawl_before_it_starts(publishers, text, why):
    (publishers / "news.example.toml").write_text(text, encoding="latin-1")
    with pytest.raises(BadRule, match=re.escape(why)):
        rule_of("news.example")
    with pytest.raises(
        ConfigurationError, match=re.escape(f"news.example.toml cannot be used: {why}")
    ):
        check_rules()


@pytest.mark.parametrize(
    "key", ["html = 3", "title = 3", "has = 'x'", "lacks = [3]", "authors = 3"]
)
def test_a_wrong_test_is_named_with_its_fault(publishers, key):
    (publishers / "news.example.toml").write_text(f"[[tests]]\n{key}", encoding="utf-8")
    name = key.partition(" ")[0]
    assert failures(rule_of("news.example")) == [
        f"test 1: {name}: expected a list of texts for authors, has, lacks, else a text"
    ]


def test_a_host_without_a_file_is_named(publishers):
    with pytest.raises(BadRule, match="no rule; expected one of: "):
        rule_of("no.example")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["test"], 0, "thehill.com: ok\n"),
        (["test", "--json"], 0, '{"host":"thehill.com","failures":[]}\n'),
        (["test", "no.example"], 1, "no.example: no rule; expected one of: thehill.com"),
        ([], 2, "rules takes the word test"),
    ],
)
def test_the_command_shows_which_rules_hold(arguments, code, words):
    command = [sys.executable, "-m", "scrapy", "rules", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert words in done.stdout + done.stderr


def test_a_selector_that_finds_nothing_leaves_the_general_way(publishers):
    (publishers / "news.example.toml").write_text("body = '.no'\ntitle = '.no'", encoding="utf-8")
    found = extract(article(head="<title>Walls</title>"), url=URL)
    assert (found.title, found.text.count("\n\n")) == ("Walls", len(PROSE) - 1)
