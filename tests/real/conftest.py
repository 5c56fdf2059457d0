"""The real WordPresses that tests here may use, and change: each test finds them as seeded."""

from collections.abc import Iterator

import pytest

from tests.real.magazine import magazine, plain
from tests.real.publisher import Publisher
from tests.real.server import RealWordPress
from tests.real.services import missing_packages


@pytest.fixture(scope="session")
def publisher() -> Iterator[Publisher]:
    """The publisher with the full articles."""
    with Publisher() as server:
        yield server


@pytest.fixture(scope="session")
def large_site(publisher: Publisher) -> Iterator[RealWordPress]:
    """One server for the session; tests take ``wordpress``."""
    need_packages()
    with RealWordPress(lambda url: magazine(url, publisher.article)) as site:
        yield site


@pytest.fixture(scope="session")
def small_site(publisher: Publisher) -> Iterator[RealWordPress]:
    """One server for the session; tests take ``small_wordpress``."""
    need_packages()
    with RealWordPress(lambda url: plain(url, publisher.article)) as site:
        yield site


@pytest.fixture
def wordpress(large_site: RealWordPress) -> RealWordPress:
    """A magazine of 565 posts with every oddity."""
    large_site.reset()
    return large_site


@pytest.fixture
def small_wordpress(small_site: RealWordPress) -> RealWordPress:
    """A magazine of 40 ordinary posts."""
    small_site.reset()
    return small_site


def need_packages() -> None:
    """Skip, with the command that installs what is missing."""
    if missing := missing_packages():
        pytest.skip(f"no real WordPress here: apt-get install {' '.join(missing)}")
