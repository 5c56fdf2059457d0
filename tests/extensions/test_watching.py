"""Hooks, metrics and JSON logs: how other programs watch crawls."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from newscrawl.exceptions import ConfigurationError
from newscrawl.extensions.verdict_hook import call, check_hook
from newscrawl.testing.site import DemoSite
from tests.crawls import COMPLETE, FAILED, PARTIAL, Crawls


@pytest.mark.slow
def test_a_change_of_the_verdict_is_told_once_and_each_run_leaves_its_counts(tmp_path: Path):
    told = tmp_path / "told.jsonl"
    settings = {
        "NEWSCRAWL_ON_VERDICT": f"""sh -c 'cat >> "$0"; echo >> "$0"' {told}""",
        "NEWSCRAWL_METRICS": tmp_path / "metrics",
        "NEWSCRAWL_LOG_FORMAT": "json",
    }
    with DemoSite(empty=True) as site:
        for _ in range(2):
            site.add_post(article=False)
        crawl = Crawls(site.url, tmp_path)
        assert crawl("-a", "limit=1", **settings) == PARTIAL, crawl.log
        assert crawl("-a", "full=1", **settings) == COMPLETE, crawl.log
        assert crawl(**settings) == COMPLETE, crawl.log
    lines = [json.loads(line) for line in crawl.log.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    assert any(line["message"].startswith("Verdict: COMPLETE") for line in lines)
    changes = [json.loads(line) for line in told.read_text().splitlines()]
    assert [(c["before"], c["verdict"]) for c in changes] == [
        (None, "partial"),
        ("partial", "complete"),
    ]
    (file,) = (tmp_path / "metrics").iterdir()
    samples = dict(line.rsplit(" ", 1) for line in file.read_text().splitlines() if line[0] != "#")
    found = {name: value for name, value in samples.items() if "run_verdict" in name}
    assert sorted(found.values()) == ["0", "0", "1"]
    assert file.suffix == ".prom"


@contextmanager
def webhook(status: int) -> Iterator[tuple[str, list[Any]]]:
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            got.append((self.path, json.loads(self.rfile.read(size))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?key=1", got
        server.shutdown()
        thread.join()


def test_a_webhook_gets_json() -> None:
    with webhook(204) as (url, got):
        call(url, {"verdict": "partial"})
    assert got == [("/hook?key=1", {"verdict": "partial"})]


def test_a_webhook_that_answers_with_an_error_has_failed() -> None:
    with webhook(500) as (url, _), pytest.raises(ValueError, match="answered 500"):
        call(url, {})


@pytest.mark.parametrize(
    "hook",
    [
        *("no-such-command-here --x", "sh -c 'open", "http://[::1/x", "https:///x"),
        "https://ann:pw@hooks.example/x",
    ],
)
def test_a_command_that_can_not_run_is_an_error_of_the_configuration(hook: str) -> None:
    with pytest.raises(ConfigurationError, match="NEWSCRAWL_ON_VERDICT"):
        check_hook(hook)


@pytest.mark.slow
def test_a_wrong_format_of_the_log_stops_a_crawl(tmp_path: Path) -> None:
    crawl = Crawls("http://127.0.0.1:9/", tmp_path)
    assert crawl(NEWSCRAWL_LOG_FORMAT="xml") == FAILED
    assert "expected text or json" in crawl.log
