"""Log records that no text of the network can forge, color or break.

Scrapy replaces its log handler several times while a crawl starts. So the escaping is part of the
record itself: it holds for every handler and every formatter, on a terminal and in a file.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from newscrawl.program import program
from newscrawl.urls.credentials import without_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Control characters from U+007F on; characters that change the direction of a line, start a new
# one, or show nothing; and halves of characters, which no UTF-8 file can hold. Words and emoji need
# the joiners U+200C and U+200D and the variation selectors.
_HIDDEN: Final = (
    r"\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb"
)
# Markup keeps these: they are parts of flags, and as two halves of JSON they are damaged in YAML.
_HIDDEN_BEYOND: Final = r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"

_CONTROL: Final = re.compile(rf"[\x00-\x1f{_HIDDEN}{_HIDDEN_BEYOND}]")
_CONTROL_EXCEPT_LINES: Final = re.compile(rf"[\x00-\x08\x0b-\x1f{_HIDDEN}{_HIDDEN_BEYOND}]")
_CONTROL_IN_MARKUP: Final = re.compile(f"[{_HIDDEN}]")

# Their arguments may have several lines, such as tables of settings and statistics.
_MULTILINE_LOGGERS: Final = ("scrapy", "twisted", "py.warnings", "asyncio")
# No line of a log starts like this, so the further lines of a message can't pass for a message.
_INDENT: Final = "    "


MAX_ARGUMENT: Final = 20_000
"""Characters of a text or an error in a message: a name of the network may have millions."""


def printable(text: str) -> str:
    r"""Return *text* on one line, with control characters as escapes.

    >>> printable("title\x1b[31m\nnext")
    'title\\x1b[31m\\x0anext'
    """
    return _CONTROL.sub(_escape, text)


def printable_lines(text: str) -> str:
    """Return *text* with control characters as escapes; tabs and line feeds stay."""
    return _CONTROL_EXCEPT_LINES.sub(_escape, text)


def printable_error(command: str, error: BaseException | str) -> str:
    """Return the one line that a command prints if it fails."""
    return printable(without_credentials(f"{program()} {command}: {error}"))


def printable_json(text: str) -> str:
    r"""Return JSON that means the same, with control characters as escapes.

    >>> printable_json('{"title": "\x9b31m"}')
    '{"title": "\\u009b31m"}'
    """
    return _CONTROL_IN_MARKUP.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def printable_xml(text: str) -> str:
    """Return XML that means the same, with control characters as references."""
    return _CONTROL_IN_MARKUP.sub(lambda match: f"&#x{ord(match[0]):x};", text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 256:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class PrintableRecord(logging.LogRecord):
    """A log record whose message and traceback can be written to any terminal or file.

    Texts and errors among the arguments stay on one line. Further lines of a message are indented.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[1] is not None:
            self.exc_text = printable_traceback(self.exc_info[1])

    def getMessage(self) -> str:  # noqa: N802 - the name of logging
        message = str(self.msg)
        if self.args:
            is_escaped = not self.name.startswith(_MULTILINE_LOGGERS)
            message %= _printable_args(self.args) if is_escaped else self.args
        message = without_credentials(message.replace("\n", f"\n{_INDENT}"))
        return printable_lines(message)


def _printable_args(args: tuple[object, ...] | Mapping[str, object]) -> Any:
    if isinstance(args, tuple):
        return tuple(map(_printable, args))
    return {name: _printable(value) for name, value in args.items()}


def _printable(value: object) -> object:
    """Return a text or an error as one line; other values can't hold text of the network."""
    if not isinstance(value, str | BaseException):
        return value
    text = str(value)
    return printable(text if len(text) <= MAX_ARGUMENT else f"{text[:MAX_ARGUMENT]}…")


def printable_traceback(error: BaseException) -> str:
    """Return the traceback of an error in which each message has one line."""
    return without_credentials("\n".join(_traceback_lines(error)))


def _traceback_lines(error: BaseException) -> Iterator[str]:
    for part in traceback.format_exception(error):
        text = part.removesuffix("\n")
        text = text if len(text) <= MAX_ARGUMENT else f"{text[:MAX_ARGUMENT]}…"
        # Frames and headings have several lines of our own. Everything else is a message.
        is_ours = text.startswith("\n") or text.lstrip(" |+-").startswith('File "')
        yield printable_lines(text) if is_ours else printable(text)


class JsonRecord(PrintableRecord):
    """A log record whose message is one JSON object: time, level, logger, message and error.

    The traceback is in the object, so the formatter adds no lines of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error = self.exc_text if self.exc_info else None
        self.exc_info = self.exc_text = None

    def getMessage(self) -> str:  # noqa: N802 - the name of logging
        time = datetime.fromtimestamp(self.created, UTC).isoformat(timespec="milliseconds")
        value = {
            "time": time.replace("+00:00", "Z"),
            "level": self.levelname,
            "logger": self.name,
            "message": super().getMessage().replace(f"\n{_INDENT}", "\n"),
        }
        return json.dumps(value if self.error is None else {**value, "error": self.error})


def write_logs_as(log_format: str) -> None:
    """Let all further records of this process be text, or JSON.

    The format of handlers has to be "%(message)s" for JSON.
    """
    logging.setLogRecordFactory(JsonRecord if log_format == "json" else PrintableRecord)


def make_log_records_printable() -> None:
    """Let all records of this process be printable, and let a full disk cost one line."""
    if logging.getLogRecordFactory() is not JsonRecord:
        logging.setLogRecordFactory(PrintableRecord)
    logging.Handler.handleError = _handle_error  # type: ignore[assignment,method-assign]


_handle_other_error: Final = logging.Handler.handleError
_reported: Final[set[str]] = set()


def _handle_error(handler: logging.Handler, record: logging.LogRecord) -> None:
    """Report once that the log can't be written; Python would print a traceback for each line."""
    error = sys.exc_info()[1]
    if not isinstance(error, OSError):
        _handle_other_error(handler, record)
        return
    if isinstance(handler, logging.FileHandler):
        _reopen_for_next_line(handler)
    if not _reported:
        _reported.add("disk")
        line = f"The log can't be written ({error.strerror}); newscrawl goes on without it\n"
        with suppress(OSError):
            os.write(2, line.encode())


def _reopen_for_next_line(handler: logging.FileHandler) -> None:
    """Drop the line that can't be written: it would make closing the file fail, too."""
    stream, handler.stream, handler.mode = handler.stream, None, "a"
    with suppress(OSError):
        if stream is not None:
            stream.close()
