"""Chooses the one link of a post that leads to the whole text elsewhere, and says why.

Precision first: a wrong article is worse than none, so a link needs more than one reason. To add
words see ``vocabulary.toml``, to add hosts ``blocklist.py``; the rules are in ``rules.py``.
"""

from __future__ import annotations

import math
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extract.links.context import page_of, sights
from newscrawl.extract.links.custom_fields import link_in_fields
from newscrawl.extract.links.evidence import headline
from newscrawl.extract.links.lines import MAX_ANCHORS, lines_of
from newscrawl.extract.links.rules import CLAIMS, DOUBTS, SUPPORT
from newscrawl.extract.links.support import same_address
from newscrawl.items import Link
from newscrawl.urls.canonical import canonical_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newscrawl.extract.links.context import Sight
    from newscrawl.extract.links.rules import Rule

__all__ = ["THRESHOLD", "canonical_url", "full_article_link"]

# Above a bare "read more" (0.55), and above what a link with no claim reaches by the host's name,
# its place and its address (0.52); below the weakest claims with two kinds of support.
THRESHOLD = 0.62
# A post of the format for links says that it has one, and not which.
LINK_POST_SCORE = 0.7
# Two links this near in score are equals, and so are two of one claim that are not far below.
EQUAL_SCORES = 0.08
RIVAL_SCORE = 0.55
NEIGHBOUR_LINES = 2


class _Scored(NamedTuple):
    score: float
    evidence: list[str]
    sight: Sight
    claim: Rule | None

    @property
    def is_unmistakable(self) -> bool:
        """Whether it has the post's own headline, which tells it from links that call alike."""
        return bool(headline(self.sight) or same_address(self.sight))


def full_article_link(
    html: str,
    *,
    base_url: str,
    fields: Mapping[str, object] | None = None,
    title: str = "",
    is_link_post: bool = False,
) -> Link | None:
    """Return the link of a post that leads to its full article, or None if there is none.

    Args:
        html: The post's content, as rendered by the site.
        base_url: The post's own URL; "" if it is not known, a feed's for an entry of a feed.
        fields: The post's ACF and meta values: some sites keep the link there.
        title: The post's title, as plain text, for links whose words are the headline.
        is_link_post: Whether the post has WordPress's format for links: its first link is what
            it is about.

    >>> link = full_article_link(
    ...     "<p>Rates rose…</p><a href='https://paper.example/2024/05/rates'>Read full story</a>",
    ...     base_url="https://digest.example/rates/",
    ... )
    >>> link.url, link.evidence[0]
    ('https://paper.example/2024/05/rates', "words 'Read full story'")
    """
    in_fields = link_in_fields(fields, base_url) if fields else None
    return in_fields or _link_in_body(html, base_url, title, is_link_post=is_link_post)


def _link_in_body(html: str, base_url: str, title: str, *, is_link_post: bool) -> Link | None:
    if "http" not in html and "//" not in html and "url=" not in html:
        return None
    lines = lines_of(html)
    if sum(len(line.anchors) for line in lines) >= MAX_ANCHORS:
        return None  # a directory, not an excerpt
    page = page_of(lines, base_url, title)
    scored = [_scored(sight) for sight in sights(page)]
    best = _only_one(scored)
    if not best:
        return _first_link(scored) if is_link_post else None
    text = best.sight.anchor.text
    return Link(
        url=best.sight.link.url, text=text, score=round(best.score, 3), evidence=best.evidence
    )


def _first_link(scored: list[_Scored]) -> Link | None:
    if not scored:
        return None
    first = scored[0].sight
    return Link(
        url=first.link.url,
        text=first.anchor.text,
        score=LINK_POST_SCORE,
        evidence=["the first link of a link post"],
    )


def _scored(sight: Sight) -> _Scored:
    found = [(rule.weight, said) for rule in SUPPORT if (said := rule.evidence(sight))]
    claim = next((rule for rule in CLAIMS if rule.evidence(sight)), None)
    if claim:
        found.append((claim.weight, claim.evidence(sight)))
    score = 1 - math.prod(1 - weight for weight, _ in found)
    if score >= THRESHOLD:  # no doubt can raise it
        score *= math.prod(doubt.factor for doubt in DOUBTS if doubt.is_so(sight))
    evidence = [said for _, said in sorted(found, key=itemgetter(0), reverse=True)]
    return _Scored(score, evidence, sight, claim)


def _only_one(scored: list[_Scored]) -> _Scored | None:
    """Return the best link, None if several are as good: a round-up has no full article."""
    best = max(scored, key=attrgetter("score"), default=None)
    if not best or best.score < THRESHOLD:
        return None
    rivals = [found for found in scored if found is not best and _is_rival(found, best)]
    keys = {rival.sight.key for rival in rivals} - {best.sight.key} if rivals else set()
    if not keys:
        return best
    # Two versions of one text side by side are a choice between two originals; more are a list.
    distance = min(abs(rival.sight.number - best.sight.number) for rival in rivals)
    return best if len(keys) == 1 and distance <= NEIGHBOUR_LINES else None


def _is_rival(found: _Scored, best: _Scored) -> bool:
    is_equal = best.score - found.score < EQUAL_SCORES
    is_alike = found.claim is best.claim is not None and found.score >= RIVAL_SCORE
    return is_equal or (is_alike and not best.is_unmistakable)
