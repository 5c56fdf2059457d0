"""The output files of earlier runs: newer than the archive, or missing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from newscrawl.archive import forgotten, sites
from newscrawl.exceptions import ConfigurationError
from newscrawl.output.newer_files import newer_files, take_files_back
from newscrawl.output.writer import missing_files
from newscrawl.program import program
from newscrawl.wordpress.site import site_key

if TYPE_CHECKING:
    from newscrawl.crawl.context import CrawlContext

logger = logging.getLogger(__name__)

NO_SITE: Final = 0
"""The row of no site: all files are newer than what the archive has of it."""

MAX_NAMED_FILES: Final = 3
"""Missing files that the verdict names."""


async def refuse_forgotten(context: CrawlContext, key: str) -> None:
    """Refuse to crawl a site that was forgotten.

    If the archive is a copy from before, a folder in the output shows it.

    Raises:
        ConfigurationError: If it was.
    """
    identity = forgotten.hash_of(key)
    known = await context.archive.look(forgotten.names, forgotten.SITE)
    if identity in known or (context.output / forgotten.folder_of(identity)).exists():
        raise ConfigurationError(
            "This site was forgotten (scrapy forget), so it is not crawled: to crawl it again, use"
            " another NEWSCRAWL_ARCHIVE and another NEWSCRAWL_OUTPUT"
        )


async def warn_of_newer_files(context: CrawlContext, url: str) -> int | None:
    """Warn before the first request if the archive is older than the files of the site at *url*.

    If the archive does not know the site, the folder is the one that a site with this URL has.
    Return the row of the site if no file is newer; None if one is, or the archive has no such site.
    """
    key = site_key(url, [url], "")
    row = await context.archive.look(sites.named, url, key)
    name = sites.folder_name(key)
    if row is not None:
        name = await context.archive.look(sites.folder_of, row)
    folder = context.output / name
    if newer := await asyncio.to_thread(newer_files, context.archive, row or NO_SITE, folder):
        logger.warning(
            "The archive is older than %d files of %s, the first is %s: it is a restored copy,"
            " or a part of it was lost. Their lines are taken back into it",
            len(newer),
            folder,
            newer[0].name,
        )
    return None if newer else row


async def take_back_newer_files(context: CrawlContext) -> None:
    """Take the lines of files that are newer than the archive back into it."""
    count = await asyncio.to_thread(
        take_files_back,
        context.archive,
        context.site_id,
        context.folder,
        started=context.started,
    )
    if count:
        context.tally.notes.append(
            f"The archive was older than {count} files of {context.folder}: their lines are"
            " back in it"
        )


async def note_missing_files(context: CrawlContext) -> None:
    """Make the run partial if files of earlier runs are gone."""
    gone = await asyncio.to_thread(missing_files, context.archive, context.site_id, context.folder)
    if gone:
        some = ", ".join(gone[:MAX_NAMED_FILES]) + (", ..." if len(gone) > MAX_NAMED_FILES else "")
        context.tally.partial.append(
            f"{len(gone)} files are missing from {context.folder} ({some}): run {program()}"
            " verify --repair to write them again, or set NEWSCRAWL_OUTPUT_TAKEN=1 if you take"
            " files away yourself"
        )
