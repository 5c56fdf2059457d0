"""What is left of an article if newscrawl fails on a part of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from newscrawl.crawl.article_reader import ArticleReader
from newscrawl.extract.fingerprint import packed_signature
from newscrawl.extract.page import read_page
from newscrawl.extract.page_result import Page
from newscrawl.net.response import Answer
from newscrawl.rights.policy import Policies
from newscrawl.runtime.worker_pool import WorkerTimeout

if TYPE_CHECKING:
    from newscrawl.runtime.worker_pool import Workers


@pytest.mark.parametrize("error", [WorkerTimeout("not done after 10 s"), ValueError("a fault")])
def test_an_article_without_a_signature_is_kept(error: Exception) -> None:
    class Failing:
        async def run(self, *_: Any) -> Any:
            raise error

    reader = ArticleReader(cast("Workers", Failing()), Policies.parse(""))
    article = {"outcome": "fetched", "text": "Words.", "url": "https://example.org/a"}
    assert asyncio.run(reader.signature(article, Page(outcome="fetched"))) is None


class OwnProcess:
    """Runs the work of workers here, and counts it."""

    def __init__(self) -> None:
        self.calls = 0

    async def run(self, function: Any, *args: Any) -> Any:
        self.calls += 1
        return function(*args)


@pytest.mark.parametrize(("cut", "calls"), [(0, 0), (200, 1)])
def test_a_text_is_signed_once_more_only_if_it_is_not_that_of_its_page(cut: int, calls: int):
    words = " ".join(f"word{number}" for number in range(300))
    body = f"<html><body><article><h1>A story</h1><p>{words}.</p></article></body></html>".encode()
    page = read_page(Answer(url="https://example.org/a", status=200, body=body))
    assert page.extraction is not None
    text = (page.extraction.text or "")[cut:]
    workers = OwnProcess()
    reader = ArticleReader(cast("Workers", workers), Policies.parse(""))
    signed = asyncio.run(reader.signature({"outcome": "fetched", "text": text}, page))
    assert signed == packed_signature(text) is not None
    assert workers.calls == calls
