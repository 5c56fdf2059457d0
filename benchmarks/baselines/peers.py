"""The time of peers for articles, used as they document it: ``python peers.py NAME URLS REPORT``.

Runs in an environment of its own: news-please and newscrawl need different versions.
Images stay off: they are on other servers.
"""

import json
import sys
import time
from pathlib import Path


def newspaper4k(urls: list[str]) -> int:
    from newspaper import Article
    from newspaper.mthreading import fetch_news

    found = fetch_news([Article(url, fetch_images=False) for url in urls], threads=5)
    return sum(bool(article.text) for article in found)


def news_please(urls: list[str]) -> int:
    from newsplease import NewsPlease

    found = NewsPlease.from_urls(urls, request_args={"timeout": 30}, fetch_images=False)
    return sum(bool(article and article.maintext) for article in found.values())


if __name__ == "__main__":
    name, urls, report = sys.argv[1], Path(sys.argv[2]).read_text().split(), Path(sys.argv[3])
    run = {"newspaper4k": newspaper4k, "news-please": news_please}[name]
    run(urls[:2])  # modules that load at the first use are not counted
    started = time.perf_counter()
    items = run(urls)
    report.write_text(json.dumps({"seconds": time.perf_counter() - started, "items": items}))
