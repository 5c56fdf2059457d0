"""Fetch the files of media: in parts, each once, within a budget, named by their hash."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import file_digest
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from newscrawl.archive import files
from newscrawl.archive.files import FOLDER, part_of
from newscrawl.exceptions import NewscrawlError
from newscrawl.outcomes import FETCHED, HEALING
from newscrawl.output.atomic_files import keep_file

if TYPE_CHECKING:
    from pathlib import Path

    from newscrawl.archive.files import WantedFile
    from newscrawl.crawl.context import CrawlContext
    from newscrawl.net.fetcher import Fetcher
    from newscrawl.net.response import Answer

PART_BYTES: Final = 4 * 1024 * 1024
"""Bytes of one request: a larger file is fetched in parts, so memory stays flat."""

AGAIN_SECONDS: Final = 6 * 3600.0
LATER_SECONDS: Final = 30 * 86_400.0
"""When a file is tried again after a failure that may pass, and after another one."""

_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})$", re.ASCII)
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,5}$")
_STATUS: Final = {
    401: "forbidden",
    403: "forbidden",
    451: "forbidden",
    404: "not_found",
    410: "gone",
}

LEFT: Final = "left"
"""The outcome of a file for which the budget has no room; a later run tries again."""


@dataclass(slots=True)
class FileSync:
    """Fetches the files of the media that have lines, one after the other.

    A file that is under way has a name with a dot. If the run ends, the next one continues it, if
    the server names the version of the file (ETag or Last-Modified) and sends parts.

    Args:
        budget: Bytes that all files of the archive may have.
    """

    context: CrawlContext
    fetcher: Fetcher
    budget: int
    _left: int = 0
    _outcomes: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Fetch what is wanted. What was left for want of room is tried again."""
        del self._outcomes[LEFT]
        archive, site_id = self.context.archive, self.context.site_id
        while await archive.run(files.note_urls, site_id):
            pass
        if not self.context.taken:
            present = await asyncio.to_thread(_paths, self.context.folder)
            await archive.run(files.forget_missing, site_id, present)
        self._left = self.budget - await archive.look(files.total_size)
        after, now = 0, time.time()
        while batch := await archive.look(files.wanted, site_id, after, now):
            after = batch[-1].row
            for wanted in batch:
                self._outcomes[await self._fetch(wanted)] += 1

    def note(self) -> None:
        """Note the outcomes in the summary."""
        counts = [f"{count} {outcome}" for outcome, count in self._outcomes.most_common()]
        if counts:
            left = "; set NEWSCRAWL_FILES_MIB for the rest" if self._outcomes[LEFT] else ""
            self.context.tally.notes.append(f"Files: {', '.join(counts)}{left}")

    async def _fetch(self, wanted: WantedFile) -> str:
        """Fetch a file to its end; return its outcome.

        Raises:
            NewscrawlError: If the disk is full or missing.
        """
        try:
            return await self._fetch_parts(wanted, self.context.folder / part_of(wanted.url))
        except OSError as error:
            folder = self.context.folder / FOLDER
            raise NewscrawlError(
                f"{folder} can't be written ({error.strerror or error}); nothing is lost: mend that"
                " and run again"
            ) from error

    async def _fetch_parts(self, wanted: WantedFile, part: Path) -> str:
        validator, size = wanted.validator, None
        await asyncio.to_thread(_begin, part, is_new=validator is None)
        while True:
            offset = await asyncio.to_thread(_size, part)
            answer = await self._request(wanted.url, offset, validator)
            is_whole = answer.headers.get("content-range") == f"bytes */{offset}"
            if answer.status == 416 and is_whole and offset:
                return await self._keep(wanted.url, part)  # a crash came right before this
            total = _total(answer, offset)
            if total is None or (answer.status == 206 and size not in (None, total)):
                return await self._fail(wanted.url, part, answer, validator)
            size = total
            if total > self._left:
                await asyncio.to_thread(part.unlink, missing_ok=True)
                return LEFT
            await asyncio.to_thread(_append, part, answer, offset)
            validator = _validator(answer)
            if await asyncio.to_thread(_size, part) >= total:
                return await self._keep(wanted.url, part)
            await self._save(wanted.url, outcome="pending", validator=validator)

    async def _request(self, url: str, offset: int, validator: str | None) -> Answer:
        headers = {
            "Range": f"bytes={offset}-{offset + PART_BYTES - 1}",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
        }
        if offset and validator:
            headers["If-Range"] = validator
        return await self.fetcher.fetch(url, headers, request_type="api")

    async def _fail(self, url: str, part: Path, answer: Answer, validator: str | None) -> str:
        outcome = _outcome(answer)
        may_pass = outcome in HEALING
        if not may_pass:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        due = time.time() + (AGAIN_SECONDS if may_pass else LATER_SECONDS)
        await self._save(url, outcome=outcome, due=due, validator=validator if may_pass else None)
        return outcome

    async def _keep(self, url: str, part: Path) -> str:
        digest, size = await asyncio.to_thread(_digest, part)
        suffix = _SUFFIX.search(urlsplit(url).path.lower())
        name = f"{digest[:2]}/{digest}{suffix[0] if suffix else ''}"
        await asyncio.to_thread(keep_file, part, part.parent / name)
        self._left -= size
        await self._save(url, outcome=FETCHED, sha256=digest, size=size, path=f"{FOLDER}/{name}")
        return FETCHED

    async def _save(self, url: str, **values: object) -> None:
        await self.context.archive.run(files.save, self.context.site_id, url, values)


def _total(answer: Answer, offset: int) -> int | None:
    """Return the size of the whole file; None if the answer is not the file, or its next part."""
    if answer.outcome is not None or _is_page(answer):
        return None
    if answer.status == 200:
        return len(answer.body)
    match = _RANGE.match(answer.headers.get("content-range", ""))
    if answer.status != 206 or match is None or int(match[1]) != offset:
        return None
    end, total = offset + len(answer.body), int(match[3])
    # A server that sends less than it was asked for could take any number of requests.
    return total if end == total or len(answer.body) == PART_BYTES else None


def _validator(answer: Answer) -> str | None:
    """Return the version of a file. A weak ETag is none: to it, servers answer with all of it."""
    etag = answer.headers.get("etag", "")
    return (etag if etag.startswith('"') else "") or answer.headers.get("last-modified")


def _is_page(answer: Answer) -> bool:
    """Return whether a page came instead of the file, as from a wall or for a lost file."""
    is_html = answer.headers.get("content-type", "").lower().startswith("text/html")
    return is_html and not urlsplit(answer.url).path.lower().endswith((".html", ".htm"))


def _outcome(answer: Answer) -> str:
    if answer.outcome is not None:
        return answer.outcome
    if answer.status >= 500:
        return "server_error"
    return _STATUS.get(answer.status, "not_found" if _is_page(answer) else "client_error")


def _begin(part: Path, *, is_new: bool) -> None:
    part.parent.mkdir(exist_ok=True)
    if is_new:
        part.unlink(missing_ok=True)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _append(part: Path, answer: Answer, offset: int) -> None:
    """Add a part of a file; a whole file replaces what is there."""
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(offset if answer.status == 206 else 0)
        file.write(answer.body)
        file.truncate()


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _paths(folder: Path) -> set[str]:
    """Return the paths of the files that are there, relative to the site's folder."""
    return {f"{FOLDER}/{path.parent.name}/{path.name}" for path in folder.glob(f"{FOLDER}/*/*")}
