"""A first walk that was killed: the next run goes on behind the posts that are durable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psutil

from tests.crawls import COMPLETE, Crawls
from tests.wordpress.fake import post
from tests.wordpress.served import ServedSite

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

POSTS = 600


def kill_at(offset: int, site: ServedSite) -> None:
    """Kill the crawl when it asks for the posts from *offset* on."""

    def kill(handler: BaseHTTPRequestHandler, path: str) -> None:
        found = re.search(r"content.*offset=(\d+)", path)
        if found and int(found[1]) >= offset:
            port = handler.client_address[1]
            for process in psutil.Process().children(recursive=True):
                if any(end.laddr and end.laddr.port == port for end in process.net_connections()):
                    process.kill()

    site.on_request = kill


def full_lists(site: ServedSite) -> list[int]:
    """Return the offsets of the lists of whole posts that were asked for."""
    lists = [path for path in site.log if "content" in path and "per_page=100" in path]
    return [int(found[1]) if (found := re.search(r"offset=(\d+)", path)) else 0 for path in lists]


def test_a_killed_first_walk_is_continued_and_complete(tmp_path: Path) -> None:
    with ServedSite(POSTS).run() as site:
        crawl = Crawls(f"{site.home}/", tmp_path)
        kill_at(450, site)
        assert crawl() not in (0, 3)
        durable = crawl.sql("select count(*) from posts where raw_hash is not null")[0][0]
        assert durable > 100
        site.on_request = lambda *_: None
        site.log.clear()
        # One was edited meanwhile, one deleted, and one published with a small id.
        edited = site.site.posts[5]
        edited["modified"] = edited["modified_gmt"] = "2026-02-01T00:00:00"
        edited["content"] = {"rendered": "<p>Edited.</p>", "protected": False}
        del site.site.posts[7]
        site.site.posts[POSTS + 1] = post(POSTS + 1)
        assert crawl() == COMPLETE
        assert min(full_lists(site)) == durable - 1
        lines = {line["post_id"]: line for line in crawl.new("posts")}
        assert lines.keys() >= site.site.posts.keys()
        assert "Edited." in lines[5]["text"]
        assert f"{POSTS} of {POSTS} seen" in crawl.log
