"""Choose the one link of a post that leads to the full article elsewhere, and give the reasons.

Precision comes first: a wrong article is worse than no article, so a link needs more than one
reason. New words go in ``vocabulary.toml``, new hosts in ``blocklist.py``. The rules are below;
their functions are in ``evidence.py`` and ``penalties.py``.

A *claim* is evidence that a link leads to the article; only the strongest counts. *Support* makes
any claim more likely. A weight is the probability that this evidence is right by itself, so a
score is ``1 - (1 - claim) * (1 - support) * ...``. The *doubts* are factors on the score. All
numbers were set by hand on links of real sites. They are rounded, and small changes of them
change no case.
"""

from __future__ import annotations

import math
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extract.links import evidence, penalties
from newscrawl.extract.links.context import contexts, page_of
from newscrawl.extract.links.custom_fields import link_in_fields
from newscrawl.extract.links.lines import MAX_ANCHORS, lines_of
from newscrawl.items import Link
from newscrawl.urls.canonical import canonical_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawl.extract.links.context import LinkContext

__all__ = ["THRESHOLD", "canonical_url", "full_article_link"]

# It is above a bare "read more" (0.55), and above a link without a claim that has only the host's
# name, its place and its address (0.52). It is below the weakest claims with two kinds of support.
THRESHOLD = 0.62
# The score of the first link in a post of WordPress's link format, which marks no link as its own.
LINK_POST_SCORE = 0.7
# Two links are equal if their scores differ by less than this.
EQUAL_SCORES = 0.08
# A link with the same claim as the best one is its equal from this score.
RIVAL_SCORE = 0.55
# Two equal links at most this many lines apart are two versions of one article.
NEIGHBOUR_LINES = 2


class Rule(NamedTuple):
    """A weight from 0 to 1 and its rule: the function returns the evidence in words, or ""."""

    weight: float
    evidence: Callable[[LinkContext], str]


class Doubt(NamedTuple):
    """A factor from 0 to 1, and the condition for which the score is multiplied by it."""

    factor: float
    is_so: Callable[[LinkContext], bool]


CLAIMS = (
    Rule(0.9, evidence.footer),
    Rule(0.8, evidence.full_article),
    Rule(0.7, evidence.republished),
    Rule(0.6, evidence.read_article),
    Rule(0.6, evidence.headline),
    Rule(0.6, evidence.plain_call),
    Rule(0.55, evidence.read_more),
    Rule(0.5, evidence.more_at_name),
    Rule(0.5, evidence.to_article),
    Rule(0.5, evidence.source_label),
    Rule(0.45, evidence.bare_more),
    Rule(0.45, evidence.published_at),
    Rule(0.45, evidence.original_here),
    Rule(0.45, evidence.called_to_article),
    Rule(0.35, evidence.article_here),
    Rule(0.35, evidence.via),
    Rule(0.2, evidence.full_document),
    Rule(0.2, evidence.learn_more),
)

SUPPORT = (
    Rule(0.5, evidence.same_address),
    Rule(0.3, evidence.after_ellipsis),
    Rule(0.25, evidence.is_button),
    Rule(0.25, evidence.named_host),
    Rule(0.25, evidence.at_the_edge),
    Rule(0.2, evidence.named_at_start),
    Rule(0.15, evidence.article_address),
)

DOUBTS = (
    Doubt(0.1, penalties.about_privacy),
    Doubt(0.1, penalties.among_related),
    Doubt(0.1, penalties.in_caption),
    Doubt(0.1, penalties.in_footnote),
    Doubt(0.2, penalties.asks_to_act),
    Doubt(0.2, penalties.in_brackets),
    Doubt(0.2, penalties.one_of_several),
    Doubt(0.3, penalties.is_sponsored),
    Doubt(0.5, penalties.about_a_document),
    Doubt(0.6, penalties.amid_a_paragraph),
    Doubt(0.6, penalties.in_prose),
    Doubt(0.75, penalties.in_a_section),
    Doubt(0.75, penalties.source_amid),
    Doubt(0.75, penalties.in_quote_or_table),
    Doubt(0.75, penalties.is_image),
    Doubt(0.75, penalties.unlike_an_article),
)


class _Scored(NamedTuple):
    score: float
    evidence: list[str]
    context: LinkContext
    claim: Rule | None

    @property
    def is_unmistakable(self) -> bool:
        """Whether the post's headline distinguishes it from other links with the same call."""
        return bool(evidence.headline(self.context) or evidence.same_address(self.context))


def full_article_link(
    html: str,
    *,
    base_url: str,
    fields: Mapping[str, object] | None = None,
    title: str = "",
    is_link_post: bool = False,
) -> Link | None:
    """Return the link of a post that leads to its full article; None if no link surely does.

    Args:
        html: The post's content, as rendered by the site.
        base_url: The post's own URL; the feed's URL for an entry of a feed; "" if unknown.
        fields: The post's ACF and meta values by name. Some sites keep the link there.
        title: The post's title as plain text, to recognize links whose words are the headline.
        is_link_post: Whether the post has WordPress's link format. Then its first link is used
            if no other is chosen.

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
    scored = [_scored(context) for context in contexts(page)]
    best = _only_one(scored)
    if not best:
        return _first_link(scored) if is_link_post else None
    text = best.context.anchor.text
    return Link(
        url=best.context.link.url, text=text, score=round(best.score, 3), evidence=best.evidence
    )


def _first_link(scored: list[_Scored]) -> Link | None:
    if not scored:
        return None
    first = scored[0].context
    return Link(
        url=first.link.url,
        text=first.anchor.text,
        score=LINK_POST_SCORE,
        evidence=["the first link of a link post"],
    )


def _scored(context: LinkContext) -> _Scored:
    found = [(rule.weight, said) for rule in SUPPORT if (said := rule.evidence(context))]
    claim = next((rule for rule in CLAIMS if rule.evidence(context)), None)
    if claim:
        found.append((claim.weight, claim.evidence(context)))
    score = 1 - math.prod(1 - weight for weight, _ in found)
    if score >= THRESHOLD:  # doubts only lower a score
        score *= math.prod(doubt.factor for doubt in DOUBTS if doubt.is_so(context))
    reasons = [said for _, said in sorted(found, key=itemgetter(0), reverse=True)]
    return _Scored(score, reasons, context, claim)


def _only_one(scored: list[_Scored]) -> _Scored | None:
    """Return the best link; None if several are equal, as in a round-up of several articles."""
    best = max(scored, key=attrgetter("score"), default=None)
    if not best or best.score < THRESHOLD:
        return None
    rivals = [found for found in scored if found is not best and _is_rival(found, best)]
    keys = {rival.context.key for rival in rivals} - {best.context.key} if rivals else set()
    if not keys:
        return best
    # Two equal links side by side lead to two versions of one text. More are a list.
    distance = min(abs(rival.context.number - best.context.number) for rival in rivals)
    return best if len(keys) == 1 and distance <= NEIGHBOUR_LINES else None


def _is_rival(found: _Scored, best: _Scored) -> bool:
    is_equal = best.score - found.score < EQUAL_SCORES
    is_alike = found.claim is best.claim is not None and found.score >= RIVAL_SCORE
    return is_equal or (is_alike and not best.is_unmistakable)
