"""What was kept of an article in parts, read again without asking anybody; faults of ours."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from newscrawl.crawl.article_reader import ArticleReader
from newscrawl.net.response import Answer, Hop
from newscrawl.rights.policy import Policies
from newscrawl.runtime.worker_pool import Workers
from tests.extract.pages import page, paragraphs

ONE = "https://news.example/walls-and-water"
TWO = f"{ONE}?page=2"


def part(url: str, words: str, head: str = "", hops: tuple[Hop, ...] = ()) -> Answer:
    body = page(
        f"<article>{paragraphs()}<p>{words} of two parts ends here.</p></article>", head=head
    )
    headers = {"content-type": "text/html"}
    return Answer(url=url, status=200, body=body.encode(), headers=headers, hops=hops)


FIRST = part(ONE, "First", f'<link rel="next" href="{TWO}#top">')
SECOND = part(TWO, "Second")
MOVED = part(f"{ONE}/second", "Second", hops=(Hop(url=TWO, status=301),))
STRANGE = part("https://news.example/another-story", "Second")


def read_again(answers: Sequence[Answer]) -> dict[str, Any]:
    async def read() -> dict[str, Any]:
        reading = ArticleReader(Workers(1, 20, 300), Policies())
        try:
            return (await reading.again(answers, "", "2026-01-01T00:00:00Z"))[0]
        finally:
            await reading.workers.close()

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("name", "answers", "has_second"),
    [
        ("both parts", [FIRST, SECOND], True),
        ("a part that was redirected", [FIRST, MOVED], True),
        ("a part that is no part of it today", [FIRST, STRANGE], False),
        ("a part that was never kept", [FIRST], False),
    ],
)
def test_parts_are_joined_as_far_as_they_were_kept(name, answers, has_second):
    article = read_again(answers)
    assert article["outcome"] == "fetched", name
    assert "First of two" in article["text"], name
    assert ("Second of two" in article["text"]) is has_second, name
    assert article["fetched"] == "2026-01-01T00:00:00Z"


def fail(*_: object) -> None:
    raise RecursionError("too deep")


def test_a_fault_of_ours_costs_its_page_and_is_logged(caplog, monkeypatch):
    workers = Workers(1, 20, 300)
    monkeypatch.setattr(workers, "_call", fail)
    found = asyncio.run(ArticleReader(workers, Policies()).page(FIRST, ""))
    assert (found.outcome, found.detail) == ("extraction_failed", "RecursionError: too deep")
    assert found.is_unread
    assert f"newscrawl failed to read {ONE}" in caplog.text
