"""Count the posts on which a pipeline failed without the others of their batch."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from newscrawl.exceptions import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawl.crawl.context import CrawlContext
    from newscrawl.items import NormalizedPost

logger = logging.getLogger(__name__)

P = TypeVar("P", bound="NormalizedPost")
A = TypeVar("A")


def without_failed(
    context: CrawlContext, posts: Sequence[P], answers: Sequence[A | Exception]
) -> Iterator[tuple[P, A]]:
    """Yield each post with its answer; log and count those whose answer is an error.

    Raises:
        NewscrawlError: If an answer is one: it ends the run.
    """
    for item, answer in zip(posts, answers, strict=True):
        if isinstance(answer, NewscrawlError):
            raise answer
        if isinstance(answer, Exception):
            context.tally.errors += 1
            logger.error("Error processing post %s", item.post.label, exc_info=answer)
        else:
            yield item, answer
