"""Rate how sure the text of an article is right, from evidence in the page.

The numbers are from pages with known texts: `python -m benchmarks.confidence` prints how they fit.
"""

from __future__ import annotations

from typing import Final

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


def confidence_of(text: str, *, prose: int, agreement: float, extractor: str) -> float:
    """Return how sure a text is right, from 0 to 1.

    Args:
        text: The text of the article.
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
    return round(rating if extractor == "tree" else rating * ELSEWHERE, 2)
