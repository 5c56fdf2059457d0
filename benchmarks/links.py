"""How good the choice of full-article links is: precision and recall on recorded posts.

Read by ``python -m benchmarks.articles``: the corpus' ``links.jsonl`` has a post's HTML and its
address in each line, and the link that is right, or null where there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Links:
    """What was chosen in posts.

    Attributes:
        right: How many links were found that are there.
        wrong: Links that were chosen, and are not those to the article.
        missed: Links that were not found, or another one in their place.
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
