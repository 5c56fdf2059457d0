"""Killing the crawls of a bench, again and again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash.bench import PROJECT
from tests.crash.evidence import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.crash.bench import Bench, Crawl

KILLS = int(os.environ.get("NEWSCRAWL_KILLS", "12"))
"""How many crawls of the demo are killed; of the real WordPress, a fifth."""

EVIDENCE = Path(os.environ.get("NEWSCRAWL_EVIDENCE", PROJECT / ".evidence"))
"""The folder for the archive, files and logs of a kill that failed, and its point."""

POINTS = {
    "issue made": 1,  # the records are in the transaction
    "issue committed": 1,
    "line written": 2,  # in the middle of the file that is to be
    "part written": 1,
    "renamed": 1,
    "done made": 1,  # the folder is synced, the mark not committed
    "store made": 1,  # the posts are in the transaction, and the records of the complete ones
    "store committed": 1,
    "save_results committed": 2,
    "claim committed": 1,
    "folder synced": 1,
    "done committed": 1,
    "close committed": 1,
}
"""Points to be killed at, and up to which time there; the first six are those that matter most."""

SMALL_FILES = {
    "newscrawl.archive.segments.MAX_RECORDS": 5,
    "newscrawl.crawl.publisher.MAX_SECONDS": 0.5,
}
"""Files are full, or old, in the middle of a crawl, too."""

FIRST_SECONDS = 2.0
"""A random moment lies before this; it comes nearer when crawls survive, and else recedes."""


def kill_crawls(
    bench: Bench, *words: str, kills: int, change: Callable[[], object]
) -> Counter[str]:
    """Kill crawls, one half at named points and one at random moments; look after each.

    Args:
        words: More words of their command lines.
        change: Gives the site something that the next crawl finds.

    Returns:
        How many crawls were killed at each point, and how many ended before, as "survived".
    """
    witness, killed, seconds = Witness(bench), Counter[str](), FIRST_SECONDS
    points, start = cycle(POINTS.items()), partial(bench.start, *words, values=SMALL_FILES)
    while killed.total() - killed["survived"] < kills:
        assert killed["survived"] <= kills, f"too few crawls die: {killed}"
        change()
        if killed.total() % 2:
            place, moment = "a random moment", random.uniform(0.1, seconds)
            code = _kill_after(start(), moment)
            seconds *= 1.1 if code < 0 else 0.7
        else:
            place, most = next(points)
            moment = random.randint(1, most)
            code = start(points={place: (int(moment), "kill")}).ends()
        bench.note(f"{place}, {moment:g}: exit code {code}")
        killed[place if code == -signal.SIGKILL else "survived"] += 1
        witness.look()
    return killed


def _kill_after(crawl: Crawl, seconds: float) -> int:
    time.sleep(seconds)
    crawl.send(signal.SIGKILL)
    return crawl.ends()


@contextmanager
def kept_if_it_fails(bench: Bench) -> Iterator[None]:
    """Keep all that a bench has if the block fails: a kill at a random moment can't be repeated."""
    try:
        yield
    except BaseException as error:
        folder = EVIDENCE / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
        shutil.copytree(bench.folder, folder)
        (folder / "failure.txt").write_text("".join(traceback.format_exception(error)))
        error.add_note(f"The archive, the files, the logs and the kills are kept in {folder}")
        raise
