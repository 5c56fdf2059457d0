"""Rate how sure the text of an article is right, from evidence in the page.

The numbers are from pages with known texts: `python -m benchmarks.confidence` prints how they fit.
"""

from __future__ import annotations

from typing import Final

from newscrawl.extract.words import words_of

# The confidence in a text that has hardly any of its page's prose.
LEAST: Final = 0.3
# The share of its page's prose that an article surely has. The rest is other articles.
ENOUGH_PROSE: Final = 0.4
# A text that contradicts the page's JSON-LD keeps this share of its confidence;
CONTRADICTED: Final = 0.7
# so does a text of fewer characters,
SHORT: Final = 0.8
MIN_CHARS: Final = 400
# and a text from another source than the page's tree.
ELSEWHERE: Final = 0.65
# So does a text that is not about the title: it has less than this share of the title's long words.
# Words are compared by their first letters.
STRANGE: Final = 0.5
MIN_TITLE_SHARE: Final = 0.2
MIN_TITLE_WORDS: Final = 3
MIN_LETTERS: Final = 4
STEM: Final = 5


def confidence_of(
    text: str, *, title: str | None, prose: int, agreement: float, extractor: str
) -> float:
    """Return how sure a text is right, from 0 to 1.

    Args:
        text: The text of the article.
        title: The title of the article.
        prose: Characters of the prose of the whole page, as `density.measure` counts them.
        agreement: The share of the text in JSON-LD that is in *text*; 1 without such a text.
        extractor: The source of the text: "tree" or another.
    """
    if not text:
        return 0.0
    kept = min(len(text) / (ENOUGH_PROSE * prose), 1.0) if prose else 1.0
    rating = LEAST + (1 - LEAST) * kept
    rating *= CONTRADICTED + (1 - CONTRADICTED) * agreement
    if len(text) < MIN_CHARS:
        rating *= SHORT
    if extractor != "tree":
        rating *= ELSEWHERE
    # A headline may play with words, so this counts only beside another doubt.
    if rating < 1 and _is_strange(text, title or ""):
        rating *= STRANGE
    return round(rating, 2)


def _is_strange(text: str, title: str) -> bool:
    """Return whether a text has hardly any word of its title: it is another page's, or a notice."""
    wanted = {word[:STEM] for word in words_of(title) if len(word) >= MIN_LETTERS}
    if len(wanted) < MIN_TITLE_WORDS:
        return False
    found = wanted.intersection(word[:STEM] for word in words_of(text))
    return len(found) < MIN_TITLE_SHARE * len(wanted)
