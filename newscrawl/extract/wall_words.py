"""How walls and empty pages speak, in the press's languages; the words are in ``wall_words.toml``.

`newscrawl.extract.walls` interprets the words that were found.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.extract.patterns import alternatives

_TABLES: Final = alternatives(__file__)


def _any(table: str) -> re.Pattern[str]:
    return re.compile("|".join(_TABLES[table].values()), re.IGNORECASE)


CHALLENGES: Final = {
    product: re.compile(marks, re.IGNORECASE) for product, marks in _TABLES["product"].items()
}
"""In the source of a page that tests its visitor, by product."""

CHALLENGE_WORDS: Final = _any("challenge")
"""In titles, headings and first words of such pages."""

SCRIPT_WORDS: Final = _any("script")
"""On pages of nothing but a program."""

CONSENT_WORDS: Final = _any("consent")
"""In titles and headings of pages that ask for consent before anything else."""

CONSENT_HOSTS: Final = re.compile(
    r"^(?:consent|myprivacy|privacy|cmp|consent-pref|guce)\.|privacygate"
)
"""In hosts that do nothing else."""

NOT_FOUND_WORDS: Final = _any("not_found")
"""In titles and headings of error pages with status 200."""

PAYWALL_WORDS: Final = _any("paywall")
"""In place of the rest of an article, for those who do not pay."""

PAYWALL_NAMES: Final = _any("element")
"""In the classes and ids of elements that hold such a wall, as `class_names` reads them."""
