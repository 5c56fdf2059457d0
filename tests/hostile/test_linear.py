"""No text of a stranger takes longer than its length allows: each pattern and each function."""

import itertools
import re
import signal
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from newscrawl.net.response import Answer
from tests.hostile import shapes, walking
from tests.hostile.shapes import Shape

SIZES = (2_000, 8_000, 32_000)
"""Characters; each is four times the one before."""
MOST_TIMES = 5.2
"""How many times the CPU time of a size may take four times the size."""
FLOOR_SECONDS = 0.02
LIMIT_SECONDS = 2.0
"""What takes longer is ended: it would be far above any floor."""

PATTERN_EXCEPTIONS = {
    "newscrawl.extract.content.boilerplate._CLOCK": "of lines of at most 60 characters",
    "newscrawl.extract.links.target._ARTICLE_PATH": "of URLs of at most 4,096 characters",
    "newscrawl.extract.links.target:/(?:index\\.\\w+|home|[a-z]{2}(?:-[a-z]{2})?)?/*$": (
        "of URLs of at most 4,096 characters"
    ),
    "newscrawl.extract.metadata.title._SEPARATOR": "of titles of at most 2,000 characters",
    "newscrawl.extract.person_names._AND_MAYBE": "of bylines of at most 400 characters",
    "newscrawl.extract.person_names._HOUSE": "of names of at most 70 characters",
    "newscrawl.extract.person_names._MAIL": "of bylines of at most 400 characters",
    "newscrawl.extract.person_names._TITLE": "of bylines of at most 400 characters",
}
"""Why a pattern may take quadratic time: its text is short, and read in a worker with a limit."""
FUNCTION_EXCEPTIONS: dict[str, str] = {}
"""The same for functions."""


class OutOfTimeError(BaseException):
    """No handler of the code under test may catch it."""


def cpu_seconds(function: Callable[[str], Any], text: str) -> float:
    """Return the CPU time of a call; what the function raises about the text is no matter."""

    def end(*_: object) -> None:
        raise OutOfTimeError

    signal.signal(signal.SIGPROF, end)
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    try:
        result = function(text)
        if hasattr(result, "__next__"):
            for _ in result:
                pass
    except OutOfTimeError:
        return LIMIT_SECONDS
    except Exception:  # noqa: BLE001
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - started


def grows_too_fast(function: Callable[[str], Any], shape: Shape) -> str:
    """Return the sizes and times that show it, or an empty text."""
    for smaller, larger in itertools.pairwise(SIZES):
        if not _is_too_slow(function, shape, smaller, larger, runs=1):
            continue
        if found := _is_too_slow(function, shape, smaller, larger, runs=5):
            return found
    return ""


def _is_too_slow(
    function: Callable[[str], Any], shape: Shape, smaller: int, larger: int, *, runs: int
) -> str:
    before, after = (
        median(cpu_seconds(function, shape.text(size)) for _ in range(runs))
        for size in (smaller, larger)
    )
    if after <= MOST_TIMES * max(before, FLOOR_SECONDS):
        return ""
    return f"{shape}: {before:.3f} s for {smaller}, {after:.3f} s for {larger}"


def uses(pattern: re.Pattern[Any], method: str) -> Callable[[str], Any]:
    """Return a call of a method of a pattern on a text."""
    is_text = isinstance(pattern.pattern, str)

    def call(text: str) -> Any:
        subject = text if is_text else text.encode()
        if method in ("sub", "subn"):
            return getattr(pattern, method)("" if is_text else b"", subject)
        return getattr(pattern, method)(subject)

    return call


@pytest.mark.parametrize("place", sorted(walking.patterns().keys() - PATTERN_EXCEPTIONS.keys()))
def test_a_pattern_takes_linear_time(place: str) -> None:
    found = walking.patterns()[place]
    for method in found.methods:
        for shape in shapes.of_pattern(found.pattern):
            assert not grows_too_fast(uses(found.pattern, method), shape), method


def fed(function: Callable[..., Any], position: int) -> Callable[[str], Any]:
    """Return a call of a function with a text as one of its arguments; others are empty."""
    parameters = walking.text_parameters(function)

    def call(text: str) -> Any:
        given = [
            _argument(str(each.annotation), text if number == position else "")
            for number, each in enumerate(parameters)
        ]
        pairs = list(zip(parameters, given, strict=True))
        named = {each.name: value for each, value in pairs if each.kind is each.KEYWORD_ONLY}
        return function(*[v for each, v in pairs if each.name not in named], **named)

    return call


def _argument(annotation: str, text: str) -> Any:
    if annotation.startswith("bytes"):
        return text.encode()
    if annotation == "Answer":
        headers = {"content-type": "text/html", "link": text}
        body = text.encode()
        return Answer(url="https://example.org/", status=200, headers=headers, body=body)
    return text


@pytest.mark.parametrize("place", sorted(walking.functions().keys() - FUNCTION_EXCEPTIONS.keys()))
def test_a_function_that_reads_text_takes_linear_time(place: str) -> None:
    function = walking.functions()[place]
    module = sys.modules[function.__module__]
    for position, _ in enumerate(walking.text_parameters(function)):
        for shape in shapes.of_function(module):
            assert not grows_too_fast(fed(function, position), shape)


def test_the_exceptions_are_patterns_and_functions_of_today() -> None:
    assert walking.patterns().keys() >= PATTERN_EXCEPTIONS.keys()
    assert walking.functions().keys() >= FUNCTION_EXCEPTIONS.keys()
