"""The record of the page about the output is valid; the first recipe folds revisions."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, PROJECT, Crawls

PAGE = (PROJECT / "docs/output.md").read_text()
RECIPES = (PROJECT / "docs/recipes.md").read_text()
SCHEMA = json.loads((PROJECT / "newscrawl/record.schema.json").read_text())


def block(language: str, page: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def fold(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {}
    exec(block("python", RECIPES), names)
    posts: list[dict[str, Any]] = names["posts"]
    return posts


def test_the_record_on_the_page_is_valid_and_has_every_key():
    record = json.loads(block("json", PAGE))
    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    assert record.keys() == SCHEMA["properties"].keys()


def test_no_list_or_table_of_the_schema_may_be_null():
    kinds = {"array", "object"}
    own = {name: part.get("type") for name, part in SCHEMA["properties"].items()}
    own |= {
        f"article.{n}": p.get("type") for n, p in SCHEMA["$defs"]["article"]["properties"].items()
    }
    assert [n for n, t in own.items() if isinstance(t, list) and kinds & set(t)] == []


@pytest.mark.slow
def test_the_script_gives_the_last_revision_of_each_post_that_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with DemoSite(empty=True) as site:
        edited, gone, same = (site.add_post(article=False) for _ in range(3))
        crawl = Crawls(site.url, tmp_path)
        assert crawl() == COMPLETE
        site.advance(hours=1)
        site.edit(edited, title="Edited")
        site.delete(gone)
        assert crawl("-a", "full=1") == COMPLETE, crawl.log
    tombstone = next(line for line in crawl.new("posts") if line["change"] == "deleted")
    lists = ("authors", "categories", "tags", "translations", "links")
    assert [tombstone[name] for name in lists] == [[]] * len(lists)
    assert tombstone["terms"] == {}
    posts = {post["post_id"]: post for post in fold(tmp_path, monkeypatch)}
    assert posts.keys() == {edited, same}
    assert posts[edited]["title"] == "Edited"


def test_the_script_keeps_apart_posts_that_share_a_guid_and_follows_one_to_its_new_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "output" / "example.org"
    folder.mkdir(parents=True)
    lines = [
        {"guid": "shared", "post_id": 1, "revision": 1, "status": "publish"},
        {"guid": "shared", "post_id": 2, "revision": 1, "status": "publish"},
        {"guid": "moved", "post_id": None, "revision": 1, "status": "publish"},
        {"guid": "moved", "post_id": 7, "revision": 2, "status": "publish"},
        {"guid": "shared", "post_id": 1, "revision": 2, "status": "publish"},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "posts-000001.jsonl").write_text(text)
    found = fold(tmp_path, monkeypatch)
    assert sorted((post["post_id"], post["revision"]) for post in found) == [(1, 2), (2, 1), (7, 2)]
