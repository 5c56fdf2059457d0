"""Plain Scrapy: fetch each page, and do nothing with it."""

from pathlib import Path

import scrapy


class Fetch(scrapy.Spider):
    """``-a urls=FILE`` names a file with a URL a line."""

    name = "fetch"
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
        assert response.status == 200
