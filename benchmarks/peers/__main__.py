"""``python -m benchmarks.peers``: other programs that archive WordPress, beside newscrawl.

Each program archives the same local site: once as it should be, and once for each fault that real
servers have. The table shows how many of the posts came, and the exit code. A program that lost
posts and exits with 0 told nobody. `uvx` installs the programs, in exact versions.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawl.testing.site import DemoSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

POSTS = 250
"""Three lists of 100 posts."""

FAULTS = {
    "": "none",
    "flaky": "each list fails the first time",
    "junk-before-json": "a PHP notice before the JSON",
    "one-broken-post": "500 for lists with one certain post",
    "small-pages": "per_page over a limit is refused",
    "rest-closed-401": "the REST API is closed",
}

START = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of the first post; each other one is an hour later."""

SECONDS = 120
"""The most that one program may take."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that archives a site.

    Attributes:
        command: Returns the words of its command for the URL of a site.
        posts: Yields the posts that it wrote into a folder.
    """

    name: str
    command: Callable[[str], list[str]]
    posts: Callable[[Path], Iterable[Any]]


def _newscrawl(url: str) -> list[str]:
    settings = {
        "NEWSCRAWL_ARCHIVE": "archive.sqlite",
        "NEWSCRAWL_OUTPUT": "output",
        "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
        "NEWSCRAWL_BACKOFF": "0",
        "DOWNLOAD_DELAY": "0",
    }
    options = [word for item in settings.items() for word in ("-s", "=".join(item))]
    return [
        str(Path(sys.executable).with_name("newscrawl")),
        "crawl",
        "wordpress",
        "-a",
        f"site={url}",
        "-a",
        "articles=0",
        *options,
    ]


def _lines(folder: Path, pattern: str) -> Iterable[Any]:
    for file in folder.rglob(pattern):
        yield from map(json.loads, file.read_bytes().splitlines())


def _lists(folder: Path, pattern: str) -> Iterable[Any]:
    for file in folder.rglob(pattern):
        yield from json.loads(file.read_bytes())


PROGRAMS = (
    Program("newscrawl", _newscrawl, lambda folder: _lines(folder, "output/*/posts-*.jsonl")),
    Program(
        "wpextract 1.1.1",
        lambda url: ["uvx", "-q", "wpextract==1.1.1", "download", f"{url}/", "json"],
        lambda folder: _lists(folder, "json/*posts.json"),
    ),
    Program(
        "wpget 0.1.5",
        lambda url: ["uvx", "-q", "wpget==0.1.5", "-u", url, "-o", "posts.json"],
        lambda folder: _lines(folder, "posts.json"),
    ),
)


def archived(program: Program, fault: str) -> str:
    """Return how many posts a program archives of the site, and its exit code."""
    with tempfile.TemporaryDirectory() as name, DemoSite(empty=True) as site:
        for number in range(POSTS):
            date = f"{START + timedelta(hours=number):%FT%T}"
            site.add_post(article=False, date=date, date_gmt=date)
        if fault:
            site.set_fault(fault)
        folder = Path(name)
        try:
            ended = subprocess.run(
                program.command(site.url),
                cwd=folder,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no end after {SECONDS} s"
        try:
            posts = [post for post in program.posts(folder) if isinstance(post, dict)]
        except ValueError:  # its file is not JSON
            posts = []
    urls = {post.get("url") or post.get("link") for post in posts}
    return f"{len(urls)}, exit {ended.returncode}"


def main() -> None:
    """Print the table of all faults, or of those that the command line names."""
    faults = sys.argv[1:] or FAULTS
    print(f"Posts of {POSTS}, and the exit code\n")
    print(f"| fault | {' | '.join(program.name for program in PROGRAMS)} |")
    print("|---|" + "---|" * len(PROGRAMS))
    for fault in faults:
        cells = [archived(program, fault) for program in PROGRAMS]
        print(f"| {FAULTS[fault]} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
