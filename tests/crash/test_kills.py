"""Kill -9 at any moment, as often as you like, and run again: every revision is there once."""

import random
from pathlib import Path

from newscrawl.demo.tour import differences
from newscrawl.testing.site import DemoSite
from tests.crash.bench import Bench, Launcher
from tests.crash.evidence import check_all, latest, latest_comments
from tests.crash.ordeal import KILLS, kill_crawls

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

    print(kill_crawls(bench, *EXTRAS, kills=KILLS, change=change))
    bench.crawl(*EXTRAS, "-a", "full=1")
    check_all(bench)
    assert differences(site.posts, latest(bench.output)) == []
    alive = {found for found in comments if site.magazine.comments[found].post in site.posts}
    seen = latest_comments(bench.output)
    assert {found: seen.get(found) for found in comments if found in seen} == {
        found: comments[found] for found in alive
    }
