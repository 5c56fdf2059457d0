"""The Mint Magazine, the first user of newscrawl."""

from __future__ import annotations

import logging
from typing import Any, Final

from newscrawl.spiders.wordpress import WordPressSpider
from newscrawl.wordpress.site import site_key

logger = logging.getLogger(__name__)

HOME: Final = "https://www.themintmagazine.com/"


class MintSpider(WordPressSpider):
    """Archives The Mint Magazine; ``-a site=URL`` archives another site instead."""

    name = "mint"

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"site": HOME, **arguments})
        url = self.arguments.site
        if site_key(url, [url], "") != site_key(HOME, [HOME], ""):
            logger.info(
                "-a site: this run archives %s, not The Mint Magazine. It is a site of its own in"
                " the archive and the output, as with crawl wordpress -a site=%s",
                url,
                url,
            )
