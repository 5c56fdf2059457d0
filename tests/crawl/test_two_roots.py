"""A host with two REST roots, one of them a language: each post once, each edition kept."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from newscrawl.net.response import Answer
from tests.crawls import COMPLETE, Crawls
from tests.wordpress.fake import FakeSite, answer, post

ROOTS = ("/", "/en/")


class Host:
    """Two lists of posts below one home: of the whole, and of a language."""

    def __init__(self) -> None:
        self.lists = {root: FakeSite.of(0) for root in ROOTS}
        self.url = ""

    def answer(self, target: str) -> Answer:
        path = urlsplit(target).path
        root = "/en/" if path.startswith("/en/") else "/"
        if path == root:
            named = f'<{self.url}{root}wp-json/>; rel="https://api.w.org/"'
            return Answer(url="", status=200, headers={"link": named}, body=b"<html></html>")
        if path == f"{root}wp-json/":
            return answer({"name": "News", "home": self.url, "namespaces": ["wp/v2"]})
        return asyncio.run(self.lists[root].fetch(self.url + target))


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = host.answer(self.path)
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield host
        server.shutdown()
        thread.join()


def test_what_both_list_is_one_post_and_what_has_a_link_of_its_own_an_edition(
    host: Host, tmp_path: Path
) -> None:
    host.lists["/"].posts = {n: post(n) for n in (1, 2, 3)}
    english = {n: post(n, link=f"https://example.org/en/post-{n}/") for n in (1, 2)}
    host.lists["/en/"].posts = english | {3: post(3)}
    whole, language = (Crawls(f"{host.url}{root}", tmp_path) for root in ROOTS)
    for words in ((), (), ("-a", "full=1")):
        for crawl in (whole, language):
            assert crawl(*words) == COMPLETE, crawl.log
    urls = [line["url"] for line in whole.new("posts")]  # of all folders
    links = [f"https://example.org/post-{n}/" for n in (1, 2, 3)]
    assert sorted(urls) == sorted([*links, *(row["link"] for row in english.values())])
