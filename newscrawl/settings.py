"""Every setting of a crawl, and the only place that reads the environment and ``newscrawl.toml``.

A setting is given with ``-s NAME=value``, or in ``newscrawl.toml``; those that start with
``NEWSCRAWL_`` also as environment variables. ``-s`` wins over the environment, and the environment
over the file.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from scrapy.settings import default_settings


def project_folder() -> Path:
    """Return the folder of ``newscrawl.toml`` or ``scrapy.cfg``, relative to the current folder.

    It is the default place of state and files, in whatever folder of the project a command runs.
    Outside a project it is the current folder.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / name).exists() for name in ("newscrawl.toml", "scrapy.cfg")):
            return Path(os.path.relpath(folder))
    return Path()


def _read_file() -> dict[str, Any]:
    """Return the settings of ``newscrawl.toml``; its relative paths start at its folder."""
    folder = project_folder()
    try:
        given = tomllib.loads((folder / "newscrawl.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise SystemExit(f"{folder / 'newscrawl.toml'} can't be read: {error}") from None
    for name, value in given.items():
        if isinstance(value, list) and name.startswith("NEWSCRAWL_"):
            given[name] = ", ".join(map(str, value))
    for name in ("NEWSCRAWL_ARCHIVE", "NEWSCRAWL_OUTPUT"):
        if name in given and "://" not in str(given[name]):
            given[name] = str(folder / Path(str(given[name])).expanduser())
    return given


VERSION = "0.1.0"

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.spiders"]
NEWSPIDER_MODULE = "newscrawl.spiders"
COMMANDS_MODULE = "newscrawl.commands"

# --- Identification, and the rate of requests ------------------------------------------------

# An e-mail address or a page about this crawler, sent to every site in the User-Agent. While it is
# empty, a crawl of the open internet warns and runs at half the rate.
NEWSCRAWL_CONTACT = ""
# Seconds between two requests to an API; 0 switches all delays off, for a server of your own.
# Scrapy's default: 0.
DOWNLOAD_DELAY = 1
# Seconds between two requests to a publisher, if DOWNLOAD_DELAY is not 0.
NEWSCRAWL_ARTICLE_DELAY = 5.0
# Scrapy would make a delay shorter as well as longer; here jitter only ever adds.
DOWNLOAD_DELAY_JITTER = 0
# Seconds of the first pause after a host refuses us, if it names no time; each further refusal
# doubles it, up to a day.
NEWSCRAWL_BACKOFF = 60
# Seconds in total that a run waits for a host that refuses us; then the run skips the host.
NEWSCRAWL_HOST_PATIENCE = 600
# Further tries of a request to an API that failed for a passing reason. Scrapy's default, and name.
RETRY_TIMES = 2
# Requests at the same time, to different hosts; also the most pages in memory.
CONCURRENT_REQUESTS = 16
# Requests at the same time to one host. More would not be polite.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# robots.txt is obeyed by newscrawl's own fetcher, by RFC 9309: Scrapy's middleware, which allows on
# any error and never reads again, is off (see DOWNLOADER_MIDDLEWARES_BASE).
ROBOTSTXT_OBEY = True
# Hosts of the operator's own whose robots.txt is not read, comma-separated, by name.
NEWSCRAWL_ROBOTS_IGNORED_HOSTS = ""

# --- Allowed addresses -----------------------------------------------------------------------

# CIDRs of private networks that are allowed, comma-separated: "127.0.0.0/8".
NEWSCRAWL_ALLOWED_NETWORKS = ""
# The only proxy: "http://HOST:PORT", without credentials, or empty. It resolves names itself,
# so it has to refuse private addresses itself. Scrapy would also read the environment.
NEWSCRAWL_PROXY = ""
# The filter of addresses. Scrapy's own resolver knows IPv4 only and passes every address on.
TWISTED_DNS_RESOLVER = "newscrawl.net.dns_resolver.FilteringResolver"
# Seconds for a look-up. Scrapy's default: 60.
DNS_TIMEOUT = 15
# Scrapy's default is False: certificates would not be checked.
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- Limits of size and time -----------------------------------------------------------------

# Bytes of a body, after decompression. A hundred posts rarely have one MB; a larger list is
# requested again in halves. Scrapy's default: 1 GiB.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
# Bytes of a body from which Scrapy warns; 0 for never.
DOWNLOAD_WARNSIZE = 0
# The same for pages of publishers; no article is as large. Up to CONCURRENT_REQUESTS pages are in
# memory at once.
NEWSCRAWL_ARTICLE_MAXSIZE = 4 * 1024 * 1024
# Bytes of the headers of one response.
NEWSCRAWL_HEADERS_MAXSIZE = 64 * 1024
# Seconds for one whole response. Scrapy's default: 180.
DOWNLOAD_TIMEOUT = 60
# Seconds until a connection is open, including the look-up of the name.
NEWSCRAWL_CONNECT_TIMEOUT = 20
# Seconds without a byte within a response.
NEWSCRAWL_READ_TIMEOUT = 30
# Redirects of one request.
NEWSCRAWL_MAX_REDIRECTS = 10
# Seconds that a run spends on articles; the rest stays pending. 0 means no limit.
NEWSCRAWL_ARTICLES_SECONDS = 2700

# Days after which a run lists every id of a site again, to find deleted posts.
NEWSCRAWL_LISTING_DAYS = 7
# Days after which the run of a crawl is deleted from the archive; its totals and records stay.
NEWSCRAWL_RUNS_DAYS = 90
# The share of a site's archived posts that one run may delete; ten are always allowed. With more,
# the run deletes none and is partial: a truncated listing looks the same.
NEWSCRAWL_DELETED_SHARE = 0.05

# --- Archive, output and kept pages ----------------------------------------------------------

# The archive: a path, or a database URL. By default in the folder of scrapy.cfg.
NEWSCRAWL_ARCHIVE = str(project_folder() / ".newscrawl/archive.sqlite")
# The folder of the JSON lines; one folder per site in it. By default in the folder of scrapy.cfg.
NEWSCRAWL_OUTPUT = str(project_folder() / "output")
# Whether users take files out of NEWSCRAWL_OUTPUT. If not, a missing file makes a run partial.
NEWSCRAWL_OUTPUT_TAKEN = False
# More fields of a post to request and keep, comma-separated.
NEWSCRAWL_FIELDS = ""
# Adds the post as the API returned it to each record, as "raw".
NEWSCRAWL_RAW = False

# Keeps the pages of publishers whose policy is "full", so that `scrapy extract --again` can read
# them with a better extractor, without a request.
NEWSCRAWL_PAGES = True
# MiB that all kept pages may take in the archive; the oldest are deleted first. A page has 45 KB.
NEWSCRAWL_PAGES_MIB = 1024
# MiB that all files of `-a media=files` may take in the output folders; the rest is not fetched.
NEWSCRAWL_FILES_MIB = 1024

# The part of an article that is kept, by publisher: "full", "excerpt" or "metadata". A named host
# wins over the signals of its pages; signals win over "*": "reuters.com=metadata, *=full".
NEWSCRAWL_POLICY = ""

# --- Watching --------------------------------------------------------------------------------

# A URL that gets JSON by POST, or a command that gets it on its standard input, when the verdict of
# a site changes.
NEWSCRAWL_ON_VERDICT = ""
# A folder of text files for Prometheus's node exporter: each run writes one for its site.
NEWSCRAWL_METRICS = ""
# "text", or "json": then each line of the log is a JSON object.
NEWSCRAWL_LOG_FORMAT = "text"

# --- Processes -------------------------------------------------------------------------------

# Processes that normalize and extract; 0 for one per core.
NEWSCRAWL_WORKERS = 0
# Seconds of CPU time that one page may take in a worker. CPU time, so that a busy machine fails no
# page.
NEWSCRAWL_WORKER_SECONDS = 5.0
# MiB of memory that a worker may have.
NEWSCRAWL_WORKER_MEMORY = 240

# --- Scrapy's machinery ----------------------------------------------------------------------

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False
REFERER_ENABLED = False
RETRY_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
HTTPPROXY_ENABLED = False
# The fetcher counts requests and bytes by host. To measure a request, Scrapy would write it again.
DOWNLOADER_STATS = False
LOG_LEVEL = "INFO"
# Prints no items, and escapes text from the network in every log record.
LOG_FORMATTER = "newscrawl.extensions.log_formatter.LogFormatter"
# Each kind of request has headers of its own; Scrapy would ask every site for English.
DEFAULT_REQUEST_HEADERS: dict[str, str] = {}
# Headers, connecting and silence are capped; no other scheme than these two has a handler.
DOWNLOAD_HANDLERS = {
    "http": "newscrawl.net.download_handler.CappedHandler",
    "https": "newscrawl.net.download_handler.CappedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Our fetcher does the work of these by our rules, and no cookies are kept. They are off here, as
# Scrapy imports what DOWNLOADER_MIDDLEWARES names, also if the value is None.
DOWNLOADER_MIDDLEWARES_BASE = {
    **default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
}
# It inflates in place of Scrapy's.
DOWNLOADER_MIDDLEWARES = {"newscrawl.net.decompression.Compression": 590}
ITEM_PIPELINES = {
    # Normalize first: what is archived and compared is the normalized body.
    "newscrawl.pipelines.normalize.Normalize": 100,
    # Then dedupe: the archive needs to know which post a post is.
    "newscrawl.pipelines.dedupe.Dedupe": 200,
    # Last, as only records leave it.
    "newscrawl.pipelines.store.Store": 300,
}
# Titles come from the network, and a spreadsheet would run one that starts with "=".
FEED_EXPORTERS = {"csv": "newscrawl.output.csv_exporter.CsvItemExporter"}
EXTENSIONS = {
    "newscrawl.extensions.progress.Progress": 500,
    "newscrawl.extensions.last_words.LastWords": 500,
    "newscrawl.extensions.feed_failures.FeedFailures": 550,
    # After the last words: what they do can't delay the verdict.
    "newscrawl.extensions.metrics.Metrics": 600,
    "newscrawl.extensions.verdict_hook.VerdictHook": 700,
}
# Scrapy imports what EXTENSIONS names, also if the value is None: for the remote control, that
# would take 0.4 s of CPU time. It imports nothing that is None here.
EXTENSIONS_BASE = {
    **default_settings.EXTENSIONS_BASE,
    # It logs pages and items a minute; Progress logs posts and articles.
    "scrapy.extensions.logstats.LogStats": None,
    # Both are switched off above; not even their imports are left.
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
}

# The names that a user may give; tools/validation.py refuses others.
names = frozenset(name for name in globals() if name.startswith("NEWSCRAWL_"))
# The tests and benchmarks have variables of their own, and start commands with them.
of_tests = {
    "NEWSCRAWL_BEFORE",
    "NEWSCRAWL_CLUSTER_SITES",
    "NEWSCRAWL_CORPUS",
    "NEWSCRAWL_EVIDENCE",
    "NEWSCRAWL_KILLS",
    "NEWSCRAWL_NO_SKIP",
    "NEWSCRAWL_SEEDS",
}
# Unknown names become settings, too, so that each command can refuse them.
of_file = _read_file()
globals().update(of_file)
globals().update(
    {
        name: value
        for name, value in os.environ.items()
        if name.startswith("NEWSCRAWL_") and name not in of_tests
    }
)
