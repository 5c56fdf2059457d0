"""The article of one page, for ``scrapy extract``: read as in a crawl, and shown."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from newscrawl.crawl.context import now_iso
from newscrawl.exceptions import ConfigurationError
from newscrawl.extract.page import stated_url
from newscrawl.net.log_records import printable, printable_json
from newscrawl.net.response import Answer
from newscrawl.outcomes import FETCHED
from newscrawl.run_summary import COMPLETE, EXIT_CODES, FAILED, PARTIAL
from newscrawl.runtime.worker_pool import WorkerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newscrawl.crawl.article_reader import Reading
    from newscrawl.extract.page import Page
    from newscrawl.net.response import Ask

NOWHERE: Final = "https://page.invalid/"
"""The address of a page in a file without a canonical URL."""

_FOUND: Final = (
    *("title", "authors", "published", "modified", "publisher", "section", "language", "agency"),
    *("image", "url"),
)
"""The fields of an extraction that are shown one a line, with the source of each."""

_WIDTH: Final = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What came of a page.

    Attributes:
        answer: As it came.
        page: As it was read.
        article: The record's ``article``, less its link: what the policy lets stay.
        parts: Pages that it was read from.
    """

    answer: Answer
    page: Page
    article: dict[str, Any]
    parts: int

    @property
    def exit_code(self) -> int:
        """0 for a whole article, 3 for a page without one, 1 without a page."""
        if self.answer.outcome is not None:
            return EXIT_CODES[FAILED]
        return EXIT_CODES[COMPLETE if self.page.outcome == FETCHED else PARTIAL]

    def json(self) -> str:
        """Return it as JSON: the ``article``, and the fields that only this command shows."""
        found = self.page.extraction
        told = {
            **self.article,
            "detail": self.page.detail,
            "parts": self.parts,
            "next_page": self.page.next_page,
            "section": found.section if found else None,
            "agency": found.agency if found else None,
            "sources": found.sources if found else {},
        }
        return printable_json(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())

    def lines(self) -> Iterator[str]:
        """Yield it for a terminal; nothing of the page can move its cursor."""
        yield from (f"{name:{_WIDTH}}{printable(value)}" for name, value in self._facts())
        text = self.article.get("text")
        if text:
            yield ""
            yield from map(printable, text.split("\n"))

    def _facts(self) -> Iterator[tuple[str, str]]:
        detail = f": {self.page.detail}" if self.page.detail else ""
        yield "Outcome", f"{self.page.outcome}{detail}"
        way = [f"{hop.url} ({hop.status})" for hop in self.answer.hops]
        status = f" ({self.answer.status})" if self.answer.status else ""
        yield "Page", " -> ".join([*way, f"{self.answer.url}{status}"])
        if self.page.extraction is not None:
            yield from self._found(asdict(self.page.extraction))
        rights = [f"{name} {value}" for name, value in self.article["rights"].items() if value]
        yield "Rights", ", ".join(rights)

    def _found(self, found: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for name in _FOUND:
            source = found["sources"].get(name)
            told = f"   [{source}]" if source else ""
            yield (
                name.capitalize() if name != "url" else "Canonical",
                f"{_words(found[name])}{told}",
            )
        parts = f", {self.parts} pages" if self.parts > 1 else ""
        more = f", goes on at {self.page.next_page}" if self.page.next_page and not parts else ""
        yield "Text", f"{found['word_count']} words{parts}{more}"
        yield "Extractor", f"{found['extractor']}, confidence {found['confidence']:.2f}"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "-"
    if isinstance(value, dict):
        return " ".join(filter(None, (value["url"], value["caption"] or value["alt"])))
    return str(value or "-")


async def inspect(answer: Answer, reading: Reading, ask: Ask | None = None) -> Inspection:
    """Return what would come of an answer.

    Args:
        ask: For where it sends its readers, and for its further parts; None for a page in a file,
            of which nothing is asked.
    """
    if ask is None:
        answers, page = [answer], await reading.page(answer, "")
    else:
        answers, page = await reading.whole(answer, "", ask)
    article = reading.article(answers[0], page, now_iso())
    return Inspection(answer=answers[0], page=page, article=article, parts=len(answers))


async def inspect_file(file: Path, url: str | None, reading: Reading, most: int) -> Inspection:
    """Return what would come of a page in a file.

    Args:
        url: Where it came from; None for what it says itself.
        most: Bytes that a page may have.

    Raises:
        ConfigurationError: If the file can't be read.
    """
    answer = _answer_in(file, url or NOWHERE, most)
    if url is None and answer.outcome is None:
        with suppress(WorkerError):  # reading the page fails in the same way, and is reported there
            stated = await reading.workers.run(stated_url, answer)
            answer = replace(answer, url=stated or NOWHERE)
    return await inspect(answer, reading)


def _answer_in(file: Path, url: str, most: int) -> Answer:
    try:
        with file.open("rb") as opened:
            body = opened.read(most + 1)
    except OSError as error:
        raise ConfigurationError(
            f"{file} can't be read ({error.strerror or error}): give a file with a page, or a URL"
            " that starts with http:// or https://"
        ) from error
    if len(body) > most:
        return Answer(url=url, outcome="too_large", detail=f"it has more than {most:,} bytes")
    return Answer(url=url, status=200, headers={"content-type": "text/html"}, body=body)
