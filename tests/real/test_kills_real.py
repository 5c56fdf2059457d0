"""Kill -9 at any moment of a crawl of a real WordPress: nothing is lost, and nothing doubled."""

import random
from itertools import count
from pathlib import Path

from tests.crash.bench import Bench, Launcher
from tests.crash.evidence import check_all, latest
from tests.crash.ordeal import KILLS, kept_if_it_fails, kill_crawls
from tests.real.magazine import BUTTONS
from tests.real.publisher import Publisher
from tests.real.server import RealWordPress

REAL_KILLS = -(-KILLS // 5)


def test_crawls_killed_again_and_again_lose_and_double_nothing(
    small_wordpress: RealWordPress, publisher: Publisher, tmp_path: Path
) -> None:
    numbers = count(1000)

    def change() -> None:
        number = next(numbers)
        button = BUTTONS[number % len(BUTTONS)].format(url=publisher.article(number))
        small_wordpress.insert(f"Late report {number}", f"<p>In short.</p>{button}")
        post = random.choice(list(small_wordpress.truth.posts))
        small_wordpress.edit(post, post_title=f"Edited in round {number}")

    with Launcher() as launcher:
        bench = Bench(launcher, tmp_path, small_wordpress.url)
        with kept_if_it_fails(bench):
            print(kill_crawls(bench, kills=REAL_KILLS, change=change))
            bench.crawl()
            check_all(bench)
    records = latest(bench.output)
    true = {post.id: post.title for post in small_wordpress.published().values()}
    assert {record["post_id"]: record["title"] for record in records} == true
    assert {(record["article"] or {}).get("outcome") for record in records} <= {None, "fetched"}
    assert len(records) == 40 + next(numbers) - 1000
