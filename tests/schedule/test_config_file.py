"""The keys of sites.toml, and the errors if it is wrong."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newscrawl.exceptions import ConfigurationError
from newscrawl.schedule.config_file import BadPlan, read_plan
from newscrawl.schedule.plan import Entry, Plan
from newscrawl.schedule.triggers import Auto

HOMES = {"mint": "https://www.themintmagazine.com/", "wordpress": None}


def check_settings(given: Mapping[str, str]) -> None:
    if given.get("DOWNLOAD_DELAY") == "soon":
        raise ConfigurationError("Invalid setting DOWNLOAD_DELAY=soon")


def plan_of(folder: Path, text: str) -> Plan:
    file = folder / "sites.toml"
    file.write_text(text)
    return read_plan(file, HOMES, check_settings)


def entry_of(folder: Path, text: str) -> Entry:
    return plan_of(folder, text).entries[0]


def test_a_site_may_have_every_key(tmp_path: Path) -> None:
    entry = entry_of(
        tmp_path,
        """
        [[site]]
        name = "Example at night"
        site = "www.example.org/blog/"
        cron = "0  3 * * *"
        timezone = "Europe/London"
        jitter = "90s"
        enabled = false
        arguments = { limit = 5, full = true, types = "post,news" }
        settings = { DOWNLOAD_DELAY = 2.5, NEWSCRAWL_RAW = true }
        """,
    )
    assert (entry.name, entry.spider) == ("Example at night", "wordpress")
    assert (entry.url, entry.key) == ("https://www.example.org/blog/", "example.org/blog")
    assert (str(entry.cadence), str(entry.zone)) == ("0 3 * * *", "Europe/London")
    assert (entry.jitter, entry.enabled) == (timedelta(seconds=90), False)
    assert entry.arguments == {"limit": "5", "full": "1", "types": "post,news"}
    assert entry.settings == {"DOWNLOAD_DELAY": "2.5", "NEWSCRAWL_RAW": "1"}


def test_a_spider_with_a_site_of_its_own_needs_no_more(tmp_path: Path) -> None:
    entry = entry_of(tmp_path, '[[site]]\nspider = "mint"\n')
    assert (entry.name, entry.key) == ("mint", "themintmagazine.com")
    assert str(entry.cadence) == "every 1h"
    assert (entry.jitter, entry.enabled) == (None, True)


def test_the_schedule_has_defaults_for_its_sites(tmp_path: Path) -> None:
    text = """
        [schedule]
        at_once = 9
        longest = "2h"
        timezone = "Asia/Tokyo"
        jitter = "0s"
        [[site]]
        spider = "mint"
        [[site]]
        site = "example.org"
        timezone = "UTC"
        """
    plan = plan_of(tmp_path, text)
    assert (plan.at_once, plan.longest) == (9, timedelta(hours=2))
    assert [str(entry.zone) for entry in plan.entries] == ["Asia/Tokyo", "UTC"]
    assert [entry.jitter for entry in plan.entries] == [timedelta(0)] * 2


def test_two_ways_to_crawl_one_site_have_one_key(tmp_path: Path) -> None:
    text = """
        [[site]]
        site = "https://www.example.org/"
        [[site]]
        name = "weekly"
        site = "http://example.org"
        """
    assert {entry.key for entry in plan_of(tmp_path, text).entries} == {"example.org"}


SITE = '[[site]]\nsite = "example.org"\n'


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no site: add each site below a line [[site]]"),
        ("# nothing\n\n[schedule]\n", 1, "no site: add"),
        ("[site]\n", 1, "site = {}: expected a list: start each with a line [[site]]"),
        ("site = [1]\n", 1, "expected a table"),
        ("\n[sites]\n", 2, "unknown key 'sites': did you mean 'site'?"),
        (
            '[[site]]\nspider = "mint"\nevry = "1h"\n',
            3,
            "unknown key 'evry': did you mean 'every'?",
        ),
        (SITE + "x = 1\n", 3, "unknown key 'x': expected one of name, spider, site, cron"),
        ('[[site]]\nspider = "mind"\n', 2, "unknown spider 'mind': did you mean 'mint'?"),
        ('\n[[site]]\nevery = "1h"\n', 2, 'no site: add a line site = "https://example.org"'),
        (
            '[[site]]\nsite = "ftp://a.org"\n',
            2,
            "Invalid argument site=ftp://a.org: expected the URL",
        ),
        ('[[site]]\nsite = "https://me:pw@a.org"\n', 2, "site=https://***@a.org: expected the URL"),
        ("[[site]]\nsite = 5\n", 2, "site = 5: expected a text of one line, between quotes"),
        (SITE + 'name = """a\nb"""\n', 3, "expected a text of one line"),
        (
            SITE + 'cron = "0 25 * * *"\n',
            3,
            'cron = "0 25 * * *": not a cron expression (bad hour)',
        ),
        (SITE + 'every = "1h"\ncron = "0 * * * *"\n', 3, "both cron and every: keep one"),
        (
            SITE + 'every = "30s"\n',
            3,
            'every = "30s": expected a duration from 60 seconds to 366 days',
        ),
        (SITE + "every = 60\n", 3, "every = 60: expected a text of one line"),
        (SITE + 'timezone = "Europe/Lodnon"\n', 3, 'expected a time zone like "Europe/London"'),
        (SITE + 'timezone = "../etc/passwd"\n', 3, "expected a time zone"),
        (SITE + 'enabled = "yes"\n', 3, 'enabled = "yes": expected true or false, without quotes'),
        (SITE + "arguments = 5\n", 3, "expected a table of names and values"),
        (SITE + "[site.arguments]\nlimit = 0\n", 4, "Invalid argument limit=0: expected a number"),
        (SITE + "arguments = { limt = 5 }\n", 3, "Unknown argument 'limt'"),
        (SITE + 'arguments = { site = "b.org" }\n', 3, "write a line site = instead"),
        (SITE + "arguments.limit = [5]\n", 3, "limit must be a text, a number, true or false"),
        (SITE + 'settings = {DOWNLOAD_DELAY = "soon"}\n', 3, "Invalid setting DOWNLOAD_DELAY=soon"),
        (
            SITE + 'settings.LOG_FILE = "x"\n',
            3,
            "LOG_FILE cannot be set for one site: each site has",
        ),
        (SITE + 'settings.NEWSCRAWL_ARCHIVE = "x"\n', 3, "all sites share one archive"),
        (SITE + SITE, 3, "another entry has the name example.org: add a line name ="),
        ("[schedule]\nat_once = 0\n" + SITE, 2, "at_once = 0: expected a number from 1 to 200"),
        ("[schedule]\nat_once = true\n" + SITE, 2, "at_once = True: expected a number"),
        (SITE + "every = 1h\n", 3, "correct the TOML"),
        (SITE + 'name = """a\n', 4, "correct the TOML"),
        ("a = " + "[" * 5000, 1, "correct the TOML"),
        ("a = " + "9" * 5000, 1, "correct the TOML"),
    ],
)
def test_an_error_is_one_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        plan_of(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'sites.toml'}, line {line}: ")
    assert says in message
    assert "\n" not in message


def test_all_errors_are_named_each_with_its_line_and_its_entry(tmp_path: Path) -> None:
    text = """
        [schedule]
        at_once = 0
        [[site]]
        name = "first"
        site = "example.org"
        evry = "1h"
        arguments = { limit = 0, full = 2 }
        [[site]]
        site = "ftp://b.example"
        cron = "soon"
        """
    with pytest.raises(BadPlan) as caught:
        plan_of(tmp_path, text)
    lines = [line.removeprefix(f"{tmp_path / 'sites.toml'}, ") for line in caught.value.lines]
    assert [line.partition(":")[0] for line in lines] == [
        *("line 3", "line 7", "line 8", "line 8", "line 10", "line 11")
    ]
    assert all(line.endswith(" (entry 1, first)") for line in lines[1:4])
    assert all(line.endswith(" (entry 2, ftp://b.example)") for line in lines[4:])


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.toml can't be read \(No such file"):
        read_plan(tmp_path / "none.toml", HOMES, check_settings)


def test_bytes_that_are_not_utf_8_have_a_line(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_bytes(b"[[site]]\nname = '\xe9'\n")
    with pytest.raises(ConfigurationError, match="line 2: not UTF-8"):
        read_plan(file, HOMES, check_settings)


def test_marks_and_line_ends_of_other_systems_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_bytes(b'\xef\xbb\xbf[[site]]\r\nspider = "mint"\r\n')
    assert read_plan(file, HOMES, check_settings).entries[0].name == "mint"


def test_the_example_in_the_documents_is_right(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/scheduling.md").read_text()
    start = text.index("    [schedule]")
    example = dedent(text[start : text.index("The default jitter", start)])
    names = [entry.name for entry in plan_of(tmp_path, example).entries]
    assert names == ["mint", "example.org", "example.org weekly"]


VALUES = st.recursive(
    st.sampled_from(['"1h"', '""', "1", "-1", "1e9", "true", "1979-05-27", "nan", '"a\\u0000"']),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]")
        | inner.map(lambda item: f"{{ limit = {item} }}")
    ),
    max_leaves=3,
)
KEYS = st.sampled_from(
    ["name", "spider", "site", "cron", "every", "timezone", "jitter", "arguments", "settings"]
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_values_make_a_plan_or_a_plain_error(tmp_path: Path, table: dict[str, str]) -> None:
    lines = [f"{key} = {value}" for key, value in table.items()]
    with suppress(ConfigurationError):
        plan_of(tmp_path, "\n".join(["[[site]]", *lines]))


def test_a_period_can_be_chosen_by_how_often_a_site_publishes(tmp_path: Path) -> None:
    entry = entry_of(tmp_path, '[[site]]\nsite = "https://example.org"\nevery = "auto"\n')
    assert isinstance(entry.cadence, Auto)


# --- The archive's table of sites -------------------------------------------------------------


def test_sites_of_the_table_come_after_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text('[schedule]\njitter = "0s"\n[[site]]\nsite = "https://a.example"\n')
    added = {
        "a.example": {"site": "https://a.example", "every": "1d"},
        "b.example": {"site": "https://b.example", "every": "2h"},
    }
    plan = read_plan(file, HOMES, check_settings, added)
    assert [(entry.name, str(entry.cadence)) for entry in plan.entries] == [
        ("a.example", "every 1h"),  # the file's entry wins
        ("b.example", "every 2h"),
    ]
    assert plan.entries[1].jitter == timedelta(0)


def test_the_table_is_enough_without_a_file() -> None:
    plan = read_plan(None, HOMES, check_settings, {"b": {"site": "https://b.example"}})
    assert [entry.key for entry in plan.entries] == ["b.example"]


def test_a_mistake_in_the_table_names_the_site(tmp_path: Path) -> None:
    added = {"b": {"site": "https://b.example", "every": "soon"}}
    with pytest.raises(
        BadPlan, match=r'the archive\'s site b: every = "soon": expected a duration'
    ):
        read_plan(None, HOMES, check_settings, added)
