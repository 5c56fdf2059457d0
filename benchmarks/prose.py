"""Meaningless English, the same in every run: the words of posts and pages."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Final

NOUNS: Final = (
    *("minister", "harbour", "budget", "committee", "engineer", "river", "court", "factory"),
    *("teacher", "railway", "election", "hospital", "farmer", "bank", "museum", "satellite"),
    *("treaty", "season", "village", "company", "strike", "bridge", "forest", "library"),
    *("orchestra", "regulator", "investor", "scientist", "council", "airport", "union", "market"),
)
VERBS: Final = (
    *("announced", "questioned", "rebuilt", "postponed", "measured", "opened", "defended"),
    *("inherited", "abandoned", "described", "financed", "inspected", "delayed", "praised"),
)
ADJECTIVES: Final = (
    *("quiet", "northern", "unexpected", "public", "costly", "early", "modern", "local"),
    *("careful", "disputed", "annual", "foreign", "narrow", "promising", "old", "electric"),
)
PLACES: Final = (
    *("Lisbon", "Nairobi", "Bergen", "Osaka", "Lima", "Tallinn", "Cardiff", "Accra", "Izmir"),
    *("Utrecht", "Quito", "Bilbao", "Hobart", "Turku", "Dakar", "Split"),
)
SYLLABLES: Final = (
    *("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "za", "den", "mar", "quin", "ster"),
    *("pho", "gle", "brun", "tick", "wy", "ash", "or", "lem", "dra", "fil", "gus", "hov"),
)
MADE_UP: Final = 5000
"""Nouns beyond the list: without them, texts would compress far better than real ones do."""
PATTERNS: Final = (
    "The {a} {n} in {p} {v} a {n2} {n3} on the {day}th, although {number} {n4} had asked {name}",
    "In {p}, every {n} {v} the {n2}; the {a} {n3} of {year} was {v2} by {n4} and {name}",
    "“It is a {a} {n},” said {name} of {p}, “and the {n2} that {n3} {v} costs {n4} {number}”",
    "{name} {v} the {n} after {number} {n2}, while the {a} {n3} was {v2} by a {n4} in {p}",
)


def sentence(rng: Random) -> str:
    """Return one sentence."""
    words = rng.choice(PATTERNS).format(
        a=rng.choice(ADJECTIVES),
        n=noun(rng),
        n2=noun(rng),
        n3=noun(rng),
        n4=noun(rng),
        v=rng.choice(VERBS),
        v2=rng.choice(VERBS),
        p=rng.choice(PLACES),
        name=name(rng),
        day=rng.randint(4, 20),
        year=rng.randint(1960, 2025),
        number=rng.randint(12, 90_000),
    )
    return f"{words}."


def noun(rng: Random) -> str:
    """Return a noun, a real one in one of three."""
    return rng.choice(NOUNS if rng.random() < 1 / 3 else made_up())


@cache
def made_up() -> list[str]:
    """Return made-up words that look like nouns."""
    rng = Random("nouns")
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(MADE_UP)]


def name(rng: Random) -> str:
    """Return the name of a person, one of thousands."""
    first, last = ("".join(rng.choices(SYLLABLES, k=k)).capitalize() for k in (2, 3))
    return f"{first} {last}"


def paragraph(rng: Random) -> str:
    """Return a paragraph of three to five sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randint(3, 5)))


def headline(rng: Random) -> str:
    """Return a title of about ten words."""
    return (
        f"{rng.choice(ADJECTIVES).capitalize()} {noun(rng)} {rng.choice(VERBS)} the {noun(rng)} in"
        f" {rng.choice(PLACES)}, {name(rng)} says"
    )
