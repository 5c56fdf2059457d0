"""What is left of an article if newscrawl fails on a part of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from newscrawl.crawl.article_reader import ArticleReader
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
    assert asyncio.run(reader.signature(article)) is None
