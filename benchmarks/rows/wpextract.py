"""The CPU time of a whole walk of a real WordPress, beside wpextract's download and extraction."""

from __future__ import annotations

import resource
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from benchmarks import runs
from benchmarks.figures import Row, at_most
from benchmarks.rows.walk import seed
from tests.real.seed import Entry
from tests.real.server import RealWordPress
from tests.real.services import missing_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale
    from tests.real.seed import Seed

VERSION = "wpextract==1.1.1"
IMAGE = 90


def measure(scale: Scale, folder: Path) -> Iterator[Row]:
    """Walk a site that answers at once with both, in turn; the first pair warms WordPress up."""
    count = scale.wordpress_posts
    ours: list[float] = []
    theirs: list[float] = []
    note = "all processes but WordPress's; articles off"
    if missing := missing_packages():
        note = f"it needs packages: apt-get install {' '.join(missing)}"
    else:
        program = _installed(folder)
        with RealWordPress(lambda url: _seed(url, count)) as site:
            for turn in range(scale.repeats + 1):
                state = folder / str(turn)
                state.mkdir()
                ours.append(runs.crawl(site.url, state, "-a", "articles=0").all_cpu)
                theirs.append(_both_steps(program, site.url, state))
    yield Row(
        name="cpu_wordpress_walk",
        what=f"CPU of a walk of {count:,} posts on a real WordPress",
        unit="s",
        ours=ours[1:],
        baseline="wpextract 1.1.1, download and extract",
        theirs=theirs[1:],
        targets=at_most(0.5, ours[1:], theirs[1:]),
        note=note,
    )


def _installed(folder: Path) -> str:
    """Install wpextract in an environment of its own; return its path."""
    environment = folder / "environment"
    runs.command(["uv", "venv", "-q", str(environment)])
    python = str(environment / "bin/python")
    runs.command(["uv", "pip", "install", "-q", "--compile-bytecode", "--python", python, VERSION])
    return str(environment / "bin/wpextract")


def _seed(url: str, count: int) -> Seed:
    """Return the site of the walks, with a page and an image, without which wpextract fails."""
    site = seed(url, count)
    site.image(IMAGE, alt="A harbor")
    about = datetime(2019, 1, 1, tzinfo=UTC)
    site.add(Entry(title="About", content="<p>About us</p>", published=about, type="page"))
    return site


def _both_steps(program: str, url: str, state: Path) -> float:
    """Return the seconds of CPU time of both steps."""
    downloaded, dataset = str(state / "downloaded"), str(state / "dataset")
    started = _cpu_of_children()
    runs.command([program, "download", url, downloaded])
    runs.command([program, "extract", downloaded, dataset])
    return _cpu_of_children() - started


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
