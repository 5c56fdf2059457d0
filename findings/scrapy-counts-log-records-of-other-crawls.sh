#!/usr/bin/env bash
# Scrapy: the statistics of a crawl count the log records of all crawls of the process.
#
# Scrapy documents several spiders in one process, and each crawler has statistics of its own. One expects
# that log_count/ERROR is the number of errors of that crawl. But the extension LogCount adds a handler to
# the root logger for each crawler, without a filter. So a crawl without any error reports those of its
# neighbours, and monitors that fail a crawl by log_count/ERROR (Spidermon's default) blame the wrong site.
# The cost of each record grows with the number of crawls, too.
#
# Way out: switch LogCount off if crawls share a process, or filter records by their attribute "spider",
# which only Scrapy's own messages have.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -qq --disable-pip-version-check scrapy==2.19.0
"$folder/env/bin/python" - <<'PYTHON' 2>/dev/null
import asyncio

import scrapy
from scrapy.crawler import AsyncCrawlerProcess


class Quiet(scrapy.Spider):
    name = "quiet"

    async def start(self):
        await asyncio.sleep(0.5)
        yield {"from": self.name}


class Noisy(Quiet):
    name = "noisy"

    async def start(self):
        self.logger.error("an error of this spider")
        async for item in super().start():
            yield item


process = AsyncCrawlerProcess({"LOG_LEVEL": "INFO"})
crawlers = [process.create_crawler(spider) for spider in (Quiet, Noisy)]
for crawler in crawlers:
    process.crawl(crawler)
process.start()
counts = {crawler.spider.name: crawler.stats.get_value("log_count/ERROR") for crawler in crawlers}
print(f"scrapy {scrapy.__version__}: log_count/ERROR of each crawl: {counts}")
assert counts == {"quiet": 1, "noisy": 1}
PYTHON
