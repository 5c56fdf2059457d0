"""``scrapy demo``: crawls the embedded site for real, and checks the result against the truth."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from newscrawl.archive.private_files import make_private_folder
from newscrawl.program import program
from newscrawl.testing.publisher_faults import FAULTS
from newscrawl.testing.site import DemoSite
from newscrawl.testing.site_faults import SITE_FAULTS
from newscrawl.urls.canonical import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from newscrawl.testing.truth import Expected

COMPLETE, FAILED, PARTIAL = 0, 1, 3
"""Exit codes, as those of ``scrapy crawl``."""

VERDICTS = {
    COMPLETE: "complete: every post that the site shows is in the archive",
    PARTIAL: "partial: the crawl's last lines say what is missing, and why",
}

NAMED = 10
"""The number of differences from the truth that are shown."""

PROGRAM = "newscrawl" if program() == "newscrawl" else "uv run --no-dev scrapy"
"""Without the tools for tests: people who try the demo need none."""

BROWSE = f"{PROGRAM.replace('--no-dev', '--no-dev --extra browse')} browse"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Folders:
    """The demo's folders: below the project, emptied by each ``scrapy demo``.

    The ports of the site change each time, and with them its name in the archive.
    """

    project: Path

    @property
    def state(self) -> Path:
        return self.project / ".newscrawl" / "demo"

    @property
    def archive(self) -> Path:
        return self.state / "archive.sqlite"

    @property
    def output(self) -> Path:
        return self.project / "output" / "demo"

    def empty(self) -> None:
        for folder in (self.state, self.output):
            shutil.rmtree(folder, ignore_errors=True)
        make_private_folder(self.state)
        self.output.mkdir(parents=True)

    def settings(self) -> dict[str, str]:
        """Return the settings of a crawl of the demo."""
        return {
            "NEWSCRAWL_ALLOWED_NETWORKS": "127.0.0.0/8",
            "DOWNLOAD_DELAY": "0",
            "NEWSCRAWL_ARCHIVE": str(self.archive),
            "NEWSCRAWL_OUTPUT": str(self.output),
        }


def crawl_command(url: str, settings: Mapping[str, str]) -> list[str]:
    """Return the words of ``scrapy crawl wordpress`` for a site, after ``scrapy``."""
    options = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return ["crawl", "wordpress", "-a", f"site={url}", *options]


def run_crawl(url: str, settings: Mapping[str, str]) -> int:
    """Crawl a site in a process of its own, on this terminal, and return its exit code."""
    command = [sys.executable, "-m", "scrapy", *crawl_command(url, settings)]
    with subprocess.Popen(command) as crawl:
        while True:
            try:
                return crawl.wait()
            except KeyboardInterrupt:
                continue  # Ctrl-C reaches the crawl as well, which ends with a verdict


def tour(project: Path, faults: Iterable[str] = ()) -> int:
    """Archive the demo once, print the result, and return the exit code.

    Args:
        project: The folder of ``scrapy.cfg``.
        faults: Faults of the site to switch on, by name.
    """
    folders = Folders(project)
    make_private_folder(folders.state.parent)  # crawls of real sites use it later
    try:
        with FileLock(folders.state.with_suffix(".lock"), blocking=False):
            folders.empty()
            with DemoSite() as site:
                _switch_on(site, faults)
                return _toured(site, folders)
    except Timeout:
        _print("Another demo is running in this project: wait for it to end.")
        return FAILED


def _toured(site: DemoSite, folders: Folders) -> int:
    _print(
        f"{site.magazine.name} is up at {site.url}, with {len(site.publishers)} publishers on"
        " other addresses of this computer.",
        "newscrawl now crawls it like any other site. Nothing leaves this computer.",
        "",
    )
    code = run_crawl(site.url, folders.settings())
    if code == FAILED:
        _print("", "The crawl failed; its last lines give the reason.")
        return code
    records, truth = read_records(folders.output), site.posts
    wrong = differences(truth, records)
    _print("", "What the demo shows", f"  Verdict   {VERDICTS[code]}")
    _print(*_lines(truth, records, wrong, folders))
    return code if code != COMPLETE or not wrong else PARTIAL


def serve(project: Path, faults: Iterable[str] = ()) -> int:
    """Leave the demo up until Ctrl-C."""
    with DemoSite() as site:
        _switch_on(site, faults)
        command = shlex.join(crawl_command(site.url, Folders(project).settings()))
        names = [f"  {publisher.url:24} {p}" for p, publisher in site.publishers.items()]
        _print(
            f"{site.magazine.name}: {site.url}",
            f"Its REST API:           {site.url}/wp-json/",
            f"Its old host:           {site.alias_url}",
            "Its publishers:",
            *names,
            "",
            "Faults of publishers' pages, one post for each:",
            *(f"  {name:20} {fault.about}: {fault.outcome}" for name, fault in FAULTS.items()),
            f"Faults of the site itself, for `{PROGRAM} demo --serve --fault NAME`:",
            *(f"  {name:20} {fault.about}" for name, fault in SITE_FAULTS.items()),
            "",
            "Try, in another terminal:",
            f"  {PROGRAM} {command}",
            "Ctrl-C stops it.",
        )
        _wait_for_interrupt(site)
    return COMPLETE


def _wait_for_interrupt(site: DemoSite) -> None:
    try:
        site.wait()
    except KeyboardInterrupt:
        _print("", f"{len(site.log)} requests served.")


def _switch_on(site: DemoSite, faults: Iterable[str]) -> None:
    for name in faults:
        site.set_fault(name)
        _print(f"Fault {name}: {SITE_FAULTS[name].about}.")


def _print(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)  # flushed: a crawl writes to the same terminal


# --- The result ----------------------------------------------------------------------------------


def read_records(folder: Path) -> list[Record]:
    """Return the records of all JSON lines below a folder."""
    files = sorted(folder.rglob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def differences(truth: Mapping[int, Expected], records: Iterable[Record]) -> list[str]:
    """Return how records differ from the truth, in words; an empty list if they do not."""
    lines: dict[int, list[Record]] = {}
    for record in records:
        lines.setdefault(record["post_id"], []).append(record)
    wrong = [f"post {post_id} is not on the site" for post_id in lines.keys() - truth.keys()]
    for post_id, expected in truth.items():
        if len(lines.get(post_id, ())) != 1:
            wrong.append(f"post {post_id} has {len(lines.get(post_id, ()))} lines, not one")
        else:
            wrong += _difference(expected, lines[post_id][0])
    return wrong


def _difference(expected: Expected, record: Record) -> list[str]:
    article = record["article"] or {}
    pairs = {
        "title": (expected.title, record["title"]),
        "link": (expected.link, article.get("link")),
        "outcome": (expected.outcome, article.get("outcome")),
    }
    return [
        f"post {expected.post.id} has the {name} {found!r}, not {right!r}"
        for name, (right, found) in pairs.items()
        if right != found
    ]


def _lines(
    truth: Mapping[int, Expected], records: list[Record], wrong: list[str], folders: Folders
) -> list[str]:
    articles = [record["article"] for record in records if record["article"]]
    # As in the verdict: an article to which two posts link counts once.
    each = {canonical_url(article["link"]): article["outcome"] for article in articles}
    outcomes = Counter(each.values())
    files = sorted(folders.output.rglob("*.jsonl"))
    return [
        f"  Posts     {len(records)} lines for the {len(truth)} posts of the site",
        f"  Articles  {', '.join(f'{n} {name}' for name, n in outcomes.most_common()) or 'none'}",
        *_check_lines(wrong),
        *_sample(records),
        *(f"  File      {file.relative_to(folders.project)}" for file in files),
        "What to do next",
        f"  {PROGRAM} demo --serve                  leave the site up, and crawl it yourself",
        f"  {PROGRAM} crawl mint                    archive The Mint Magazine",
        f"  {PROGRAM} crawl wordpress -a site=URL   archive any site on WordPress",
        f"  {BROWSE} -s NEWSCRAWL_ARCHIVE={folders.archive.relative_to(folders.project)}",
        "      search and read the demo in a browser",
    ]


def _check_lines(wrong: list[str]) -> list[str]:
    if not wrong:
        return ["  Checked   every title, link and outcome is as it should be"]
    shown = [f"            {difference}" for difference in wrong[:NAMED]]
    return [f"  Checked   {len(wrong)} differences from what should have come:", *shown]


def _sample(records: list[Record]) -> list[str]:
    fetched = [r for r in records if (r["article"] or {}).get("outcome") == "fetched"]
    if not fetched:
        return []
    record = fetched[0]
    own, full = len((record["text"] or "").split()), record["article"]["word_count"]
    words = f"{own} words in the post, {full} in the article behind its button"
    return [f"  Example   “{record['title']}”: {words}"]
