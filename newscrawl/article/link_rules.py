"""What speaks for a link and against it: named rules with their weights.

A *claim* is what says that a link leads to the article; the strongest counts. *Support* is what
makes any claim more likely. Each weight is how likely that evidence alone is right, so that a
score is ``1 - (1 - claim) * (1 - support) * ...``, times the *doubts*, which are factors. They
were set by hand on links of real sites, round, and far from where a single case turns.
"""

from __future__ import annotations

import re
from itertools import pairwise
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
PROSE_WORDS = 10
SAME_WORDS = 4  # of a headline in another
SAME_SHARE = 0.6

_ELLIPSIS = re.compile(r"(?:…|\.\s?\.\s?\.|\[…\]|\[\.\.\.\])[\s\]»”\"']*$")
_OPEN_BRACKET = re.compile(r".[(\[（【]\s*[^()\[\]（）【】]{0,40}$")
_PAUSE_AND_WORD = re.compile(r"[,;:–—()\[|!?.-]\s*\w+\s*:?\s*$")
_JOINED_AFTER = re.compile(r"\s*(?:[,/;&|+、，]|(?:and|und|y|et|e|en|i|и)\s)")
_JOINED_BEFORE = re.compile(r"(?:[,/;&|+、，]|\s(?:and|und|y|et|e|en|i|и))\s*$")
_NOTE_NUMBER = re.compile(r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,2}[.)]\s|[¹²³⁴-⁹↑^])")


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
    found = all_of(sight.tail_kinds)
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
    if all_of(near[-5:]) & w.FIRST and all_of(sight.tail_kinds[:2]) & w.PUBLISHED:
        return f"words '{sight.before[-60:].lstrip()}{sight.anchor.text}{sight.after[:20]}'"
    if len(sight.own) <= CALL_WORDS and (
        _has_pair(own, w.FIRST, w.PUBLISHED) or (own and own[0] & w.TAKEN)
    ):
        return f"words '{sight.anchor.text}'"
    return ""


def read_article(sight: Sight) -> str:
    if _says(sight, w.READ, w.ARTICLE) or _reads_in_full(sight):
        return _quoted(sight)
    return ""


def _reads_in_full(sight: Sight) -> bool:
    """Such as "read in full", "view original", with no other thing between or after the two."""
    kinds = sight.own_kinds if len(sight.own) <= CALL_WORDS else []
    if points(sight):
        kinds = [*sight.lead_kinds[-REACH:], *kinds]
    for i, kind in enumerate(kinds[:-1]):
        following = kinds[i + 1 : i + 3]
        if kind & w.READ and following[0] & w.WHOLE and (not following[1:] or following[1]):
            return True
        if kind & w.READ and following[0] & w.AT and following[1:] and following[1] & w.WHOLE:
            return True
    return False


def to_article(sight: Sight) -> str:
    """A link of its own that says "to the article" and nothing else."""
    own = sight.own_kinds
    call = w.READ | w.HERE | w.FILLER | w.ARTICLE
    is_call = 1 < len(own) <= 5 and all(kind & call for kind in own) and all_of(own) & w.ARTICLE
    return _quoted(sight) if is_call and (sight.is_alone or sight.anchor.button) else ""


def headline(sight: Sight) -> str:
    own = frozenset(word for word in sight.own if len(word) > 2)
    title = frozenset(word for word in sight.page.title if len(word) > 2)
    is_title = len(sight.own) > 1 and sight.own == list(sight.page.title)
    if is_title or _is_same(own, title) or _is_same(own, sight.page.slug):
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


def bare_more(sight: Sight) -> str:
    """A link of its own that says "more", as after a text that breaks off."""
    is_more = 0 < len(sight.own) <= 2 and all(k & (w.MORE | w.FILLER) for k in sight.own_kinds)
    is_set_off = sight.is_alone or after_ellipsis(sight)
    return _quoted(sight) if is_more and is_set_off and sight.own_kinds[0] & w.MORE else ""


def more_at_name(sight: Sight) -> str:
    """Such as "more at the BBC", "read it at Forbes"; or "more at" a name that no host has."""
    lead = all_of(sight.lead_kinds[-4:]) if len(sight.lead) <= 6 else 0
    own = all_of(sight.own_kinds) if len(sight.own) <= 6 else 0
    is_at_name = (
        lead & (w.MORE | w.ONWARD)
        and sight.lead_kinds[-1] & w.AT
        and not lead & w.LEARN
        and len(sight.own) <= 5
        and len(sight.tail) <= 2
        and not sight.anchor.text.islower()
    )
    is_brand = sight.is_brand_own and (lead | own) & (w.READ | w.MORE) and not lead & w.LEARN
    if is_at_name or is_brand:
        return "" if _is_topic(sight) else _quoted(sight)
    return ""


def source_label(sight: Sight) -> str:
    own = sight.own_kinds
    if own and (sight.is_alone or sight.is_label_above) and _is_source_alone(own):
        return f"label '{sight.anchor.text}'"
    lead = sight.lead_kinds
    label = w.SOURCE | w.SOURCES
    if 0 < len(lead) <= 4 and all_of(lead[-3:]) & label and len(own) <= CALL_WORDS:
        return f"label '{sight.before.strip()}'"
    return ""


def _is_source_alone(own: list[int]) -> bool:
    """Whether a link's words are "source: a name", or "go to the source"."""
    is_bare = all(kind & (w.SOURCE | w.FILLER | w.HERE | w.READ) for kind in own)
    return bool(own[0] & w.SOURCE) or (is_bare and bool(all_of(own) & w.SOURCE))


def original_here(sight: Sight) -> str:
    kinds = [*sight.lead_kinds, *sight.own_kinds]
    if len(kinds) > REACH or not points(sight):
        return ""
    last = max((i for i, kind in enumerate(kinds) if kind & w.WHOLE), default=len(kinds))
    between = kinds[last + 1 : len(sight.lead)]
    is_of_the_link = last < len(kinds) and all(kind & (w.AT | w.FILLER) for kind in between)
    return _quoted(sight) if is_of_the_link else ""


def called_to_article(sight: Sight) -> str:
    """A sentence that calls, or is too short for anything else: "You find the article here"."""
    is_short = len(sight.lead) + len(sight.own) + len(sight.tail) <= CALL_ALONE_WORDS
    return article_here(sight) if is_short or all_of(sight.opening_kinds) & w.READ else ""


def article_here(sight: Sight) -> str:
    near = all_of([*sight.lead_kinds[-REACH:], *sight.own_kinds])
    has_here = all_of(sight.own_kinds) & w.HERE
    return _quoted(sight) if has_here and near & w.ARTICLE and points(sight) else ""


def full_document(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.WHOLE, w.DOCUMENT) else ""


def via(sight: Sight) -> str:
    """After a text or a pause; "photo via" and "video via" credit something else."""
    lead = sight.lead_kinds
    is_last = not sight.tail
    is_via = lead and lead[-1] & w.VIA and (len(lead) == 1 or _PAUSE_AND_WORD.search(sight.before))
    if is_via and is_last and len(sight.own) <= 6:
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
    Rule(0.45, bare_more),
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
    is_new = sight.is_brand_at_start and not sight.brand
    return "the post's beginning names its host" if is_new else ""


def at_the_edge(sight: Sight) -> str:
    if sight.is_at_end:
        return "stands at the post's end"
    return "stands at the post's start" if sight.is_at_start else ""


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
    """In brackets within a line; a line that is all in brackets is none the worse for it."""
    return bool(_OPEN_BRACKET.search(sight.line.text[: sight.anchor.start].lstrip()[-60:]))


def one_of_several(sight: Sight) -> bool:
    is_joined = _JOINED_AFTER.match(sight.after) or _JOINED_BEFORE.search(sight.before)
    return sight.others > 1 or (sight.others == 1 and bool(is_joined))


def source_amid(sight: Sight) -> bool:
    """The source of a chart, a quote or an image, where the text goes on below."""
    is_amid = not (sight.is_at_end or (sight.is_at_start and not sight.line.is_under_image))
    return is_amid and bool(source_label(sight))


def in_caption(sight: Sight) -> bool:
    credit = all_of([*sight.lead_kinds[-REACH:], *sight.own_kinds[:3]]) & w.CREDIT
    return bool(credit) or sight.line.place & CAPTION > 0


def among_related(sight: Sight) -> bool:
    lead = sight.lead_kinds[-4:] if len(sight.lead) <= 8 else []
    own = sight.own_kinds[:2]
    return bool((all_of([*lead, *own]) | sight.section) & w.RELATED)


def asks_to_act(sight: Sight) -> bool:
    """A call to something else than reading; "read or listen" begins with reading."""
    own = sight.own_kinds
    if headline(sight) or (own and own[0] & w.READ and all_of(own) & w.ARTICLE):
        return False
    return bool(all_of([*own, *sight.lead_kinds[-6:]]) & w.ACT)


def about_a_document(sight: Sight) -> bool:
    kinds = [*sight.lead_kinds[-REACH:], *sight.own_kinds]
    near = all_of(kinds)
    is_text_of_it = any(a & w.DOCUMENT and b & w.ARTICLE for a, b in pairwise(kinds))
    is_about = near & w.DOCUMENT and (is_text_of_it or not near & w.ARTICLE)
    return bool(is_about) and not sight.is_brand_own


def about_privacy(sight: Sight) -> bool:
    kinds = w.kinds_in(w.words_of(sight.line.text))
    return bool((all_of(kinds) | sight.section) & w.PRIVACY)


def in_footnote(sight: Sight) -> bool:
    """A line that begins with a number that the text above refers to."""
    first = sight.line.anchors[0]
    is_back = first.href.startswith("#") and first.start <= 3 and len(first.text) <= 5
    return is_back or bool(_NOTE_NUMBER.match(sight.line.text))


def in_quote_or_table(sight: Sight) -> bool:
    return sight.line.place & (QUOTE | TABLE) > 0


def in_prose(sight: Sight) -> bool:
    """A link amid a long sentence that calls nobody to read."""
    calls = w.READ | w.MORE
    is_called = all_of([*sight.opening_kinds, *sight.own_kinds]) & calls
    is_said_before = all_of(sight.lead_kinds[-REACH:]) & (calls | w.TAKEN)
    if is_called or sight.anchor.button or sight.is_label_above:
        return False
    if is_said_before and (len(sight.tail) <= 3 or is_said_before & w.TAKEN):
        return False
    return len(sight.lead) + len(sight.tail) > PROSE_WORDS


def is_image(sight: Sight) -> bool:
    """A link around a picture, whose words are the picture's: as often an advertisement."""
    return sight.anchor.is_image


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
    (0.75, source_amid),
    (0.3, is_sponsored),
    (0.5, about_a_document),
    (0.6, in_prose),
    (0.75, in_quote_or_table),
    (0.75, is_image),
    (0.75, unlike_an_article),
)


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared >= SAME_WORDS and shared >= SAME_SHARE * max(len(one), len(other))


def _is_topic(sight: Sight) -> bool:
    """Whether the call is about a topic ("read more about our work") and names no host."""
    kinds = all_of([*sight.lead_kinds[-4:], *sight.own_kinds])
    return bool(kinds & w.ABOUT) and not sight.brand
