"""PostgreSQL is away, and the first signal comes: each command ends within a few seconds."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.testing.site import DemoSite
from tests import postgresql
from tests.crash.bench import FAILED, SETTINGS
from tests.postgresql import PostgreSQL

pytestmark = pytest.mark.slow

START_SECONDS = 60.0
END_SECONDS = 25.0
"""Far less than the 60 s for which a lost connection is retried, and enough on a busy machine."""


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A server of the test's own, as the test stops it."""
    with postgresql.available() as server:
        yield server


@pytest.fixture
def sites(tmp_path: Path, small_site: DemoSite) -> Path:
    file = tmp_path / "sites.toml"
    file.write_text(f'[[site]]\nname = "demo"\nsite = "{small_site.url}"\n')
    return file


def ends_at_the_first_signal(
    server: PostgreSQL, site: DemoSite, folder: Path, *words: str
) -> tuple[int, str]:
    """Start a command; stop the database and send SIGTERM while it walks the posts of the site.

    Returns:
        Its exit code and its output.
    """
    settings = {
        **SETTINGS,
        "DOWNLOAD_DELAY": 1,
        "NEWSCRAWL_ARCHIVE": server.new_database(),
        "NEWSCRAWL_OUTPUT": folder / "output",
    }
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", *words, *options], stdout=file, stderr=file
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not any("/wp/v2/posts" in visit.path for visit in site.log):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        server.stop()
        process.send_signal(signal.SIGTERM)
        return process.wait(END_SECONDS), log.read_text()
    finally:
        process.kill()
        process.wait()


def test_a_crawl_ends(server: PostgreSQL, tmp_path: Path, small_site: DemoSite) -> None:
    words = ("crawl", "wordpress", "-a", f"site={small_site.url}")
    code, log = ends_at_the_first_signal(server, small_site, tmp_path, *words)
    assert code == FAILED
    assert "run again: what was committed is kept" in log
    assert "Traceback" not in log


def test_a_schedule_ends(
    server: PostgreSQL, tmp_path: Path, small_site: DemoSite, sites: Path
) -> None:
    code, log = ends_at_the_first_signal(server, small_site, tmp_path, "schedule", str(sites))
    assert code == 0
    assert "Traceback" not in log


def test_a_worker_ends(
    server: PostgreSQL, tmp_path: Path, small_site: DemoSite, sites: Path
) -> None:
    code, log = ends_at_the_first_signal(server, small_site, tmp_path, "worker", str(sites))
    assert code == 0, log
    assert log.count("The jobs of this worker are left to others") == 1
    assert "Traceback" not in log
