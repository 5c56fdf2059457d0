"""The Mint Magazine, the first user of newscrawl."""

from __future__ import annotations

from typing import Any, Final

from newscrawl.spiders.wordpress import WordPressSpider

HOME: Final = "https://www.themintmagazine.com/"


class MintSpider(WordPressSpider):
    """Archives The Mint Magazine; ``-a site=`` points it at a replica."""

    name = "mint"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"site": HOME, **arguments})
