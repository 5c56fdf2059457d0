"""The weights of what speaks for a link and against it.

A *claim* is evidence that a link leads to the article; the strongest counts. *Support* is what
makes any claim more likely. Each weight is how likely only this evidence is right, so that a
score is ``1 - (1 - claim) * (1 - support) * ...``, times the *doubts*, which are factors. They
were set by hand on links of real sites, rounded, and far from the point at which a case changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newscrawl.extract.links import evidence as claims
from newscrawl.extract.links import penalties as doubts
from newscrawl.extract.links import support

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.extract.links.context import Sight


class Rule(NamedTuple):
    """A weight and its rule: the function returns the evidence in words, or ""."""

    weight: float
    evidence: Callable[[Sight], str]


class Doubt(NamedTuple):
    """A factor and what asks for it."""

    factor: float
    is_so: Callable[[Sight], bool]


CLAIMS = (
    Rule(0.9, claims.footer),
    Rule(0.8, claims.full_article),
    Rule(0.7, claims.republished),
    Rule(0.6, claims.read_article),
    Rule(0.6, claims.headline),
    Rule(0.6, claims.plain_call),
    Rule(0.55, claims.read_more),
    Rule(0.5, claims.more_at_name),
    Rule(0.5, claims.to_article),
    Rule(0.5, claims.source_label),
    Rule(0.45, claims.bare_more),
    Rule(0.45, claims.published_at),
    Rule(0.45, claims.original_here),
    Rule(0.45, claims.called_to_article),
    Rule(0.35, claims.article_here),
    Rule(0.35, claims.via),
    Rule(0.2, claims.full_document),
    Rule(0.2, claims.learn_more),
)

SUPPORT = (
    Rule(0.5, support.same_address),
    Rule(0.3, support.after_ellipsis),
    Rule(0.25, support.is_button),
    Rule(0.25, support.named_host),
    Rule(0.25, support.at_the_edge),
    Rule(0.2, support.named_at_start),
    Rule(0.15, support.article_address),
)

DOUBTS = (
    Doubt(0.1, doubts.about_privacy),
    Doubt(0.1, doubts.among_related),
    Doubt(0.1, doubts.in_caption),
    Doubt(0.1, doubts.in_footnote),
    Doubt(0.2, doubts.asks_to_act),
    Doubt(0.2, doubts.in_brackets),
    Doubt(0.2, doubts.one_of_several),
    Doubt(0.3, doubts.is_sponsored),
    Doubt(0.5, doubts.about_a_document),
    Doubt(0.6, doubts.amid_a_paragraph),
    Doubt(0.6, doubts.in_prose),
    Doubt(0.75, doubts.in_a_section),
    Doubt(0.75, doubts.source_amid),
    Doubt(0.75, doubts.in_quote_or_table),
    Doubt(0.75, doubts.is_image),
    Doubt(0.75, doubts.unlike_an_article),
)
