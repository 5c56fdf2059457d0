"""``scrapy extract``: the article of one page, for a terminal or as JSON."""

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

    from newscrawl.crawl.article_reader import ArticleReader
    from newscrawl.extract.page_result import Page
    from newscrawl.net.response import Fetch

UNKNOWN_URL: Final = "https://page.invalid/"
"""The URL of a page in a file that names no URL itself."""

_FOUND: Final = (
    *("title", "authors", "published", "modified", "publisher", "section", "language", "agency"),
    *("image", "url"),
)
"""The fields of an extraction that are shown, one per line, with their sources."""

_WIDTH: Final = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The result of one page.

    Attributes:
        answer: The response.
        page: The page as the extractor reads it.
        article: The record's ``article`` without its link, as the policy allows.
        parts: The number of pages that the article was read from.
    """

    answer: Answer
    page: Page
    article: dict[str, Any]
    parts: int

    @property
    def exit_code(self) -> int:
        """The exit code: 0 for a whole article, 3 for a page without one, 1 for no page."""
        if self.answer.outcome is not None:
            return EXIT_CODES[FAILED]
        return EXIT_CODES[COMPLETE if self.page.outcome == FETCHED else PARTIAL]

    def json(self) -> str:
        """Return JSON: the ``article``, and the details that no record has."""
        found = self.page.extraction
        details = {
            **self.article,
            "detail": self.page.detail,
            "parts": self.parts,
            "next_page": self.page.next_page,
            "section": found.section if found else None,
            "agency": found.agency if found else None,
            "sources": found.sources if found else {},
        }
        return printable_json(orjson.dumps(details, option=orjson.OPT_INDENT_2).decode())

    def lines(self) -> Iterator[str]:
        """Yield the lines for a terminal; text of the page is escaped."""
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
            origin = f"   [{source}]" if source else ""
            yield (
                name.capitalize() if name != "url" else "Canonical",
                f"{_words(found[name])}{origin}",
            )
        parts = f", {self.parts} pages" if self.parts > 1 else ""
        more = f", continues at {self.page.next_page}" if self.page.next_page and not parts else ""
        yield "Text", f"{found['word_count']} words{parts}{more}"
        yield "Extractor", f"{found['extractor']}, confidence {found['confidence']:.2f}"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "-"
    if isinstance(value, dict):
        return " ".join(filter(None, (value["url"], value["caption"] or value["alt"])))
    return str(value or "-")


async def inspect(answer: Answer, reading: ArticleReader, fetch: Fetch | None = None) -> Inspection:
    """Return the article of a response.

    Args:
        fetch: Fetches the page that it redirects to, and its further parts. None for a page in a
            file, which sends no request.
    """
    if fetch is None:
        answers, page = [answer], await reading.page(answer, "")
    else:
        answers, page = await reading.read_article(answer, "", fetch)
    article = reading.article(answers[0], page, now_iso())
    return Inspection(answer=answers[0], page=page, article=article, parts=len(answers))


async def inspect_file(
    file: Path, url: str | None, reading: ArticleReader, most: int
) -> Inspection:
    """Return the article of a page in a file.

    Args:
        url: The URL of the page; None to use the one that the page names.
        most: The largest size of a page in bytes.

    Raises:
        ConfigurationError: If the file cannot be read.
    """
    answer = _answer_in(file, url or UNKNOWN_URL, most)
    if url is None and answer.outcome is None:
        with suppress(WorkerError):  # reading the page fails in the same way, and reports it
            stated = await reading.workers.run(stated_url, answer)
            answer = replace(answer, url=stated or UNKNOWN_URL)
    return await inspect(answer, reading)


def _answer_in(file: Path, url: str, most: int) -> Answer:
    try:
        with file.open("rb") as opened:
            body = opened.read(most + 1)
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror or error}): expected a file with a page, or a"
            " URL that starts with http:// or https://"
        ) from error
    if len(body) > most:
        return Answer(url=url, outcome="too_large", detail=f"more than {most:,} bytes")
    return Answer(url=url, status=200, headers={"content-type": "text/html"}, body=body)
