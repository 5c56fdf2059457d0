"""The base of the commands, and of those that read an archive."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, LockHeld, NewscrawlError
from newscrawl.net.log_records import printable_error, printable_json, printable_lines
from newscrawl.program import program
from newscrawl.urls.credentials import shown_url

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from scrapy.settings import BaseSettings

    from newscrawl.archive.database import Archive

INTERRUPTED: Final = 130


class HelpFormatter(ScrapyHelpFormatter):
    """Keep the paragraphs of a description, and its example in one line that can be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        prose, _, example = text.partition("Example: ")
        paragraphs = [
            super(HelpFormatter, self)._fill_text(p, width, indent) for p in prose.split("\n")
        ]
        return "\n".join([*paragraphs, "", "Example:", f"  {example}"])


class BaseCommand(ScrapyCommand):
    """A command of this project."""

    requires_project = True
    requires_crawler_process = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        name_program(parser)
        parser.formatter_class = HelpFormatter

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.tools.validation import check_settings

        super().process_options(args, opts)
        refuse_options(args)
        assert self.settings is not None
        try:
            check_settings(self.settings)
            apply_log_format(self.settings)
        except NewscrawlError as error:
            raise self.failure(error) from None

    def failure(self, error: NewscrawlError) -> SystemExit:
        """Print an error's lines, mostly one, and return the exit with its exit code."""
        from newscrawl.run_summary import EXIT_CODES, FAILED, HELD

        name = type(self).__module__.rpartition(".")[2]
        for line in getattr(error, "lines", None) or [str(error)]:
            print(printable_error(name, line), file=sys.stderr)
        return SystemExit(EXIT_CODES[HELD if isinstance(error, LockHeld) else FAILED])


class ArchiveCommand(BaseCommand):
    """A command that gets its `answer` from an existing archive."""

    def answer(self, archive: Archive, args: Sequence[str], opts: argparse.Namespace) -> int:
        """Do what the command does, and return the exit code."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            with closing(open_existing(self.settings)) as archive:
                self.exitcode = self.answer(archive, args, opts)
        except NewscrawlError as error:
            raise self.failure(error) from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None


def apply_log_format(settings: BaseSettings) -> None:
    """Let the log of this process be JSON if the setting says so."""
    from newscrawl.net.log_records import write_logs_as

    write_logs_as(settings["NEWSCRAWL_LOG_FORMAT"])
    if settings["NEWSCRAWL_LOG_FORMAT"] == "json":
        settings.set("LOG_FORMAT", "%(message)s", priority="cmdline")
        settings.set("LOG_COLOR", value=False, priority="cmdline")


def name_program(parser: argparse.ArgumentParser) -> None:
    """Name the program that runs in the usage of a command; Scrapy always names ``scrapy``."""
    parser.usage = str(parser.usage).replace("scrapy", program(), 1)


def refuse_options(args: Sequence[str]) -> None:
    """Refuse words that start with a dash.

    Scrapy leaves options that it does not know among the arguments, and they would be taken for
    sites or URLs.

    Raises:
        UsageError: If there is one; Scrapy then exits with code 2.
    """
    unknown = next((word for word in args if word.startswith("-")), None)
    if unknown is not None:
        raise UsageError(f"Unknown option {unknown}: -h lists the options")


def open_existing(settings: BaseSettings) -> Archive:
    """Open the archive of these settings.

    Raises:
        ConfigurationError: If there is no archive.
        ArchiveError: If it can't be used.
    """
    from newscrawl.archive.database import Archive

    location = settings["NEWSCRAWL_ARCHIVE"]
    if "://" not in location and not Path(location).expanduser().exists():
        raise ConfigurationError(
            f"There is no archive at {location} yet: crawl a site, or set NEWSCRAWL_ARCHIVE"
        )
    return Archive.open(location)


def sites_named(archive: Archive, names: Sequence[str]) -> list[int]:
    """Return the ids of sites that are named by a URL or a host.

    Raises:
        ConfigurationError: If the archive knows no such site.
    """
    from newscrawl.archive import sites
    from newscrawl.wordpress.site import site_key

    ids = []
    for name in names:
        url = name if "://" in name else f"https://{name}"
        found = archive.read(sites.named, url, site_key(url, [url], ""))
        if found is None:
            raise ConfigurationError(
                f"The archive knows no site {shown_url(name)}: give the URL that was crawled"
            )
        ids.append(found)
    return ids


def publisher_named(name: str) -> str:
    """Return the host of a publisher that is named by its host or a URL.

    Raises:
        ConfigurationError: If it names no host.
    """
    from newscrawl.urls.hosts import host_key, host_name
    from newscrawl.urls.spelling import ascii_host

    host = host_name(host_key(name if "://" in name else f"https://{name}"))
    if not host:
        raise ConfigurationError(f"--publisher={name}: expected a host, like reuters.com")
    return ascii_host(host)


def add_json_option(parser: argparse.ArgumentParser, per_line: str) -> None:
    """Add ``--json``; *per_line* names what each line is about."""
    parser.add_argument("--json", action="store_true", help=f"print JSON, one {per_line} per line")


def say_json(value: object) -> None:
    """Print a JSON value or a dataclass on one line, without raw control characters."""
    import orjson

    say(printable_json(orjson.dumps(value).decode()))


def say(text: str) -> None:
    """Print, whatever the terminal can show, and as long as anybody reads."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        print(printable_lines(text), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
