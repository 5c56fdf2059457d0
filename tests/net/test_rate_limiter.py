"""Turns without a crawl: what they cost on the open internet, which no test may ask."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import Settings

from newscrawl.archive.database import Archive
from newscrawl.crawl.host_store import ArchivedHosts
from newscrawl.exceptions import ConfigurationError
from newscrawl.net.downloader import Download
from newscrawl.net.options import Options
from newscrawl.net.rate_limiter import RateLimiter, Traffic
from newscrawl.net.response import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://site.example/"


def options(**settings: Any) -> Options:
    defaults = Settings()
    defaults.setmodule("newscrawl.settings")
    defaults.update(settings)
    return Options.from_settings(defaults)


@pytest.fixture
def archive(tmp_path: Path, empty_archive: Path) -> Iterator[Archive]:
    archive = Archive.open(str(shutil.copy(empty_archive, tmp_path / "archive.sqlite")))
    yield archive
    archive.close()


def times_of_turns(archive: Archive, count: int, **settings: Any) -> list[float]:
    """Return when requests were made that took no time, in seconds."""
    times: list[float] = []

    async def send() -> Download:
        times.append(asyncio.get_running_loop().time())
        return Download(answer=Answer(url=URL, status=200), seconds=0.0)

    async def take() -> None:
        rate_limiter = RateLimiter(ArchivedHosts(archive), options(**settings))
        for _ in range(count):
            await rate_limiter.wait_and_send(URL, "api", send)

    asyncio.run(take())
    return times


def test_without_a_contact_public_hosts_get_half_as_many_requests(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, third = times_of_turns(archive, 3, DOWNLOAD_DELAY=0.1, NEWSCRAWL_CONTACT="")
    assert min(second - first, third - second) >= 0.2
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "-s NEWSCRAWL_CONTACT=" in caplog.text


def test_with_a_contact_there_is_no_warning(
    archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = times_of_turns(archive, 2, DOWNLOAD_DELAY=0.1, NEWSCRAWL_CONTACT="me@x.org")
    assert second - first >= 0.1
    assert not caplog.records


def test_the_web_ports_of_a_host_share_its_budget(archive: Archive) -> None:
    rate_limiter = RateLimiter(
        ArchivedHosts(archive), options(NEWSCRAWL_ALLOWED_NETWORKS="127.0.0.0/8")
    )
    urls = [
        "http://a.example",
        "https://a.example",
        "http://a.example:8080",
        "http://A.example:443",
    ]
    assert len({rate_limiter.host(f"{url}/").key for url in urls}) == 1
    own = ["http://127.0.0.1", "http://127.0.0.1:8080", "http://127.0.0.1:8443"]
    assert len({rate_limiter.host(f"{url}/").key for url in own}) == 3, (
        "each is a server of its own"
    )


@pytest.mark.parametrize(
    ("delay", "delays"), [("0", {"api": 0, "article": 0}), ("0.5", {"api": 0.5, "article": 5})]
)
def test_publishers_wait_unless_all_waiting_is_off(delay: str, delays: dict[str, float]) -> None:
    assert options(DOWNLOAD_DELAY=delay).delays == delays


def test_the_cap_of_articles_is_never_above_the_one_of_all() -> None:
    assert options(DOWNLOAD_MAXSIZE=1000).max_bytes == {"api": 1000, "article": 1000}


@pytest.mark.parametrize(
    "settings",
    [
        {"NEWSCRAWL_PROXY": "10.0.0.1:3128"},
        {"NEWSCRAWL_PROXY": "http://me:secret@10.0.0.1:3128"},
        {"NEWSCRAWL_PROXY": "https://10.0.0.1:3128"},
        {"NEWSCRAWL_PROXY": "http://10.0.0.1"},
        {"NEWSCRAWL_PROXY": "http://10.0.0.1:3128/path"},
        {"NEWSCRAWL_ALLOWED_NETWORKS": "localhost"},
        {"NEWSCRAWL_POLICY": "x=y"},
        {"NEWSCRAWL_CONTACT": "two words"},
        {"ROBOTSTXT_OBEY": "0"},
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str]) -> None:
    name = next(iter(settings))
    with pytest.raises(ConfigurationError, match=name) as error:
        options(**settings)
    assert "secret" not in str(error.value)


def test_the_peak_is_of_any_minute() -> None:
    traffic = Traffic()
    for now in (0.0, 10.0, 59.0, 61.0, 200.0):
        traffic.sent("a.example", now)
    counts = traffic.as_dict()["a.example"]
    assert (counts["requests"], counts["peak_per_minute"]) == (5, 3)
