"""No message repeats a password."""

import logging

import pytest

from newscrawl.net.log_records import PrintableRecord
from newscrawl.urls.credentials import shown_url, without_credentials
from tests import forks


@pytest.mark.parametrize(
    "userinfo",
    ["me:secret", "me:sec@secret", "me:s/secret", "me:s?#secret", "me:s ecret", "secret"],
)
def test_a_url_is_shown_without_user_and_password(userinfo: str) -> None:
    shown = shown_url(f"postgresql+psycopg://{userinfo}@db.test:5432/news")
    assert shown == "postgresql+psycopg://***@db.test:5432/news"


@pytest.mark.parametrize(
    "text", ["https://example.org:8080/@user", "mail me@example.org", "http://[::1]:80/", "a://b"]
)
def test_messages_without_credentials_stay_as_they_are(text: str) -> None:
    assert without_credentials(text) == text


def test_a_log_record_shows_no_password() -> None:
    args = ({"settings": "{'NEWSCRAWL_ARCHIVE': 'postgresql://me:secret@db.test/news'}"},)
    record = PrintableRecord("scrapy.crawler", logging.INFO, "", 1, "%(settings)s", args, None)
    assert record.getMessage() == "{'NEWSCRAWL_ARCHIVE': 'postgresql://***@db.test/news'}"


@pytest.mark.parametrize(
    "words",
    [
        ["crawl", "wordpress", "-a", "site=https://me:secret@example.org"],
        ["crawl", "wordpress", "-a", "site=me:se@secret@example.org"],
        ["crawl", "wordpress", "-a", "site=http:/me:secret@example.org"],
        ["crawl", "wordpress", "-a", "site=//me:secret@example.org"],
        ["doctor", "https://me:secret@example.org/"],
        ["verify", "https://me:secret@example.org/"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=postgresql+psycopg://me:x@secret@127.0.0.1:1/a"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=postgresql+psycopg://me:x/secret@127.0.0.1:1/a"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=postgresql+psycopg://me:secret@127.0.0.1:1/a"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=postgresql+psycopg://127.0.0.1:1/a?password=secret"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=postgresql+psycopg://me:secret@[x/a"],
        ["report", "-s", "NEWSCRAWL_ARCHIVE=mysql://me:secret@127.0.0.1/a"],
        ["report", "-s", "NEWSCRAWL_PROXY=http://me:secret@127.0.0.1:1"],
        ["schedule", "-s", "NEWSCRAWL_ARCHIVE=postgresql://me:secret@127.0.0.1:x/a"],
    ],
)
def test_no_error_of_a_command_repeats_a_password(words: list[str], tmp_path) -> None:
    given = any("NEWSCRAWL_ARCHIVE" in word for word in words)
    archive = [] if given else ["-s", f"NEWSCRAWL_ARCHIVE={tmp_path}/archive.sqlite"]
    ended = forks.scrapy(*words, *archive, "-s", "NEWSCRAWL_ALLOWED_NETWORKS=127.0.0.0/8")
    assert ended.returncode != 0
    assert "secret" not in ended.stderr + ended.stdout, ended.stderr
    assert "Traceback" not in ended.stderr
