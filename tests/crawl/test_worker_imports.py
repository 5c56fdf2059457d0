"""Each process imports what it needs: the crawl no parser of HTML, its workers no event loop."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CRAWL = (
    "newscrawl.spiders.wordpress",
    "newscrawl.pipelines.normalize",
    "newscrawl.pipelines.dedupe",
    "newscrawl.pipelines.store",
    "newscrawl.crawl.article_fetcher",
    "newscrawl.crawl.crawl",
)
WORKER = ("newscrawl.runtime.fork_server", "newscrawl.crawl.normalize", "newscrawl.extract.page")


def imported_with(modules: tuple[str, ...]) -> set[str]:
    """Return the modules of a new process that imports these."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("process", "others"),
    [
        (CRAWL, {"newscrawl.markup", "newscrawl.extract.page", "turbohtml", "nh3"}),
        (WORKER, {"asyncio", "scrapy", "sqlalchemy", "twisted", "requests", "trafilatura"}),
    ],
    ids=["crawl", "worker"],
)
def test_a_process_imports_nothing_that_only_others_need(
    process: tuple[str, ...], others: set[str]
):
    assert imported_with(process) & others == set()
