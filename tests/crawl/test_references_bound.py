"""Posts that always refer to new authors, terms and images."""

import asyncio

import pytest

from newscrawl.archive import sites
from newscrawl.archive.database import Archive
from newscrawl.crawl import reference_resolver
from newscrawl.crawl.reference_resolver import ReferenceResolver
from newscrawl.net.response import Answer
from newscrawl.wordpress.posts import decode_post
from tests.wordpress.fake import SITE, FakeSite


@pytest.fixture
def archive(tmp_path):
    archive = Archive.open(str(tmp_path / "archive.sqlite"))
    yield archive
    archive.close()


def test_ids_that_are_always_new_are_requested_to_a_bound_and_counted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_resolver, "MAX_FREE", 300)
    site, site_id = FakeSite(), archive.call(sites.enter, "example.org", "https://a.org/", {}).id
    asked: list[str] = []

    async def fetch(url: str) -> Answer:
        asked.append(url)
        return await site.fetch(url)

    async def resolve() -> ReferenceResolver:
        references = ReferenceResolver(archive, SITE, site_id, fetch)
        for n in range(20):
            first = 1 + n * 400
            raw = {"id": n + 1, "tags": list(range(first, first + 400)), "author": 10_000 + n}
            post = decode_post(raw, SITE)
            await references.of([post])
        await references.flush()
        assert references.are_known(post)
        return references

    references = asyncio.run(resolve())
    assert references.surplus > 6_000
    assert len(asked) < 20


def test_more_references_than_a_statement_takes_are_looked_up(archive: Archive) -> None:
    site_id = archive.call(sites.enter, "example.org", "https://a.org/", {}).id
    from newscrawl.archive import reference_cache

    archive.call(reference_cache.save, site_id, "tags", {299_999: {"name": "last"}}, 1.0)
    found = archive.call(reference_cache.known, site_id, {"tags": set(range(1, 300_000))}, 1.0)
    assert found == {"tags": {299_999: {"name": "last"}}}
