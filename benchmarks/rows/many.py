"""The CPU time of a site of a schedule: in a process with others, and in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.server import World, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from benchmarks.scale import Scale

POSTS = 20
FEW = 2
"""The sites of a small schedule. Its cost is taken off: what is left is the cost of the others."""
MANY = {True: 12, False: 52}
"""The sites of a large schedule, by whether each has a process of its own."""


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Crawl all sites twice, in turn in both ways, and see what one more site costs."""
    costs: dict[tuple[bool, str], list[float]] = {}
    with serving(World(posts=POSTS, sites=MANY[False])) as served:
        for repeat in range(scale.repeats):
            for own, many in MANY.items():
                few, all_of_them = served.sites[:FEW], served.sites[:many]
                for turn in ("first", "nothing new"):
                    small = _cpu(folder / f"{repeat}-{own}-few", few, turn, own=own)
                    large = _cpu(folder / f"{repeat}-{own}-many", all_of_them, turn, own=own)
                    costs.setdefault((own, turn), []).append((large - small) / (many - FEW))
    yield _row("cpu_site_new", f"CPU of the first crawl of a site, {POSTS} posts", 0.35, costs)
    yield _row("cpu_site_idle", "CPU of a site with nothing new", 0.04, costs)


def _row(name: str, what: str, most: float, costs: dict[tuple[bool, str], list[float]]) -> Row:
    turn = "first" if name == "cpu_site_new" else "nothing new"
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


def _cpu(folder: Path, sites: Sequence[str], turn: str, *, own: bool) -> float:
    """Return the CPU seconds of a schedule that crawls each site once."""
    tables = [
        f'[[site]]\nname = "{number} {turn}"\nsite = "{site}"\narguments.articles = false\n'
        for number, site in enumerate(sites)
    ]
    folder.mkdir(exist_ok=True)
    file = folder / "sites.toml"
    common = f"[schedule]\nat_once = {4 if own else 50}\nown_process = {str(own).lower()}\n"
    file.write_text(common + "".join(tables))
    words = ["schedule", str(file), "--once", *runs.OWN_SERVER, *runs.state_words(folder)]
    run = runs.scrapy(*words, folder=folder)
    return run.cpu + run.workers
