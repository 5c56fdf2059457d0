"""Log lines that nothing from the network can forge or colour, and that leave items out."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final, Self

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.utils.log import get_scrapy_root_handler

from newscrawl.exceptions import NewscrawlError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure

# Control characters, those that turn the direction of a line around or start a new one, and halves
# of characters, which no file of UTF-8 takes.
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_CONTROL_BUT_LINES: Final = re.compile(
    _CONTROL.pattern.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f")
)
# These log several lines at a time, of their own making.
_MULTILINE_LOGGERS: Final = ("scrapy", "twisted", "py.warnings", "asyncio")


def printable(text: str) -> str:
    r"""Return *text* on one line, its control characters as escapes.

    >>> printable("title\x1b[31m\nnext")
    'title\\x1b[31m\\x0anext'
    """
    return _CONTROL.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


class PrintableFormatter(logging.Formatter):
    """Formats as another formatter does, and lets no control character through.

    Tracebacks keep their lines; a text that stands in a line of ours gets no line of its own.
    """

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        args = record.args
        if args and not record.name.startswith(_MULTILINE_LOGGERS):
            record = logging.makeLogRecord(record.__dict__)
            record.args = _printable_args(args)
        return _CONTROL_BUT_LINES.sub(_escape, self.inner.format(record))


def _printable_args(args: tuple[object, ...] | Mapping[str, object]) -> Any:
    if isinstance(args, tuple):
        return tuple(map(_printable, args))
    return {name: _printable(one) for name, one in args.items()}


def _printable(value: object) -> object:
    """Return a text, or an error, as one line; what else is logged is of our own making."""
    return printable(str(value)) if isinstance(value, str | BaseException) else value


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's messages about items, in one line without the item.

    Scrapy builds it at the start of a crawl, after its handler of the root logger: that is given
    the formatter above on the same occasion. And what it would not show is not made in the first
    place: Scrapy has something to say of each item, mostly for nobody.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 - Scrapy's signature
        handler = get_scrapy_root_handler()
        if handler is not None:
            if not isinstance(handler.formatter, PrintableFormatter):
                handler.setFormatter(PrintableFormatter(handler.formatter or logging.Formatter()))
            for name in (None, "scrapy"):
                logging.getLogger(name).setLevel(handler.level)
        return cls()

    def scraped(
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        result = super().scraped("", response, spider)
        return {"level": result["level"], "msg": "Scraped: %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        level = super().dropped("", exception, response, spider)["level"]
        args = {"exception": printable(str(exception)), "item": _name(item)}
        return {"level": level, "msg": "Dropped: %(exception)s (%(item)s)", "args": args}

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        level = super().item_error("", exception, response, spider)["level"]
        if isinstance(exception, NewscrawlError):
            level = logging.DEBUG  # the run ends of it, and says why, once
        return {"level": level, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


def _name(item: Any) -> str:
    """Return what tells an item from others: its type, and the first name that it has."""
    fields = item if isinstance(item, dict) else {}
    for field in ("guid", "url", "link"):
        name = fields.get(field) or getattr(item, field, None)
        if isinstance(name, str):
            return f"{type(item).__name__} {printable(name[:200])}"
    return type(item).__name__
