"""Pages and posts that are made to be slow: many parts of one kind, wide or deep, in many places.

`shapes` repeats short texts for single functions. Here the whole reading of a page is fed, as a
part is slow only among others: a list of boxes, a title, a text.
"""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import NamedTuple

ARTICLE = (
    "<h1>The tram line of the harbor</h1><p class='byline'>By Ann Bell</p>"
    "<time datetime='2025-05-12'>12 May 2025</time>"
    + "".join(
        f"<p>The council voted {number} times to extend the tram line to the harbor, and nobody"
        f" was very glad about the number {number} of it.</p>"
        for number in range(12)
    )
)

_UNITS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


class Structure(NamedTuple):
    """A page of any size: a start, a unit that is repeated with its number, and an end."""

    unit: str
    start: str = ""
    end: str = ""

    def name(self) -> str:
        """Return a name for a test: the end of the start, and the unit."""
        return f"{self.start[-20:]}{self.unit}"

    def text(self, size: int) -> str:
        count = max(1, size // len(self.unit))
        if "{n}" not in self.unit:
            return self.start + self.unit * count + self.end
        parts = (self.unit.replace("{n}", str(number)) for number in range(count))
        return self.start + "".join(parts) + self.end


def in_posts() -> list[Structure]:
    """Return what a post repeats."""
    return [Structure(unit) for unit in _UNITS["body"]] + _attributes("p")


def in_pages() -> list[Structure]:
    """Return what the page of an article repeats."""
    json = '<script type="application/ld+json">['
    return [
        *(Structure(unit, f"<article>{ARTICLE}", "</article>") for unit in _UNITS["body"]),
        *(Structure(unit, "<head>", f"</head><body>{ARTICLE}") for unit in _UNITS["head"]),
        *(Structure(unit, json, f"{{}}]</script>{ARTICLE}") for unit in _UNITS["json"]),
        *_attributes("img src=/a.jpg"),
    ]


def _attributes(tag: str) -> list[Structure]:
    return [
        Structure(unit, f'<{tag} {name}="', f'">x</p>{ARTICLE}')
        for name, unit in itertools.product(_UNITS["attributes"], _UNITS["values"])
    ]
