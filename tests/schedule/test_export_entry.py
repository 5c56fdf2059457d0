"""Exports in sites.toml."""

from datetime import timedelta
from pathlib import Path

import pytest

from newscrawl.commands.export import FORMATS
from newscrawl.schedule.config_file import BadPlan, read_plan
from newscrawl.schedule.new_sites import checked, tables_of
from newscrawl.tools.export import FILE_FORMATS
from newscrawl.tools.text_files import FOLDER_FORMATS
from tests.schedule.test_config_file import HOMES, check_settings, entry_of, plan_of

EXPORT = '[[export]]\nfile = "out/all.jsonl"\n'


def test_an_export_may_have_every_key(tmp_path: Path):
    entry = entry_of(
        tmp_path,
        """
        [[export]]
        name = "posts for the newsroom"
        file = "out/news.parquet"
        format = "parquet"
        sites = ["example.org", "https://example.net/blog"]
        type = "post,news"
        latest = true
        cron = "30 6 * * *"
        timezone = "Europe/London"
        jitter = "90s"
        enabled = false
        """,
    )
    assert (entry.name, entry.enabled) == ("posts for the newsroom", False)
    assert (str(entry.cadence), str(entry.zone)) == ("30 6 * * *", "Europe/London")
    assert entry.jitter == timedelta(seconds=90)
    assert entry.command == (
        *("export", "-o", "out/news.parquet", "--format", "parquet", "--type", "post,news"),
        *("--latest", "example.org", "https://example.net/blog"),
    )


def test_a_file_is_all_that_an_export_needs(tmp_path: Path):
    entry = entry_of(tmp_path, '[schedule]\njitter = "5s"\nown_process = false\n' + EXPORT)
    assert (entry.name, str(entry.cadence)) == ("export all.jsonl", "every 1d")
    assert (entry.jitter, entry.own_process) == (timedelta(seconds=5), True)
    assert entry.command == ("export", "-o", "out/all.jsonl")


def test_two_exports_of_one_file_never_run_at_once(tmp_path: Path):
    both = plan_of(tmp_path, EXPORT + EXPORT + 'name = "again"\nlatest = true\n').entries
    assert both[0].key == both[1].key


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[[export]]\n", 1, "no file: add a line file ="),
        (EXPORT + 'format = "parket"\n', 3, "did you mean 'parquet'?"),
        (EXPORT + 'format = "md"\n', 3, "expected one of jsonl"),
        (EXPORT + 'format = "warc"\nlatest = true\n', 4, "warc has everything of the sites"),
        (EXPORT + 'every = "auto"\n', 3, 'every = "auto": expected'),
        (EXPORT + 'sites = "example.org"\n', 3, "expected a list of texts"),
        (EXPORT + 'every = "1h"\ncron = "* * * * *"\n', 3, "both cron and every"),
        (EXPORT + "settings = { A = 1 }\n", 3, "unknown key 'settings'"),
        (EXPORT + EXPORT, 3, "another entry has the name export all.jsonl: add a line name ="),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, message: str):
    with pytest.raises(BadPlan) as raised:
        plan_of(tmp_path, text)
    (shown,) = raised.value.lines
    assert f"sites.toml, line {line}: " in shown
    assert message in shown


def test_the_formats_are_those_of_the_command_that_are_one_file():
    assert {*FILE_FORMATS, *FOLDER_FORMATS} == set(FORMATS)


def test_exports_may_be_kept_in_the_archive(tmp_path: Path):
    file = tmp_path / "more.toml"
    file.write_text('[schedule]\nown_process = true\n[[site]]\nsite = "example.org"\n' + EXPORT)
    tables = tables_of(file, HOMES, check_settings)
    named = checked(tables, HOMES, check_settings)
    assert list(named) == ["example.org", "export all.jsonl"]
    entries = read_plan(None, HOMES, check_settings, named).entries
    assert [entry.command for entry in entries] == [(), ("export", "-o", "out/all.jsonl")]
