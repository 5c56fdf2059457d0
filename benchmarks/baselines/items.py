"""Scrapy's own feed of JSON lines: yield each post of the API, page by page."""

import scrapy


class Items(scrapy.Spider):
    """``-a site=URL -a posts=N`` asks for as many posts, a hundred at a time."""

    name = "items"
    custom_settings = {
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, site, posts, fields):
        super().__init__()
        self.pages = [
            f"{site}/wp-json/wp/v2/posts?per_page=100&orderby=id&order=asc&offset={offset}"
            f"&_fields={fields}"
            for offset in range(0, int(posts), 100)
        ]

    async def start(self):
        for page in self.pages:
            yield scrapy.Request(page)

    def parse(self, response):
        yield from response.json()
