"""A spider as in tutorials: fetch each article, extract it in the callback."""

import json
from pathlib import Path

import scrapy
import trafilatura


class Articles(scrapy.Spider):
    """``-a urls=FILE`` names a file with a URL a line."""

    name = "articles"
    custom_settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, urls):
        super().__init__()
        self.urls = Path(urls).read_text().split()

    async def start(self):
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response):
        found = trafilatura.extract(
            response.text, url=response.url, output_format="json", with_metadata=True
        )
        if found:
            yield {"url": response.url, **json.loads(found)}
