"""English that says nothing, the same in every run: the words of posts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

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
PATTERNS: Final = (
    (
        "The {a} {n} in {p} {v} a {a2} {n2} on the {day}th, although {number} people had asked for"
        " another {n3}."
    ),
    "In {p}, every {n} {v} the {n2}; the {a} {n3} of {year} was {v2} by none of them.",
    "“It is a {a} {n},” said {name} of {p}, “and the {n2} that they {v} will cost {number} euros.”",
    "{name} {v} the {n} after {number} days, while the {a} {n2} was {v2} again in {p}.",
)


def sentence(rng: Random) -> str:
    """Return one sentence."""
    return rng.choice(PATTERNS).format(
        a=rng.choice(ADJECTIVES),
        a2=rng.choice(ADJECTIVES),
        n=rng.choice(NOUNS),
        n2=rng.choice(NOUNS),
        n3=rng.choice(NOUNS),
        v=rng.choice(VERBS),
        v2=rng.choice(VERBS),
        p=rng.choice(PLACES),
        name=name(rng),
        day=rng.randint(4, 20),
        year=rng.randint(1960, 2025),
        number=rng.randint(12, 90_000),
    )


def name(rng: Random) -> str:
    """Return the name of a person, one of thousands."""
    syllables = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "za", "den", "mar")
    first, last = ("".join(rng.choices(syllables, k=k)).capitalize() for k in (2, 3))
    return f"{first} {last}"


def paragraph(rng: Random) -> str:
    """Return a paragraph of three to five sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randint(3, 5)))


def headline(rng: Random) -> str:
    """Return a title of about ten words."""
    return (
        f"{rng.choice(ADJECTIVES).capitalize()} {rng.choice(NOUNS)} {rng.choice(VERBS)} the"
        f" {rng.choice(NOUNS)} in {rng.choice(PLACES)}, {name(rng)} says"
    )
