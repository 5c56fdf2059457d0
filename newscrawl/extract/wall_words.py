"""Patterns for the words of walls and empty pages; the words are in ``wall_words.toml``.

`newscrawl.extract.walls` interprets the words that were found.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.extract.patterns import alternatives

_TABLES: Final = alternatives(__file__)


def _any(table: str) -> re.Pattern[str]:
    return re.compile("|".join(_TABLES[table].values()), re.IGNORECASE)


# Marks in the source of a page that tests its visitor, by product.
CHALLENGES: Final = {
    product: re.compile(marks, re.IGNORECASE) for product, marks in _TABLES["product"].items()
}
# Words in titles, headings and first words of such pages.
CHALLENGE_WORDS: Final = _any("challenge")
# Words on pages that need JavaScript to show anything.
SCRIPT_WORDS: Final = _any("script")
# Words in titles and headings of pages that only ask for consent.
CONSENT_WORDS: Final = _any("consent")
# Hosts that only ask for consent.
CONSENT_HOSTS: Final = re.compile(
    r"^(?:consent|myprivacy|privacy|cmp|consent-pref|guce)\.|privacygate"
)
# Words in titles and headings of error pages with status 200.
NOT_FOUND_WORDS: Final = _any("not_found")
# Words of a paywall in place of the rest of an article.
PAYWALL_WORDS: Final = _any("paywall")
# Words in the classes and ids of a paywall's elements, as `class_names.spoken` returns them.
PAYWALL_NAMES: Final = _any("element")
