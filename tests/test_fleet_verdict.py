"""The simulation of many sites notices what it is there to notice."""

import json
from collections import defaultdict
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.fleet import Measured, earliest, late_rows, longest_gap, lost_and_doubled
from benchmarks.fleet_server import Log


def measured(began: float, ended: float) -> Measured:
    return Measured(began=began, ended=ended, cpu=0, crawls=0, memory_mb=0)


def test_the_longest_gap_counts_the_crawl_before_and_the_end() -> None:
    assert longest_gap([10, 100, 160, 220], measured(120, 230)) == 60
    assert longest_gap([10, 100, 160], measured(120, 300)) == 140
    assert longest_gap([], measured(100, 200)) == 100


def late_row(*asked: float) -> Row:
    """Judge two sites whose turns are at 100 and 200 s of a period of 1,000 s."""
    log = Log(crawls=defaultdict(list, {str(n): [at] for n, at in enumerate(asked)}))
    (row,) = late_rows(log, {"0": 100.0, "1": 200.0}, 1000.0)
    return row


def test_a_site_that_is_asked_late_or_never_misses_its_target() -> None:
    assert late_row(100.0, 290.0).ours == [0.09]
    assert list(late_row(100.0, 290.0).targets.values()) == [True]
    assert list(late_row(100.0, 310.0).targets.values()) == [False]
    assert list(late_row(100.0).targets.values()) == [False]


def test_a_request_that_comes_too_early_is_found() -> None:
    assert earliest([5.0, 0.0, 9.0], delay=5.0) == 0.8


def write(file: Path, *revisions: tuple[str, int]) -> None:
    lines = [
        {
            "guid": f"http://{host}/?p=1",
            "revision": number,
            "change": "created" if number == 1 else "updated",
        }
        for host, number in revisions
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_lost_and_doubled_posts_are_counted(tmp_path: Path) -> None:
    files = [tmp_path / "1.jsonl", tmp_path / "2.jsonl"]
    write(files[0], ("127.1.0.1", 1), ("127.1.0.1", 2))
    write(files[1], ("127.1.0.2", 1), ("127.1.0.2", 1))
    published = {"127.1.0.1": 1, "127.1.0.2": 1, "127.1.0.3": 1}
    assert lost_and_doubled(published, files) == (1, 1)
