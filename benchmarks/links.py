"""The quality of the choice of full-article links: precision and recall on recorded posts.

Used by ``python -m benchmarks.articles``. Each line of the corpus' ``links.jsonl`` has a post's
HTML, its address and the right link, or null if the post has no such link.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Links:
    """The counts of chosen and missed links.

    Attributes:
        right: Links that were found, and are right.
        wrong: Links that were chosen, and do not lead to the article.
        missed: Right links that were not chosen.
    """

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of the chosen links that are right."""
        return self.right / (self.right + len(self.wrong) or 1)

    @property
    def recall(self) -> float:
        """The share of the links that were found."""
        return self.right / (self.right + len(self.missed) or 1)

    def __str__(self) -> str:
        counts = f"{self.right} right, {len(self.wrong)} wrong, {len(self.missed)} missed"
        named = [*(f"wrong: {url}" for url in self.wrong), *(f"missed: {u}" for u in self.missed)]
        figures = f"precision {self.precision:.3f}  recall {self.recall:.3f}"
        return "\n".join([f"links       {figures}  {counts}", *(f"  {line}" for line in named)])


def score_links(corpus: Path) -> Links:
    """Return the scores of the links that are chosen in the recorded posts."""
    from newscrawl.extract import full_article_link

    links = Links()
    for line in (corpus / "links.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        right = case["expected_full_article_url"]
        found = full_article_link(case["snippet_html"], base_url=case["base_url"])
        chosen = found.url if found else None
        links.right += chosen is not None and chosen == right
        if chosen and chosen != right:
            links.wrong.append(chosen)
        if right and chosen != right:
            links.missed.append(right)
    return links
