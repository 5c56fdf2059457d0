"""What speaks for a link and against it: named rules with their weights.

A *claim* is what says that a link leads to the article; the strongest counts. *Support* is what
makes any claim more likely. Each weight is how likely that evidence alone is right, so that a
score is ``1 - (1 - claim) * (1 - support) * ...``, times the *doubts*, which are factors. They
were set by hand on links of real sites, round, and far from where a single case turns.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from newscrawl.article import link_words as w
from newscrawl.article.link_lines import CAPTION, QUOTE, TABLE
from newscrawl.article.link_sight import all_of, is_address
from newscrawl.article.link_url import slug_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawl.article.link_sight import Sight

NEAR = 4  # words between two that belong together: "read the whole long story"
REACH = 8  # words between a call and the link that it is about
CALL_WORDS = 16  # a longer link text is a sentence, not a call
CALL_ALONE_WORDS = 7
SAME_WORDS = 4  # of a headline in another
SAME_SHARE = 0.6

_ELLIPSIS = re.compile(r"(?:…|\.\s?\.\s?\.|\[…\]|\[\.\.\.\])[\s\]»”\"']*$")
_OPEN_BRACKET = re.compile(r"[(\[（【]\s*[^()\[\]（）【】]{0,40}$")


class Rule(NamedTuple):
    """A weight and what earns it: the function returns the evidence in words, "" for none."""

    weight: float
    evidence: Callable[[Sight], str]


# --- what the words are -----------------------------------------------------------------------


def _has_pair(kinds: list[int], one: int, other: int, near: int = NEAR) -> bool:
    ones = [i for i, kind in enumerate(kinds) if kind & one]
    others = [i for i, kind in enumerate(kinds) if kind & other]
    return any(abs(i - j) <= near for i in ones for j in others)


def points(sight: Sight) -> bool:
    """Whether the link's words say no more than "there": here, an address, a host's name."""
    if is_address(sight.anchor.text):
        return True
    if sight.is_brand_own and len(sight.own) <= REACH and _ends_its_sentence(sight):
        return True
    bare = w.HERE | w.FILLER | w.READ | w.ARTICLE | w.SOURCE | w.WHOLE
    return bool(sight.own) and len(sight.own) <= 6 and all(kind & bare for kind in sight.own_kinds)


def _ends_its_sentence(sight: Sight) -> bool:
    """Whether little follows, or the sentence is a call: a name in a statement points nowhere."""
    return len(sight.tail) <= 3 or bool(all_of(sight.opening_kinds) & (w.READ | w.WHOLE))


def _is_introduced(sight: Sight) -> bool:
    return sight.before.rstrip().endswith((":", "："))


def _says(sight: Sight, one: int, other: int) -> bool:
    """Whether a pair of words is in the link's text, or next to a link that only points."""
    if len(sight.own) <= CALL_WORDS and _has_pair(sight.own_kinds, one, other):
        return True
    lead = sight.lead_kinds[-REACH:]
    if _is_introduced(sight) and _has_pair(lead, one, other):
        return True
    if not points(sight):
        return False
    own_and_tail = [*sight.own_kinds, *sight.tail_kinds[:REACH]]
    return (
        _has_pair(lead, one, other)
        or _has_pair(own_and_tail, one, other)
        or _has_pair([*lead[-3:], *sight.own_kinds], one, other)
    )


def _quoted(sight: Sight) -> str:
    said = f"{sight.before[-60:].lstrip()}{sight.anchor.text}" if points(sight) else ""
    return f"words '{said or sight.anchor.text}'"


# --- claims -----------------------------------------------------------------------------------


def footer(sight: Sight) -> str:
    """The line that feeds add: "The post X appeared first on Y"."""
    found = all_of(sight.tail_kinds) if sight.lead else 0
    if found & w.FIRST and found & w.PUBLISHED and not points(sight):
        return "a feed's line 'appeared first on'"
    return ""


def full_article(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.WHOLE, w.ARTICLE) else ""


def republished(sight: Sight) -> str:
    near = sight.lead_kinds[-REACH:]
    own = sight.own_kinds[:REACH]
    is_said = all_of(near[-5:]) & w.TAKEN or _has_pair(near, w.FIRST, w.PUBLISHED)
    if is_said and (points(sight) or len(sight.own) <= 6):
        return f"words '{sight.before[-60:].lstrip()}{sight.anchor.text}'"
    if len(sight.own) <= CALL_WORDS and (
        _has_pair(own, w.FIRST, w.PUBLISHED) or (own and own[0] & w.TAKEN)
    ):
        return f"words '{sight.anchor.text}'"
    return ""


def read_article(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.READ, w.ARTICLE | w.WHOLE) else ""


def to_article(sight: Sight) -> str:
    """A link of its own that says "to the article" and nothing else."""
    own = sight.own_kinds
    call = w.READ | w.HERE | w.FILLER | w.ARTICLE
    is_call = 1 < len(own) <= 5 and all(kind & call for kind in own) and all_of(own) & w.ARTICLE
    return _quoted(sight) if is_call and (sight.is_alone or sight.anchor.button) else ""


def headline(sight: Sight) -> str:
    own = frozenset(word for word in sight.own if len(word) > 2)
    title = frozenset(word for word in sight.page.title if len(word) > 2)
    if _is_same(own, title) or _is_same(own, sight.page.slug):
        return "its words are the post's headline"
    return ""


def read_more(sight: Sight) -> str:
    is_call = len(sight.own) <= 10 and (
        all_of(sight.own_kinds) & w.ONWARD or _has_pair(sight.own_kinds, w.READ, w.MORE, 3)
    )
    if is_call or (points(sight) and _says(sight, w.READ, w.MORE)):
        return "" if _is_topic(sight) else _quoted(sight)
    return ""


def plain_call(sight: Sight) -> str:
    """A sentence that is a call and nothing more: "Read more here"."""
    if len(sight.lead) + len(sight.own) + len(sight.tail) <= CALL_ALONE_WORDS:
        return read_more(sight)
    return ""


def more_at_name(sight: Sight) -> str:
    """ "More at the BBC", "Read it at Forbes"."""
    lead = all_of(sight.lead_kinds[-4:]) if len(sight.lead) <= 6 else 0
    own = all_of(sight.own_kinds) if len(sight.own) <= 6 else 0
    if sight.is_brand_own and (lead | own) & (w.READ | w.MORE):
        return "" if _is_topic(sight) else _quoted(sight)
    return ""


def source_label(sight: Sight) -> str:
    own = sight.own_kinds
    if own and own[0] & w.SOURCE and (sight.is_alone or sight.is_label_above):
        return f"label '{sight.anchor.text}'"
    lead = sight.lead_kinds
    if 0 < len(lead) <= 4 and all_of(lead[-3:]) & w.SOURCE and len(own) <= CALL_WORDS:
        return f"label '{sight.before.strip()}'"
    return ""


def original_here(sight: Sight) -> str:
    near = all_of([*sight.lead_kinds[-3:], *sight.own_kinds])
    is_short = len(sight.lead) <= 4 and len(sight.own) <= 6
    return _quoted(sight) if is_short and near & w.WHOLE and points(sight) else ""


def called_to_article(sight: Sight) -> str:
    return article_here(sight) if all_of(sight.opening_kinds) & w.READ else ""


def article_here(sight: Sight) -> str:
    near = all_of([*sight.lead_kinds[-REACH:], *sight.own_kinds])
    has_here = all_of(sight.own_kinds) & w.HERE
    return _quoted(sight) if has_here and near & w.ARTICLE and points(sight) else ""


def full_document(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.WHOLE, w.DOCUMENT) else ""


def via(sight: Sight) -> str:
    lead = sight.lead_kinds
    is_last = not sight.tail
    if lead and lead[-1] & w.VIA and is_last and len(sight.own) <= 6:
        return f"words 'via {sight.anchor.text}'"
    own = sight.own_kinds
    return f"words '{sight.anchor.text}'" if own and own[0] & w.VIA and is_last else ""


def learn_more(sight: Sight) -> str:
    own = all_of(sight.own_kinds) if len(sight.own) <= 10 else 0
    if own & w.LEARN or (own & w.READ and own & w.MORE) or own & w.ONWARD:
        return f"words '{sight.anchor.text}'"
    return ""


CLAIMS = (
    Rule(0.9, footer),
    Rule(0.8, full_article),
    Rule(0.7, republished),
    Rule(0.6, read_article),
    Rule(0.6, headline),
    Rule(0.6, plain_call),
    Rule(0.55, read_more),
    Rule(0.5, more_at_name),
    Rule(0.5, to_article),
    Rule(0.5, source_label),
    Rule(0.45, original_here),
    Rule(0.45, called_to_article),
    Rule(0.35, article_here),
    Rule(0.35, via),
    Rule(0.2, full_document),
    Rule(0.2, learn_more),
)

# --- support ----------------------------------------------------------------------------------


def same_address(sight: Sight) -> str:
    slug = frozenset(map(w.fold, slug_words(sight.parts.path)))
    return "its address has the words of the post's" if _is_same(slug, sight.page.slug) else ""


def after_ellipsis(sight: Sight) -> str:
    above = sight.page.lines[sight.number - 1].text if sight.number else ""
    text = sight.line.text[: sight.anchor.start].rstrip() or above.rstrip()
    return "the text breaks off before it" if _ELLIPSIS.search(text[-12:]) else ""


def is_button(sight: Sight) -> str:
    return f"button of {sight.anchor.button}" if sight.anchor.button else ""


def named_host(sight: Sight) -> str:
    return f"text names the host's name {sight.brand}" if sight.brand else ""


def named_at_start(sight: Sight) -> str:
    return "the post's beginning names its host" if sight.is_brand_at_start else ""


def at_the_edge(sight: Sight) -> str:
    return "stands at the post's end or start" if sight.is_edge else ""


def article_address(sight: Sight) -> str:
    return "its address is like an article's" if sight.is_shaped else ""


SUPPORT = (
    Rule(0.5, same_address),
    Rule(0.3, after_ellipsis),
    Rule(0.25, is_button),
    Rule(0.25, named_host),
    Rule(0.25, at_the_edge),
    Rule(0.2, named_at_start),
    Rule(0.15, article_address),
)

# --- doubts -----------------------------------------------------------------------------------


def in_brackets(sight: Sight) -> bool:
    return bool(_OPEN_BRACKET.search(sight.line.text[: sight.anchor.start][-60:]))


def one_of_several(sight: Sight) -> bool:
    is_listed = all_of([*sight.lead_kinds[-3:], *sight.own_kinds[:2]]) & w.SOURCES
    return bool(is_listed) or sight.section & w.SOURCES > 0 or sight.others > 1


def in_caption(sight: Sight) -> bool:
    credit = all_of([*sight.lead_kinds[-REACH:], *sight.own_kinds[:3]]) & w.CREDIT
    return bool(credit) or sight.line.place & CAPTION > 0


def among_related(sight: Sight) -> bool:
    lead = sight.lead_kinds[-4:] if len(sight.lead) <= 8 else []
    own = sight.own_kinds[:2]
    return bool((all_of([*lead, *own]) | sight.section) & w.RELATED)


def asks_to_act(sight: Sight) -> bool:
    return not headline(sight) and bool(all_of([*sight.own_kinds, *sight.lead_kinds[-6:]]) & w.ACT)


def about_a_document(sight: Sight) -> bool:
    near = all_of([*sight.lead_kinds[-REACH:], *sight.own_kinds])
    return bool(near & w.DOCUMENT) and not near & w.ARTICLE and not sight.is_brand_own


def about_privacy(sight: Sight) -> bool:
    kinds = w.kinds_in(w.words_of(sight.line.text))
    return bool((all_of(kinds) | sight.section) & w.PRIVACY)


def in_footnote(sight: Sight) -> bool:
    """A line that begins with the number that its text refers to."""
    first = sight.line.anchors[0]
    return first.href.startswith("#") and first.start <= 3 and len(first.text) <= 5


def in_quote_or_table(sight: Sight) -> bool:
    return sight.line.place & (QUOTE | TABLE) > 0


def in_prose(sight: Sight) -> bool:
    """A link amid a long paragraph that calls nobody to read."""
    around = len(sight.lead) + len(sight.tail)
    near = [*sight.opening_kinds, *sight.lead_kinds[-REACH:], *sight.own_kinds]
    is_called = all_of(near) & (w.READ | w.TAKEN | w.MORE)
    return not is_called and not sight.anchor.button and around > 10 and not sight.is_label_above


def is_sponsored(sight: Sight) -> bool:
    return bool(sight.anchor.rel & {"sponsored", "ugc"})


def unlike_an_article(sight: Sight) -> bool:
    return not (sight.is_shaped or sight.is_shortened or headline(sight))


DOUBTS: tuple[tuple[float, Callable[[Sight], bool]], ...] = (
    (0.1, about_privacy),
    (0.1, among_related),
    (0.1, in_caption),
    (0.1, in_footnote),
    (0.2, asks_to_act),
    (0.2, in_brackets),
    (0.2, one_of_several),
    (0.3, is_sponsored),
    (0.5, about_a_document),
    (0.6, in_prose),
    (0.75, in_quote_or_table),
    (0.75, unlike_an_article),
)


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= SAME_WORDS and shared >= SAME_SHARE * max(len(one), len(other))


def _is_topic(sight: Sight) -> bool:
    """Whether the call is about a topic ("read more about our work") and names no host."""
    kinds = all_of([*sight.lead_kinds[-4:], *sight.own_kinds])
    return bool(kinds & w.ABOUT) and not sight.brand
