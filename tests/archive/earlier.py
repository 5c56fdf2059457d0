"""Archives of every state of the tables that was ever released, and the site that they are of.

``python -m tests.archive.earlier NAME`` writes the archive that the present code makes of the site
to ``states/NAME.sql``. Run it before a table changes; NAME is that of the newest migration.
"""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newscrawl.testing.late_posts import late_article, late_paragraphs, late_title
from newscrawl.testing.post_markup import dressed
from newscrawl.testing.site import DemoSite

STATES = Path(__file__).with_name("states")
NETWORK, PORT = "127.0.53", 8053
"""The URLs in the archives: the site has to be at the same place each time."""
POSTS = range(1, 6)
WITH_ARTICLE = (2, 3)


@contextmanager
def small_site(network: str = NETWORK) -> Iterator[DemoSite]:
    """Run the site that the archives are of, as it was when it was crawled."""
    with DemoSite(empty=True, network=network, port=PORT) as site:
        for number in POSTS:
            local, gmt = site.magazine.stamps(_published(number))
            stamps: dict[str, Any] = {
                "date": local,
                "modified": local,
                "date_gmt": gmt,
                "modified_gmt": gmt,
            }
            site.add_post(late_title(number), id=number, **stamps, **_text(site, number))
        yield site


def _published(number: int) -> datetime:
    return datetime(2026, 1, number, 12, tzinfo=UTC)


def _text(site: DemoSite, number: int) -> dict[str, Any]:
    title, lead = late_title(number), late_paragraphs(number)
    if number not in WITH_ARTICLE:
        return {"article": False, "content": "".join(f"<p>{text}</p>\n" for text in lead)}
    publisher = site.publishers["harborwire"]
    article = late_article(publisher, number, title=title, published=f"{_published(number):%FT%TZ}")
    link = publisher.add(article)
    content = dressed("wire", lead[:1], url=link, publisher=publisher.title, lang="en")
    return {"link": link, "content": content}


def load(name: str, path: Path) -> None:
    """Make the archive of a state at *path*."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((STATES / f"{name}.sql").read_text())


def main(name: str, project: str = ".") -> None:
    """Crawl the site with the code of a project's folder, and write its archive as SQL."""
    with small_site() as site, tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "archive.sqlite")
        settings = {
            "NEWSCRAWL_ARCHIVE": archive,
            "NEWSCRAWL_OUTPUT": Path(folder, "output"),
            "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "DOWNLOAD_DELAY": 0,
        }
        words = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
        scrapy = (sys.executable, "-P", "-m", "scrapy")
        subprocess.run(
            [*scrapy, "crawl", "wordpress", "-a", f"site={site.url}", *words],
            cwd=project,
            env={"PATH": "", "PYTHONPATH": project},
            check=True,
        )
        with closing(sqlite3.connect(archive)) as connection:
            lines = "\n".join(connection.iterdump())
        (STATES / f"{name}.sql").write_text(f"{lines}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
