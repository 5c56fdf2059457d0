"""``scrapy sites``: the table of sites in the archive, for ``schedule`` and ``worker``."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from newscrawl.exceptions import ConfigurationError, NewscrawlError
from newscrawl.program import program
from newscrawl.tools.command_base import BaseCommand, add_json_option, say, say_json

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from newscrawl.archive.database import Archive

ACTIONS = ("add", "remove", "list", "import")


class Command(BaseCommand):
    def syntax(self) -> str:
        return "add URL ... | remove NAME ... | list | import FILE"

    def short_desc(self) -> str:
        return "Keep the sites of the schedule in the archive"

    def long_desc(self) -> str:
        return (
            "add: Add sites to a table in the archive, or change those of the same name."
            f" {program()} schedule and {program()} worker crawl them beside those of sites.toml."
            "\nremove: Delete sites from the table, by name; their posts stay."
            "\nlist: Show the table."
            "\nimport: Add the sites of FILE: a .toml file like sites.toml, or a text with one URL"
            " on each line.\nA schedule reads the table when it starts, workers read it each"
            " minute. Sends no request. Example:"
            f" {program()} sites add https://example.org --every auto"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--name", help="add: a name other than the site's address")
        parser.add_argument(
            "--every",
            metavar="PERIOD",
            help='add, import: the time from one crawl to the next, like 6h, or "auto"',
        )
        parser.add_argument("--cron", help="add, import: a cron expression instead of --every")
        parser.add_argument("--timezone", metavar="ZONE", help="add, import: of the expression")
        parser.add_argument("--spider", help="add: a spider other than wordpress")
        parser.add_argument(
            "-a",
            dest="arguments",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="add, import: an argument of each crawl (may be repeated)",
        )
        parser.add_argument(
            "--set-crawl",
            dest="settings_of_crawls",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="add, import: a setting of each crawl (may be repeated)",
        )
        add_json_option(parser, "site of list")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.archive.database import Archive

        action, rest = (args[0], args[1:]) if args else ("", [])
        if action not in ACTIONS or (action == "list") == bool(rest):
            raise UsageError(
                f"{program()} sites takes the word add and URLs; or the word remove and names; or"
                " the word list; or the word import and a file"
            )
        if action == "import" and len(rest) != 1:
            raise UsageError("sites import takes one file")
        if opts.name and (action != "add" or len(rest) != 1):
            raise UsageError("--name is the name of one site that is added")
        assert self.settings is not None
        try:
            with closing(Archive.open(self.settings["NEWSCRAWL_ARCHIVE"])) as archive:
                if action == "list":
                    self._list(archive, as_json=opts.json)
                elif action == "remove":
                    self._remove(archive, rest)
                elif action == "add":
                    given = {"name": opts.name, "spider": opts.spider}
                    common = {name: value for name, value in given.items() if value}
                    self._save(archive, [{"site": url, **common} for url in rest], opts)
                else:
                    self._import(archive, Path(rest[0]), opts)
        except NewscrawlError as error:
            raise self.failure(error) from None

    def _import(self, archive: Archive, path: Path, opts: argparse.Namespace) -> None:
        from newscrawl.schedule.new_sites import tables_of
        from newscrawl.tools.schedule_checks import check_in, spider_homes

        assert self.settings is not None
        tables = tables_of(path, spider_homes(self.settings), check_in(self.settings))
        self._save(archive, tables, opts)

    def _save(
        self, archive: Archive, tables: Sequence[dict[str, Any]], opts: argparse.Namespace
    ) -> None:
        from newscrawl.archive import scheduled_sites
        from newscrawl.schedule.new_sites import checked
        from newscrawl.tools.schedule_checks import check_in, spider_homes

        assert self.settings is not None
        tables = [_with_options(table, opts) for table in tables]
        entries = checked(tables, spider_homes(self.settings), check_in(self.settings))
        replaced = archive.call(scheduled_sites.save, entries)
        say(f"{_sites(len(entries) - replaced)} added, {replaced} changed")

    def _remove(self, archive: Archive, names: Sequence[str]) -> None:
        from newscrawl.archive import scheduled_sites
        from newscrawl.wordpress.site import site_key

        known = archive.read(scheduled_sites.load)
        found = [
            name if name in known else site_key(name, [name], name) if "://" in name else name
            for name in names
        ]
        if unknown := [name for name in found if name not in known]:
            raise ConfigurationError(
                f"The table has no site {unknown[0]!r}, so none is removed: {program()} sites list"
                " shows the names"
            )
        say(f"{_sites(archive.call(scheduled_sites.remove, found))} removed")

    def _list(self, archive: Archive, *, as_json: bool) -> None:
        from newscrawl.archive import scheduled_sites

        entries = archive.read(scheduled_sites.load)
        if not entries and not as_json:
            say(f"The table has no site: {program()} sites add URL adds one")
        for name, entry in entries.items():
            if as_json:
                say_json({**entry, "name": name})
                continue
            file = entry.get("file")
            when = entry.get("cron") or f"every {entry.get('every', '1d' if file else '1h')}"
            state = "" if entry.get("enabled", True) else " (off)"
            say(f"{name}  {entry.get('site') or entry.get('spider') or file}  {when}{state}")


def _sites(count: int) -> str:
    return "1 site" if count == 1 else f"{count} sites"


def _with_options(table: dict[str, Any], opts: argparse.Namespace) -> dict[str, Any]:
    """Return an entry with what the command line adds to it; the entry's own values win."""
    changed = dict(table)
    if not {"every", "cron"} & changed.keys():
        changed |= {key: getattr(opts, key) for key in ("every", "cron") if getattr(opts, key)}
    if opts.timezone:
        changed.setdefault("timezone", opts.timezone)
    for key, words in (("arguments", opts.arguments), ("settings", opts.settings_of_crawls)):
        if words:
            changed[key] = {**_pairs(words), **changed.get(key, {})}
    return changed


def _pairs(words: Sequence[str]) -> dict[str, str]:
    for word in words:
        if "=" not in word:
            raise UsageError(f"{word!r}: expected NAME=VALUE")
    return dict(word.split("=", 1) for word in words)
