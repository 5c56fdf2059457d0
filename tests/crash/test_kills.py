"""Kill -9 at any moment, as often as you like, and run again: every revision is there once."""

import random
from pathlib import Path

from newscrawl.demo.site import DemoSite
from newscrawl.demo.tour import differences
from tests.crash.bench import Bench, Launcher
from tests.crash.evidence import check_all, latest
from tests.crash.ordeal import KILLS, kill_crawls


def test_crawls_killed_again_and_again_lose_and_double_nothing(
    launcher: Launcher, tmp_path: Path, site: DemoSite
):
    bench = Bench(launcher, tmp_path, site.url)

    def change() -> None:
        site.add_post()
        post_id = random.choice(list(site.posts))
        site.edit(post_id, title=f"Edited {random.random()}")

    killed = kill_crawls(bench, KILLS, change)
    print(killed)
    bench.crawl()
    check_all(bench)
    assert differences(site.posts, latest(bench.output)) == []
