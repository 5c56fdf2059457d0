"""Posts that a test adds while the site is up: each has a text, and an article, of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawl.testing.publishers import Article

if TYPE_CHECKING:
    from newscrawl.testing.publishers import Publisher

PLACES = ("Oxley", "Millbrook", "Salterns", "Cape Lorn", "East Quay", "Hohenpass")
THINGS = ("bridge", "weir", "chapel", "mill", "orchard", "signal box", "ferry steps")
TITLE = "Late edition {number}: the {thing} of {place}"
TEXT = """\
The {thing} of {place} was closed on the night of its {age}th anniversary, and {crowd} people \
came to see it shut, with lanterns and, in a few cases, with cake.
It had been open since before the oldest of them, Nora Teague, {years}, could remember. She \
brought a chair, a lamp and the key, which turned out to be that of another {thing} in the next \
valley.
The district says that repairs will take {weeks} weeks and cost {cost} dollars. Until then \
everybody is asked to go round by the church, which adds eleven minutes on foot and forty by the \
bus.
A petition to leave it closed has been signed {signed} times, mostly by those who live close by \
and have slept well since. The council of {place} will hear both sides on Monday."""


def late_title(number: int) -> str:
    """Return the title of the late edition *number*."""
    return TITLE.format_map(_facts(number))


def late_paragraphs(number: int) -> tuple[str, ...]:
    """Return its text, the same for the same number."""
    return tuple(TEXT.format_map(_facts(number)).split("\n"))


def late_article(publisher: Publisher, number: int, *, title: str, published: str) -> Article:
    """Return its full article; *published* is in UTC, with ``Z``."""
    return Article(
        path=publisher.path_for(f"late-{number}", published=published),
        title=title,
        byline="Nell Whitby",
        published=published,
        paragraphs=late_paragraphs(number),
    )


def _facts(number: int) -> dict[str, str | int]:
    return {
        "number": number,
        "place": PLACES[number % len(PLACES)],
        "thing": THINGS[number % len(THINGS)],
        "age": number + 60,
        "crowd": number * 3 + 20,
        "years": 80 + number % 20,
        "weeks": number + 4,
        "cost": number * 1300 + 40000,
        "signed": number + 7,
    }
