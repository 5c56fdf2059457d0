"""``scrapy sites``: the table of sites in the archive."""

import json
from pathlib import Path

from tests import forks


def run(*words: str, code: int = 0) -> str:
    ended = forks.scrapy(*words)
    said = ended.stdout + ended.stderr
    assert ended.returncode == code, said
    return said


def listed() -> list[dict[str, object]]:
    return [json.loads(line) for line in run("sites", "list", "--json").splitlines()]


def test_sites_are_added_changed_listed_and_removed(project: Path) -> None:
    options = ("--every", "auto", "-a", "articles=0", "--set-crawl", "DOWNLOAD_DELAY=2")
    added = run("sites", "add", "https://a.example", "b.example", *options)
    assert added == "2 sites added, 0 changed\n"
    assert "0 sites added, 1 changed" in run("sites", "add", "https://a.example", "--every", "6h")
    assert listed() == [
        {"site": "https://a.example", "every": "6h", "name": "a.example"},
        {
            "site": "b.example",
            "every": "auto",
            "arguments": {"articles": "0"},
            "settings": {"DOWNLOAD_DELAY": "2"},
            "name": "b.example",
        },
    ]
    table = run("schedule", "--list")
    assert "every 6h" in table
    assert "every 1d (auto: no post is known)" in table
    assert "has no site 'c.example'" in run("sites", "remove", "a.example", "c.example", code=1)
    assert "2 sites removed" in run("sites", "remove", "https://a.example", "b.example")
    assert listed() == []


def test_an_entry_that_is_wrong_is_not_added(project: Path) -> None:
    said = run("sites", "add", "https://a.example", "--every", "soon", code=1)
    assert 'every = "soon": expected a duration' in said
    assert listed() == []


def test_a_text_of_urls_is_imported(project: Path) -> None:
    file = project / "urls.txt"
    file.write_text("# observatory\nhttps://a.example\n\nhttps://b.example/blog/\n")
    assert "2 sites added" in run("sites", "import", str(file), "--every", "auto")
    assert [entry["name"] for entry in listed()] == ["a.example", "b.example/blog"]


def test_an_import_with_a_wrong_line_names_it_and_adds_nothing(project: Path) -> None:
    file = project / "urls.txt"
    file.write_text("https://a.example\nftp://b.example\n")
    assert f"{file}, line 2:" in run("sites", "import", str(file), code=1)
    assert listed() == []


def test_a_file_like_sites_toml_is_imported_with_its_defaults(project: Path) -> None:
    file = project / "more.toml"
    file.write_text(
        '[schedule]\nat_once = 4\ntimezone = "Europe/London"\n'
        '[[site]]\nsite = "https://a.example"\ncron = "0 6 * * *"\nenabled = false\n'
    )
    assert "1 site added" in run("sites", "import", str(file), "--every", "auto")
    assert listed() == [
        {
            "timezone": "Europe/London",
            "site": "https://a.example",
            "cron": "0 6 * * *",
            "enabled": False,
            "name": "a.example",
        }
    ]
