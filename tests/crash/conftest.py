"""A bench for each test: an archive, an output folder, and crawls of one site into them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests.crash.bench import Bench, Launcher

POSTS = 12


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


@pytest.fixture
def small_site() -> Iterator[DemoSite]:
    """A magazine of a few posts, each with its full article."""
    with DemoSite(empty=True) as site:
        for _ in range(POSTS):
            site.add_post()
        yield site


@pytest.fixture
def bench(launcher: Launcher, tmp_path: Path, small_site: DemoSite) -> Bench:
    return Bench(launcher, tmp_path, small_site.url)
