"""Feeds are Atom as RFC 4287 defines it, whatever the records hold."""

from io import BytesIO
from typing import Any

import pytest

from newscrawl.tools.atom import AtomWriter
from tests.tools.atom import faults_of

RECORD: dict[str, Any] = {
    "site": "https://a.test/",
    "guid": "https://a.test/?p=1",
    "post_id": 1,
    "url": "https://a.test/one/",
    "title": "One & two",
    "modified": "2026-01-02T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "crawled": "2026-01-03T00:00:00Z",
    "authors": [{"id": 1, "name": "Ann"}, {"id": 2, "name": None}],
    "categories": [{"id": 1, "name": "News"}, {"id": 2, "name": None}],
    "tags": [],
    "excerpt": "In short",
    "html": "<p>Words</p>",
    "article": {"url": "https://b.test/one", "html": "<p>More words</p>"},
}
UNUSUAL: dict[str, dict[str, Any]] = {
    "usual": {},
    "nothing but the site": {
        **dict.fromkeys(("title", "modified", "published", "excerpt", "html", "article")),
        "authors": [],
        "categories": [],
    },
    "no address that is one": {"url": "no address", "html": None, "article": None},
    "an address in Unicode": {"url": "https://a.test/über-uns/?q=ä", "guid": "http://ä.test/?p=1"},
    "a guid that is no IRI": {"guid": "post 1 <of> many\x00"},
    "an empty guid": {"guid": ""},
    "characters that XML forbids": {"title": "]]>\x1b\ud800<b>", "html": "<p>\x0b</p>"},
    "an author without a name": {"authors": [{"id": 1, "name": ""}]},
}


def feed_of(*records: dict[str, Any]) -> bytes:
    file = BytesIO()
    feed = AtomWriter(file, "urn:uuid:9f1c0e8a-2f8f-5b0e-9d57-1a2b3c4d5e6f", "A feed")
    for record in records:
        feed.entry(record)
    feed.close()
    return file.getvalue()


@pytest.mark.parametrize("changed", UNUSUAL.values(), ids=UNUSUAL)
def test_an_entry_is_valid(changed: dict[str, Any]) -> None:
    assert faults_of(feed_of({**RECORD, **changed})) == []


def test_a_feed_without_entries_is_valid() -> None:
    assert faults_of(feed_of()) == []


@pytest.mark.parametrize("guid", ["", "https://a.test/?p=1"], ids=["no guid", "one guid"])
@pytest.mark.parametrize("has_id", [True, False], ids=["with ids", "without ids"])
def test_posts_have_ids_of_their_own(guid: str, has_id: bool) -> None:
    posts = [
        {**RECORD, "guid": guid, "url": f"https://a.test/{n}/", "post_id": n if has_id else None}
        for n in (1, 2)
    ]
    assert faults_of(feed_of(*posts)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"<updated>2026-01-02T00:00:00Z<", b"<updated>2026-01-02<"),
        (b"<id>https://a.test/?p=1</id>", b"<id>post 1</id>"),
        (b"<id>https://a.test/?p=1</id>", b""),
        (b"<name>Ann</name>", b"<name></name>"),
        (b'type="html"', b'type="text/html"'),
        (b'<category term="News"/>', b"<category/>"),
    ],
)
def test_the_validator_finds_what_is_wrong(right: bytes, wrong: bytes) -> None:
    feed = feed_of(RECORD)
    assert right in feed
    assert faults_of(feed.replace(right, wrong)) != []
