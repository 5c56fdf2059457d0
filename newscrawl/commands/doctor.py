"""``scrapy doctor``: check a site before its first crawl."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from newscrawl.exceptions import NewscrawlError
from newscrawl.program import program
from newscrawl.tools.command_base import INTERRUPTED, BaseCommand, add_json_option, say, say_json

if TYPE_CHECKING:
    import argparse

    from newscrawl.archive.database import Archive
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.tools.doctor import Diagnosis, Manners


class Command(BaseCommand):
    requires_crawler_process = True

    def syntax(self) -> str:
        return "[options] URL | mint"

    def short_desc(self) -> str:
        return "Check a site: API, post counts, robots.txt, estimated crawl time"

    def long_desc(self) -> str:
        return (
            "Send about a dozen requests, at the pace of a crawl. Show how to reach the API, its"
            " post types and counts, robots.txt, rights signals, the estimated time of a first"
            " crawl, and the lines of sites.toml for the site. Exit code 0: the API is open. 3: a"
            " feed or sitemap replaces it. 1: the site cannot be crawled. URL is any URL of the"
            f" site, as for crawl wordpress -a site=URL. Example: {program()} doctor https://example.org"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-a", action="append", default=[], metavar="site=URL", dest="given", help="as for crawl"
        )
        add_json_option(parser, "site")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        if other := next((word for word in opts.given if not word.startswith("site=")), None):
            raise UsageError(f"-a {other}: {program()} doctor takes only -a site=URL")
        args += opts.given
        if len(args) != 1:
            raise UsageError(f"{program()} doctor takes one URL, or the word mint")
        assert self.settings is not None
        if not opts.loglevel:  # hide what Scrapy logs when it starts
            self.settings.set("LOG_LEVEL", "WARNING", priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from newscrawl.run_summary import COMPLETE, EXIT_CODES, PARTIAL
        from newscrawl.tools.doctor import as_dict, lines

        assert self.settings is not None
        try:
            found, manners = self._examine(_url_of(args[0]))
        except NewscrawlError as error:
            raise self.failure(error) from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        if opts.json:
            say_json(as_dict(found, manners))
        else:
            say("\n".join(lines(found, manners)))
        self.exitcode = EXIT_CODES[PARTIAL if found.fallback_sources else COMPLETE]

    def _examine(self, url: str) -> tuple[Diagnosis, Manners]:
        from newscrawl.archive.database import Archive
        from newscrawl.crawl.one_off import run_one_off
        from newscrawl.crawl.resources import workers_of
        from newscrawl.tools.doctor import Doctor

        settings = self.settings
        assert settings is not None
        assert self.crawler_process is not None

        async def examine(fetcher: Fetcher) -> Diagnosis:
            workers = workers_of(settings)
            try:
                return await Doctor(partial(fetcher.fetch, request_type="api"), workers).examine(
                    url
                )
            finally:
                await workers.close()

        with closing(
            Archive.open(settings["NEWSCRAWL_ARCHIVE"], durable=False, ordered=False)
        ) as clock:
            found = run_one_off(self.crawler_process, clock, examine)
            return found, self._manners(clock, found)

    def _manners(self, clock: Archive, found: Diagnosis) -> Manners:
        from newscrawl.archive.hosts import read_robots
        from newscrawl.net.options import Options
        from newscrawl.rights.robots import Robots
        from newscrawl.tools.doctor import Manners
        from newscrawl.urls.hosts import host_key, host_name

        assert self.settings is not None
        options = Options.from_settings(self.settings)
        host = host_key(found.site.root or found.asked)
        is_opened = options.networks.opens(host_name(host))
        rules = clock.read(read_robots, host)
        return Manners(
            api=options.delay("api", is_opened=is_opened),
            article=options.delay("article", is_opened=is_opened),
            crawl_delay=Robots(rules.status, rules.text).crawl_delay if rules else 0.0,
        )


def _url_of(word: str) -> str:
    """Return the URL of a site as ``crawl`` takes it; "mint" is The Mint Magazine's.

    Raises:
        ConfigurationError: If it is not a URL.
    """
    from newscrawl.crawl.options import Arguments
    from newscrawl.spiders.mint import HOME

    return HOME if word == "mint" else Arguments.parse({"site": word.removeprefix("site=")}).site
