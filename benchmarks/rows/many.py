"""CPU time and memory of a site of a schedule: in a process with others, and in one of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.runs import Run
    from benchmarks.scale import Scale

POSTS = 20
FEW = 2
"""The sites of a small schedule. Its cost is taken off: what is left is the cost of the others."""
TURNS = ("first", "nothing new")
MANY = {True: 12, False: 52}
"""The sites of a large schedule, by whether each has a process of its own."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl all sites twice, in turn in both ways, and see what one more site costs."""
    costs: dict[tuple[bool, str], list[float]] = {}
    more: list[float] = []
    with serving(World(posts=POSTS, sites=MANY[False])) as served:
        for repeat in range(scale.repeats):
            for own, many in MANY.items():
                few, all_of_them = served.sites[:FEW], served.sites[:many]
                for turn in TURNS:
                    small = _run(folder / f"{repeat}-{own}-few", few, turn, own=own)
                    large = _run(folder / f"{repeat}-{own}-many", all_of_them, turn, own=own)
                    cost = (large.all_cpu - small.all_cpu) / (many - FEW)
                    costs.setdefault((own, turn), []).append(cost)
                    if not own and turn == TURNS[1]:
                        more.append((large.all_mb - small.all_mb) / (many - FEW))
        alone = [_alone(folder / f"alone-{repeat}", served.site) for repeat in range(scale.repeats)]
    yield _row("cpu_site_new", f"CPU of the first crawl of a site, {POSTS} posts", 0.35, costs)
    yield _row("cpu_site_idle", "CPU of a site with nothing new", 0.04, costs)
    yield Row(
        name="memory_site",
        what=f"memory that a site adds to a process that crawls {MANY[False] - FEW} at once (PSS)",
        unit="MB",
        ours=more,
        baseline="a process of its own",
        theirs=alone,
        targets=at_most(0.05, more, alone),
    )


def _row(name: str, what: str, most: float, costs: dict[tuple[bool, str], list[float]]) -> Row:
    turn = TURNS[name == "cpu_site_idle"]
    ours, theirs = costs[False, turn], costs[True, turn]
    return Row(
        name=name,
        what=f"{what}, in a process with {MANY[False]} sites",
        unit="s",
        ours=ours,
        baseline="in a process of its own",
        theirs=theirs,
        targets=at_most(most, ours, theirs),
    )


def _run(folder: Path, sites: Sequence[str], turn: str, *, own: bool) -> Run:
    """Run a schedule that crawls each site once."""
    tables = [
        f'[[site]]\nname = "{number} {turn}"\nsite = "{site}"\narguments.articles = false\n'
        for number, site in enumerate(sites)
    ]
    folder.mkdir(exist_ok=True)
    file = folder / "sites.toml"
    common = f"[schedule]\nat_once = {4 if own else 50}\nown_process = {str(own).lower()}\n"
    file.write_text(common + "".join(tables))
    words = ["schedule", str(file), "--once", *runs.OWN_SERVER, *runs.state_words(folder)]
    return runs.scrapy(*words, folder=folder)


def _alone(folder: Path, site: str) -> float:
    """Return the memory of a crawl that finds nothing new."""
    folder.mkdir()
    for _ in TURNS:
        run = runs.crawl(site, folder, "-a", "articles=0")
    return run.all_mb
