"""Patterns of the main process are fast, not only linear: a long text may not hold up the others.

`test_linear` finds a time that grows too fast. A pattern with ``{0,2000}`` grows as the text does,
and takes a minute for eight megabytes all the same.
"""

import pytest

from tests.hostile import shapes, walking
from tests.hostile.test_linear import cpu_seconds, uses

MAIN = ("newscrawl.urls", "newscrawl.rights", "newscrawl.net", "newscrawl.wordpress")
SIZE = 100_000
MAX_SECONDS = 0.5
"""For an eightieth of the largest answer; the slowest pattern takes a fifth of it."""


@pytest.mark.parametrize(
    "place", sorted(place for place in walking.patterns() if place.startswith(MAIN))
)
def test_a_pattern_of_the_main_process_is_fast(place: str) -> None:
    found = walking.patterns()[place]
    for method in found.methods:
        for shape in shapes.of_pattern(found.pattern):
            text = shape.text(SIZE)
            # The best of three counts, as the machine may be busy.
            runs = (cpu_seconds(uses(found.pattern, method), text) for _ in range(3))
            assert any(seconds <= MAX_SECONDS for seconds in runs), (method, shape)
