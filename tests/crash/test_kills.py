"""Kill -9 at any moment, as often as you like, and run again: every revision is there once."""

import random
from pathlib import Path

import pytest

from newscrawl.demo.tour import differences
from newscrawl.testing.site import DemoSite
from tests.crash import ordeal
from tests.crash.bench import Bench, Launcher
from tests.crash.evidence import check_all, latest, latest_comments
from tests.crash.ordeal import KILLS, kept_if_it_fails, kill_crawls

EXTRAS = ("-a", "comments=1", "-a", "media=1")


def test_crawls_killed_again_and_again_lose_and_double_nothing(
    launcher: Launcher, tmp_path: Path, site: DemoSite
):
    bench = Bench(launcher, tmp_path, site.url)
    comments: dict[int, str] = {}

    def change() -> None:
        edited, removed = random.sample(list(site.posts), 2)
        site.edit(edited, title=f"Edited {random.random()}")
        if random.random() < 0.25:  # a run deletes ten at most
            random.choice([site.trash, site.delete])(removed)
        text = f"Comment {random.random()}"
        comments[site.add_comment(site.add_post(), text)] = text

    with kept_if_it_fails(bench):
        print(kill_crawls(bench, *EXTRAS, kills=KILLS, change=change))
        bench.crawl(*EXTRAS, "-a", "full=1")
        check_all(bench)
        assert differences(site.posts, latest(bench.output)) == []
        alive = {found for found in comments if site.magazine.comments[found].post in site.posts}
        seen = latest_comments(bench.output)
        assert {found: seen.get(found) for found in comments if found in seen} == {
            found: comments[found] for found in alive
        }


def test_a_kill_that_fails_leaves_its_evidence(
    launcher: Launcher, tmp_path: Path, small_site: DemoSite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ordeal, "EVIDENCE", tmp_path / "evidence")
    bench = Bench(launcher, tmp_path / "bench", small_site.url)
    kill_crawls(bench, kills=1, change=small_site.add_post)
    with pytest.raises(AssertionError, match="a record is lost"), kept_if_it_fails(bench):
        raise AssertionError("a record is lost")
    (folder,) = (tmp_path / "evidence").iterdir()
    names = {path.name for path in folder.rglob("*")}
    assert {"archive.sqlite", "001.log", "kills.txt", "failure.txt"} <= names
    assert "issue made, 1: exit code -9" in (folder / "kills.txt").read_text()


def test_a_point_that_no_crawl_reaches_fails(tmp_path: Path, small_site: DemoSite):
    points = {"issue committed": (9999, "kill"), "renamed_since committed": (1, "kill")}
    with pytest.raises(AssertionError, match=r"no crawl reached \{'renamed_since committed'\}"):
        crawl_once(tmp_path, small_site.url, points)


def crawl_once(folder: Path, url: str, points: dict[str, tuple[int, str]]) -> None:
    with Launcher() as launcher:
        Bench(launcher, folder, url).crawl(points=points)
