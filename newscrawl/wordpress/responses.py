"""An answer of the API as a value: decoded JSON, or a refusal with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from newscrawl.exceptions import NewscrawlError
from newscrawl.outcomes import HEALING, OUTCOMES
from newscrawl.wordpress import error_pages
from newscrawl.wordpress.json_document import find_document, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.net.response import Answer, Fetch

T = TypeVar("T")

REASONS: Final = OUTCOMES | {
    "error",  # an error object of the API, with its code
    "challenge",  # a page that wants a browser or a human
    "blocked",  # a firewall or a plugin refuses
    "unavailable",  # an error or maintenance page
    "page",  # another page: the site's own, a listing of a folder
    "xml",  # a feed, an export
    "text",  # neither JSON nor HTML, or JSON that is no object and no list
    "binary",
    "empty",
    "truncated",  # JSON that ends in the middle
    "malformed",  # JSON with a fault inside
    "shape",  # JSON of another shape than expected
}
"""Why an answer can't be used; the words of ``newscrawl.outcomes`` if no answer came at all."""

DAMAGED: Final = frozenset({"binary", "empty", "truncated", "malformed", "text"})
"""Reasons of an answer with a broken body."""
PASSING: Final = HEALING | DAMAGED | {"unavailable"}
"""Reasons that may be gone a moment later: the same request is worth another try."""

PASSING_CODES: Final = frozenset(
    {"wp_die", "internal_server_error", "too_many_requests", "rest_too_many_requests", "db_error"}
)
PASSING_STATUS: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 508, *range(520, 531)})
LIMIT_STATUS: Final = frozenset({200, 400, 406, 413, 422})
"""Statuses of an error object after which a request for fewer rows may succeed."""

CLOSED_CODES: Final = frozenset(
    {
        "rest_cannot_access",
        "rest_forbidden",
        "rest_not_logged_in",
        "rest_login_required",
        "rest_disabled",
        "rest_api_disabled",
        "itsec_rest_api_access_restricted",
        "rest_api_access_restricted",
        "unauthorized",
    }
)
CLOSED: Final = frozenset({"challenge", "blocked", "robots_disallowed", "unsafe_address"})
"""Reasons after which nothing else is tried at that address."""
BARRED: Final = frozenset({"challenge", "robots_disallowed", "unsafe_address"})
"""Reasons that close a site, and not only its API: no other source is tried."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The JSON of an answer.

    Attributes:
        value: An object or a list.
        junk: The place of other bytes around it: "", "before", "after", "before and after".
        status: The HTTP status; another one than 2xx if the body was good all the same.
    """

    value: Any
    junk: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer can't be used.

    Attributes:
        reason: A word of ``REASONS``.
        detail: One line for people.
        code: The code of an error object: "rest_no_route"; "" for anything else.
        status: The HTTP status, or the one that the error object names.
        parameters: What an error object finds wrong in the query.
        numbers: Numbers that an error object names for "per_page": its limit is among them.
    """

    reason: str
    detail: str
    code: str = ""
    status: int = 0
    parameters: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    def limit_below(self, size: int) -> int:
        """Return the limit of "per_page" that the error names, below *size*; 0 without it."""
        return max((number for number in self.numbers if 0 < number < size), default=0)

    @property
    def is_passing(self) -> bool:
        """The same request may succeed a moment later."""
        if self.reason != "error":
            return self.reason in PASSING and self.status not in (404, 410)
        return self.code in PASSING_CODES or self.status in PASSING_STATUS

    @property
    def is_damaged(self) -> bool:
        """The site answered, and the body is broken: `Fetch` retries only failures before that."""
        return self.reason in DAMAGED and 200 <= self.status < 300

    @property
    def is_limit(self) -> bool:
        """A request for fewer rows may succeed: the error is not about access."""
        return self.reason == "error" and self.status in LIMIT_STATUS and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """The site refuses: going around it would be rude."""
        if self.reason != "error":
            return self.reason in CLOSED
        return self.code in CLOSED_CODES or self.status in (401, 403)

    @property
    def is_barred(self) -> bool:
        """The site bars crawlers: by a challenge, or by a rule."""
        return self.reason in BARRED

    def __str__(self) -> str:
        return self.detail


class ListsClosed(NewscrawlError):
    """The API shows its index and lists no posts: the crawl continues without it, if it can."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def decode(answer: Answer) -> Decoded | Refusal:
    """Return the JSON object or list of an answer, or why there is none; never raises.

    A good body counts even with status 404 or 500 (caches, and plugins that fail while
    ending, do that), but not an empty one, and nothing that comes with 401, 403 or 429.
    """
    if answer.outcome:
        return Refusal(answer.outcome, answer.detail or answer.outcome, status=answer.status)
    found = find_document(answer.body)
    if isinstance(found, str):
        return _refuse(found, answer)
    if error := _error_of(found.value, answer.status):
        return error
    if 200 <= answer.status < 300 or (found.value and _is_odd_but_good(answer.status)):
        return Decoded(found.value, found.junk, answer.status)
    reason = error_pages.classify("", {}, answer.status)
    return Refusal(reason, f"HTTP {answer.status} with JSON", status=answer.status)


async def fetch_decoded(fetch: Fetch, url: str) -> tuple[Answer, Decoded | Refusal]:
    """Fetch a URL of the API and decode its answer; one more try if its body is damaged."""
    return await fetch_read(fetch, url, decode)


async def fetch_read(
    fetch: Fetch, url: str, read: Callable[[Answer], T | Refusal]
) -> tuple[Answer, T | Refusal]:
    """Fetch a URL of the API and read its answer; one more try if its body is damaged."""
    answer = await fetch(url)
    found = read(answer)
    if isinstance(found, Refusal) and found.is_damaged:
        answer = await fetch(url)
        found = read(answer)
    return answer, found


def objects(decoded: Decoded | Refusal) -> list[dict[str, Any]] | Refusal:
    """Return the objects of a list answer: other entries, which only plugins add, are dropped.

    A PHP array that lost an entry arrives as an object with numbers as keys; WordPress.com's older
    API puts the list into "posts".

    >>> objects(Decoded({"0": {"id": 4}, "2": {"id": 6}}))
    [{'id': 4}, {'id': 6}]
    """
    if isinstance(decoded, Refusal):
        return decoded
    entries = _entries(decoded)
    if entries is None:
        return Refusal("shape", "an object where a list was asked for", status=decoded.status)
    kept = [entry for entry in entries if isinstance(entry, dict)]
    if entries and not kept:
        return Refusal("shape", "a list without an object in it", status=decoded.status)
    return kept


def entry_count(decoded: Decoded | Refusal) -> int:
    """Return the number of entries of a list answer, also of those that are no objects.

    >>> entry_count(Decoded([{"id": 4}, None]))
    2
    """
    return 0 if isinstance(decoded, Refusal) else len(_entries(decoded) or ())


def _entries(decoded: Decoded) -> list[Any] | None:
    """Return the entries of a list answer; None if it is no list."""
    value = decoded.value
    if isinstance(value, dict) and isinstance(value.get("posts"), list):
        value = value["posts"]
    elif isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        value = list(value.values())
    return value if isinstance(value, list) else None


def total(answer: Answer) -> int | None:
    """Return X-WP-Total, or None if it is missing or no number.

    It may be stale or wrong, and is 0 on an empty page past the end of any list. A proxy may repeat
    it, and a site may group its digits.
    """
    said = answer.headers.get("x-wp-total", "").split(", ")[0].strip()
    parts = said.split(",")
    is_grouped = _GROUPED.fullmatch(said) and len(set(parts)) > 1
    said = "".join(parts) if is_grouped else parts[0]
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 13 else None


_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,3}")


def _is_odd_but_good(status: int) -> bool:
    return status == 404 or status >= 500


def _error_of(value: Any, status: int) -> Refusal | None:
    """Return the refusal that an error object means; its message is localised and decides nothing.

    The API's first version sent a list with one error object; WordPress.com has "error".
    """
    error = value[0] if isinstance(value, list) and value else value
    if not isinstance(error, dict) or "message" not in error or "id" in error:
        return None
    code = error.get("code", error.get("error"))
    if not isinstance(code, str | int):
        return None
    data = error["data"] if isinstance(error.get("data"), dict) else {}
    sent_status, wrong = data.get("status"), data.get("params")
    status = (
        sent_status
        if isinstance(sent_status, int) and not isinstance(sent_status, bool)
        else status
    )
    parameters = tuple(map(str, wrong)) if isinstance(wrong, dict | list) else ()
    detail = f"HTTP {status} {error_pages.one_line(str(code))}"
    numbers = _numbers(error, data) if status in LIMIT_STATUS else ()
    return Refusal("error", detail, str(code), status, parameters, numbers)


def _numbers(error: dict[str, Any], data: dict[str, Any]) -> tuple[int, ...]:
    """Return the numbers that an error object names for the size of a page.

    The sentence is localized, and plugins have their own. Numbers of another sentence do not count:
    "page 3" is no limit.
    """
    said = [
        part["per_page"]
        for part in (data.get("params"), data.get("details"))
        if isinstance(part, dict) and "per_page" in part
    ]
    message = str(error.get("message", ""))
    if _OF_SIZE.search(f"{error.get('code', '')} {message}"):
        said.append(message)
    text = " ".join(str(part)[:2_000] for part in said)
    return tuple(int(number) for number in _NUMBER.findall(text))


_OF_SIZE: Final = re.compile(
    r"per[ _-]?page|page[ _-]?size|limit|max|items|results|posts|entries|too[ _]many", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?<![\d.])\d{1,4}(?![\d.]*\d)")


def _refuse(word: str, answer: Answer) -> Refusal:
    """Return the refusal of a body without JSON."""
    text = text_of(answer.body[: 4 * error_pages.MAX_SEARCHED])
    seen = error_pages.classify(text, answer.headers, answer.status)
    is_said = word in ("page", "text") or answer.status >= 400 or seen == "challenge"
    reason = seen if is_said and seen != "page" else word
    quoted = error_pages.title_of(text) or (error_pages.one_line(text) if word == "text" else "")
    detail = f"HTTP {answer.status}, {_IN_WORDS[word]}" + (f" “{quoted}”" if quoted else "")
    return Refusal(reason, detail, status=answer.status)


_IN_WORDS: Final = {
    "too_large": "more JSON than is read at once",
    "page": "a page",
    "xml": "XML",
    "text": "text",
    "empty": "an empty body",
    "binary": "binary data",
    "truncated": "JSON that ends in the middle",
    "malformed": "damaged JSON",
}
