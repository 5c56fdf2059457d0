"""No text of a stranger takes longer than its length allows: each pattern and each function."""

import gc
import itertools
import math
import re
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pkgutil import resolve_name
from typing import Any

import pytest

from tests.hostile import arguments, shapes, walking
from tests.hostile.shapes import Shape
from tests.hostile.structures import Structure

SIZES = (2_000, 8_000, 32_000)
"""Characters; each is four times the one before."""
MOST_TIMES = 5.2
"""How many times the CPU time of a size may take four times the size."""
FLOOR_SECONDS = 0.02
"""Shorter times are mostly noise: they count as this."""
FAST_SECONDS = MOST_TIMES * FLOOR_SECONDS
"""What takes no longer passes, whatever the size before took."""
SHORT_SECONDS = 0.5
"""What a text that is always short may take, on a busy machine."""
LIMIT_SECONDS = 2.0
"""What takes longer is ended, and measured again with a limit of its own."""
RUNS = 5

PATTERN_LENGTHS = {
    "newscrawl.extract.content.boilerplate._CLOCK": 60,  # a line
    "newscrawl.extract.links.target:/(?:index\\.\\w+|home|[a-z]{2}(?:-[a-z]{2})?)?/*$": 4_096,
    "newscrawl.extract.metadata.authors._BETWEEN": 400,  # a byline
    "newscrawl.extract.metadata.dates._SENTENCE": 100,  # a line
    "newscrawl.extract.metadata.site_name.SEPARATOR": 2_000,  # a title
    "newscrawl.extract.person_names._AND": 400,  # a byline
    "newscrawl.extract.person_names._AND_MAYBE": 400,
    "newscrawl.extract.person_names._HOUSE": 70,  # a name
    "newscrawl.extract.person_names._MAIL": 400,
    "newscrawl.extract.person_names._OTHER_IN_BRACKETS": 400,
    "newscrawl.extract.person_names._PLACE": 400,
    "newscrawl.extract.person_names._TITLE": 400,
}
"""Patterns that may take quadratic time, because their texts have at most so many characters."""
FUNCTION_LENGTHS = {
    "newscrawl.extract.metadata.bylines._people": 200,  # a byline
    "newscrawl.extract.metadata.bylines._people_of": 200,
    "newscrawl.extract.metadata.site_name.without_site": 2_000,  # a title
    "newscrawl.extract.person_names._bare_name": 400,  # a byline
    "newscrawl.extract.person_names._parts": 400,
    "newscrawl.extract.person_names._parts_of_run": 400,
    "newscrawl.extract.person_names._whole": 400,
    "newscrawl.extract.person_names._without_role": 400,
}
"""The same for functions."""


class OutOfTimeError(BaseException):
    """No handler of the code under test may catch it."""


def cpu_seconds(function: Callable[[str], Any], text: str, limit: float = LIMIT_SECONDS) -> float:
    """Return the CPU time of a call, or infinity if it takes longer than *limit*.

    An error that the function raises about the text is no matter. No garbage is collected in the
    call: it has the garbage of other tests, and Python drops what is raised in a collection.
    """

    def end(*_: object) -> None:
        raise OutOfTimeError

    signal.signal(signal.SIGPROF, end)
    gc.disable()
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        with suppress(Exception, SystemExit):
            result = function(text)
            if hasattr(result, "__next__"):
                for _ in result:
                    pass
        signal.setitimer(signal.ITIMER_PROF, 0)
        return time.process_time() - started
    except OutOfTimeError:
        return math.inf
    finally:
        gc.enable()


def grows_too_fast(
    function: Callable[[str], Any], shape: Shape | Structure, *, runs: int = RUNS
) -> str:
    """Return the sizes and times that show it, or an empty text."""
    if cpu_seconds(function, shape.text(SIZES[0])) * 4**6 < FAST_SECONDS:
        return ""  # even cubic growth would be fast at the largest size
    for smaller, larger in itertools.pairwise(SIZES):
        after = cpu_seconds(function, shape.text(larger))
        if after * 4**3 < FAST_SECONDS:
            return ""  # even cubic growth would be fast at the next size
        if after <= FAST_SECONDS:
            continue
        before = min(cpu_seconds(function, shape.text(smaller)) for _ in range(2))
        is_suspect = after > MOST_TIMES * before or after == math.inf
        if is_suspect and (found := _times_of_a_suspect(function, shape, smaller, runs)):
            return found
    return ""


def _times_of_a_suspect(
    function: Callable[[str], Any], shape: Shape | Structure, smallest: int, runs: int
) -> str:
    """Return the times of three sizes if both steps together are too fast, or an empty text.

    One step may look too fast because the larger text fits into no cache. Two steps average that.

    Other processes only ever add to a time: they fill the caches and share the cores. So the least
    of several runs is nearest to the truth; a median isn't if they are busy for most of the runs.
    The sizes are measured in turn, so that a busy moment slows down all of them. No text comes
    twice, so that no cache of the code under test can answer.
    """
    sizes = (smallest, 4 * smallest, 16 * smallest)
    limit = LIMIT_SECONDS
    least = [math.inf] * len(sizes)
    for run in range(runs):
        for number, size in enumerate(sizes):
            text = shape.text(size + run * len(shape.unit))
            least[number] = min(least[number], cpu_seconds(function, text, limit))
            limit = MOST_TIMES**2 * max(min(least[0], LIMIT_SECONDS), FLOOR_SECONDS)
        if least[2] <= limit:
            return ""
    return f"{shape}: " + ", ".join(
        f"{seconds:.3f} s for {size}" for size, seconds in zip(sizes, least, strict=True)
    )


def is_slow(function: Callable[[str], Any], shape: Shape, size: int) -> bool:
    """Return whether a text of one size takes long."""
    text = shape.text(size)
    return all(cpu_seconds(function, text) > SHORT_SECONDS for _ in range(RUNS))


def uses(pattern: re.Pattern[Any], method: str) -> Callable[[str], Any]:
    """Return a call of a method of a pattern on a text."""
    is_text = isinstance(pattern.pattern, str)

    def call(text: str) -> Any:
        subject = text if is_text else text.encode()
        if method in ("sub", "subn"):
            return getattr(pattern, method)("" if is_text else b"", subject)
        return getattr(pattern, method)(subject)

    return call


@pytest.mark.parametrize("place", sorted(walking.patterns()))
def test_a_pattern_takes_linear_time(place: str) -> None:
    found = walking.patterns()[place]
    longest = PATTERN_LENGTHS.get(place)
    for method, shape in itertools.product(found.methods, shapes.of_pattern(found.pattern)):
        call = uses(found.pattern, method)
        if longest:
            assert not is_slow(call, shape, longest), (method, shape)
        else:
            assert not grows_too_fast(call, shape), method


def fed(function: Callable[..., Any], position: int, kind: str) -> Callable[[str], Any]:
    """Return a call of a function with a text as one of its arguments; others are empty.

    Args:
        kind: Of the argument with the text: one of `arguments`.
    """
    parameters = arguments.needed(function)

    def call(text: str) -> Any:
        given = [
            arguments.made(each, text, kind) if number == position else arguments.made(each, "")
            for number, each in enumerate(parameters)
        ]
        pairs = list(zip(parameters, given, strict=True))
        named = {each.name: value for each, value in pairs if each.kind is each.KEYWORD_ONLY}
        return function(*[v for each, v in pairs if each.name not in named], **named)

    return call


@pytest.mark.parametrize("place", sorted(walking.functions()))
def test_a_function_that_reads_text_takes_linear_time(place: str) -> None:
    function = walking.functions()[place]
    longest = FUNCTION_LENGTHS.get(place)
    own_shapes = shapes.of_function(sys.modules[function.__module__])
    for (position, kind), shape in itertools.product(arguments.of_text(function), own_shapes):
        call = fed(function, position, kind)
        if longest:
            assert not is_slow(call, shape, longest), shape
        else:
            assert not grows_too_fast(call, shape)


def test_the_exceptions_are_patterns_and_functions_of_today() -> None:
    assert walking.patterns().keys() >= PATTERN_LENGTHS.keys()
    assert walking.functions().keys() >= FUNCTION_LENGTHS.keys()
    assert all(map(resolve_name, [*walking.LEFT_OUT, *walking.OF_THE_OWNER]))


def test_functions_of_all_packages_are_found_however_their_types_are_written() -> None:
    found = walking.functions().keys()
    assert "newscrawl.urls.safe.safe_url" in found  # the types are classes
    assert "newscrawl.net.host_clock.retry_after_seconds" in found  # and numbers
    assert "newscrawl.extract.metadata.site_name.without_site" in found  # and a list
    assert "newscrawl.wordpress.children.decode_media" in found  # a mapping and a site
    assert "newscrawl.archive.forgotten.is_host_of" in found  # outside of the pure packages


def work(steps: float) -> None:
    """Take CPU time: more than some clocks' step of 4 ms, or it counts as none."""
    for _ in range(int(steps)):
        pass


def test_quadratic_growth_is_found() -> None:
    assert grows_too_fast(lambda text: work(len(text) ** 2 / 3), Shape("a"), runs=2)


def test_growth_between_linear_and_quadratic_is_found() -> None:
    assert grows_too_fast(lambda text: work(15 * len(text) ** 1.5), Shape("a"), runs=2)


def test_linear_growth_passes() -> None:
    assert not grows_too_fast(lambda text: work(300 * len(text)), Shape("a"))


def test_linear_growth_passes_if_long_texts_fit_into_no_cache() -> None:
    assert not grows_too_fast(
        lambda text: work((200 if len(text) < SIZES[2] else 260) * len(text)), Shape("a")
    )
