"""Find evidence that a link leads to the full article: in its words and those around it.

Each public function with a `LinkContext` that returns a text returns the evidence, in words for
users; "" if there is no evidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.extract.links import vocabulary as w
from newscrawl.extract.links.context import all_of, is_address
from newscrawl.extract.links.target import is_article_shaped, slug_words

if TYPE_CHECKING:
    from newscrawl.extract.links.context import LinkContext

# Two words belong together if they are at most this many words apart: "read the whole long story".
NEAR_WORDS = 4
# Words between a call and its link.
REACH = 8
# A link text with more words is a sentence, not a call.
CALL_WORDS = 16
# A sentence with more words is not only a call.
CALL_ALONE_WORDS = 7

# Two headlines are the same if they share this many words,
SAME_WORDS = 4
# and this share of their words.
SAME_SHARE = 0.6

_ELLIPSIS = re.compile(r"(?:…|\.\s?\.\s?\.|\[…\]|\[\.\.\.\])[\s\]»”\"']*$")
_PAUSE_AND_WORD = re.compile(r"[,;:–—()\[|!?.-]\s*\w+\s*:?\s*$")


def _has_pair(kinds: list[int], first: int, other: int, near: int = NEAR_WORDS) -> bool:
    firsts = [i for i, kind in enumerate(kinds) if kind & first]
    others = [i for i, kind in enumerate(kinds) if kind & other]
    return any(abs(i - j) <= near for i in firsts for j in others)


def points(context: LinkContext) -> bool:
    """Return whether the link's words only point: "here", an address, a host's name."""
    if is_address(context.anchor.text):
        return True
    if context.is_brand_own and len(context.own) <= REACH and _ends_its_sentence(context):
        return True
    bare = w.HERE | w.FILLER | w.READ | w.ARTICLE | w.SOURCE | w.WHOLE
    return (
        bool(context.own)
        and len(context.own) <= 6
        and all(kind & bare for kind in context.own.kinds)
    )


def _ends_its_sentence(context: LinkContext) -> bool:
    """Return whether the link ends its sentence, or the sentence is a call.

    A host's name in a statement points nowhere.
    """
    return len(context.tail) <= 3 or bool(all_of(context.opening.kinds) & (w.READ | w.WHOLE))


def _is_introduced(context: LinkContext) -> bool:
    return context.before.rstrip().endswith((":", "："))


def _says(context: LinkContext, first: int, other: int) -> bool:
    """Return whether a pair of words is in the link's text, or near a link that only points."""
    if len(context.own) <= CALL_WORDS and _has_pair(context.own.kinds, first, other):
        return True
    lead = context.lead.kinds[-REACH:]
    if _is_introduced(context) and _has_pair(lead, first, other):
        return True
    if not points(context):
        return False
    own_and_tail = [*context.own.kinds, *context.tail.kinds[:REACH]]
    return (
        _has_pair(lead, first, other)
        or _has_pair(own_and_tail, first, other)
        or _has_pair([*lead[-3:], *context.own.kinds], first, other)
    )


def _quoted(context: LinkContext) -> str:
    """Return the link's words as evidence, with the words before it if the link only points."""
    lead = " ".join(context.before.split()[-REACH:]) if points(context) else ""
    return f"words '{lead} {context.anchor.text}'" if lead else f"words '{context.anchor.text}'"


def footer(context: LinkContext) -> str:
    """Find the line that feeds add: "The post X appeared first on Y"."""
    found = all_of(context.tail.kinds)
    if found & w.FIRST and found & w.PUBLISHED and not points(context):
        return "a feed's line 'appeared first on'"
    return ""


def full_article(context: LinkContext) -> str:
    """Find words such as "the full article"."""
    return _quoted(context) if _says(context, w.WHOLE, w.ARTICLE) else ""


def republished(context: LinkContext) -> str:
    """Find words such as "first published by", "reprinted from"."""
    near = context.lead.kinds[-REACH:]
    own = context.own.kinds[:REACH]
    if all_of(near) & w.DOCUMENT and not all_of(near) & w.ARTICLE:
        return ""  # a recipe or a table was republished, not an article
    is_said = all_of(near[-5:]) & w.TAKEN or _has_pair(near, w.FIRST, w.PUBLISHED)
    is_said_around = all_of(near[-5:]) & w.FIRST and all_of(context.tail.kinds[:2]) & w.PUBLISHED
    if is_said_around or (is_said and (points(context) or len(context.own) <= 6)):
        lead = " ".join(context.before.split()[-REACH:])
        return f"words '{lead} {context.anchor.text}'"
    if len(context.own) <= CALL_WORDS and (
        _has_pair(own, w.FIRST, w.PUBLISHED) or (own and own[0] & w.TAKEN)
    ):
        return f"words '{context.anchor.text}'"
    return ""


def read_article(context: LinkContext) -> str:
    """Find a call such as "read the article here".

    In the middle of a text, "read this article" may be about another article.
    """
    is_call = (
        _has_pair(context.own.kinds, w.READ, w.ARTICLE) or all_of(context.opening.kinds) & w.READ
    )
    is_set_off = is_call or context.is_at_end or context.is_at_start
    is_of_many = all_of(context.lead.kinds) & w.MORE and _is_topic(
        context
    )  # "more of her articles"
    if (is_set_off and _says(context, w.READ, w.ARTICLE)) or _reads_in_full(context):
        return "" if is_of_many else _quoted(context)
    return ""


def _reads_in_full(context: LinkContext) -> bool:
    """Return whether the words are "read in full", "view original": nothing else is full."""
    kinds = context.own.kinds if len(context.own) <= CALL_WORDS else []
    if points(context):
        kinds = [*context.lead.kinds[-REACH:], *kinds]
    for i, kind in enumerate(kinds[:-1]):
        following = kinds[i + 1 : i + 3]
        if kind & w.READ and following[0] & w.WHOLE and (not following[1:] or following[1]):
            return True
        if kind & w.READ and following[0] & w.AT and following[1:] and following[1] & w.WHOLE:
            return True
    return False


def to_article(context: LinkContext) -> str:
    """Find a line that is only "to the article"."""
    kinds = [*context.lead.kinds, *context.own.kinds]
    call = w.READ | w.HERE | w.FILLER | w.ARTICLE
    is_onward = bool(kinds[1:] and kinds[0] & w.MORE and kinds[1] & w.HERE)  # "weiter zum"
    is_call = 1 < len(kinds) <= 5 and all(kind & call for kind in kinds[is_onward:])
    is_line = (context.opens_line or context.anchor.button) and not context.tail
    return _quoted(context) if is_call and is_line and all_of(context.own.kinds) & w.ARTICLE else ""


def headline(context: LinkContext) -> str:
    """Find a link text that is the post's title."""
    own = frozenset(word for word in context.own.words if len(word) > 2)
    title = frozenset(word for word in context.page.title if len(word) > 2)
    is_title = len(context.own) > 1 and context.own.words == context.page.title
    if is_title or is_same(own, title) or is_same(own, context.page.slug):
        return "its words are the post's headline"
    return ""


def read_more(context: LinkContext) -> str:
    """Find a call such as "read more"."""
    is_call = len(context.own) <= 10 and (
        all_of(context.own.kinds) & w.ONWARD or _has_pair(context.own.kinds, w.READ, w.MORE, 3)
    )
    if is_call or (points(context) and (_says(context, w.READ, w.MORE) or _is_onward(context))):
        return "" if _is_topic(context) else _quoted(context)
    return ""


def _is_onward(context: LinkContext) -> bool:
    """Return whether only a call is before the link: "Weiterlesen: a.example/x"."""
    return (
        len(context.lead) == 1
        and bool(context.lead.kinds[0] & w.ONWARD)
        and _is_introduced(context)
    )


def plain_call(context: LinkContext) -> str:
    """Find a sentence that is only a call: "Read more here"."""
    if len(context.lead) + len(context.own) + len(context.tail) <= CALL_ALONE_WORDS:
        return read_more(context)
    return ""


def bare_more(context: LinkContext) -> str:
    """Find a separate link with only "more", for example after a cut text."""
    is_more = 0 < len(context.own) <= 2 and all(k & (w.MORE | w.FILLER) for k in context.own.kinds)
    is_set_off = context.is_alone or after_ellipsis(context)
    return _quoted(context) if is_more and is_set_off and context.own.kinds[0] & w.MORE else ""


def more_at_name(context: LinkContext) -> str:
    """Find words such as "more at the BBC", "read it at Forbes".

    After "more at", the name may differ from the host's.
    """
    lead = all_of(context.lead.kinds[-4:]) if len(context.lead) <= 6 else 0
    own = all_of(context.own.kinds) if len(context.own) <= 6 else 0
    is_at_name = (
        lead & (w.MORE | w.ONWARD)
        and context.lead.kinds[-1] & w.AT
        and not lead & w.LEARN
        and len(context.own) <= 5
        and len(context.tail) <= 2
        and not context.anchor.text.islower()
    )
    is_brand = context.is_brand_own and (lead | own) & (w.READ | w.MORE) and not lead & w.LEARN
    if is_at_name or is_brand:
        return "" if _is_topic(context) else _quoted(context)
    return ""


def source_label(context: LinkContext) -> str:
    """Find a label such as "Source:"."""
    own = context.own.kinds
    if own and (context.is_alone or context.is_label_above) and _is_source_alone(own):
        return f"label '{context.anchor.text}'"
    lead = context.lead.kinds
    label = w.SOURCE | w.SOURCES
    if all_of(lead) & (w.CREDIT | w.DOCUMENT):
        return ""  # the source of a picture, a film or a table
    if 0 < len(lead) <= 4 and all_of(lead[-3:]) & label and len(own) <= CALL_WORDS:
        return f"label '{context.before.strip()}'"
    return ""


def _is_source_alone(own: list[int]) -> bool:
    """Return whether a link's words are "source: a name", or "go to the source"."""
    is_bare = all(kind & (w.SOURCE | w.FILLER | w.HERE | w.READ) for kind in own)
    return bool(own[0] & w.SOURCE) or (is_bare and bool(all_of(own) & w.SOURCE))


def published_at(context: LinkContext) -> str:
    """Find a line that only names the publisher of an article: "Published in A"."""
    lead = context.lead.kinds
    is_said = 0 < len(lead) <= 6 and all_of(lead[-3:]) & w.PUBLISHED and context.opens_line
    words = zip(context.lead.words, lead, strict=True)
    has_more = any(len(word) > 3 and not kind for word, kind in words)
    if not is_said or has_more or not context.is_brand_own or len(context.tail) > 5:
        return ""
    if all_of(lead) & (w.DOCUMENT | w.CREDIT):
        return ""
    return f"words '{' '.join(context.before.split())} {context.anchor.text}'"


def original_here(context: LinkContext) -> str:
    """Find a short line such as "The original is here"."""
    kinds = [*context.lead.kinds, *context.own.kinds]
    if len(kinds) > REACH or not points(context):
        return ""
    last = max((i for i, kind in enumerate(kinds) if kind & w.WHOLE), default=len(kinds))
    between = kinds[last + 1 : len(context.lead)]
    is_of_the_link = last < len(kinds) and all(kind & (w.AT | w.FILLER) for kind in between)
    # An unknown word may name the thing that is full: the programme, the list of winners.
    return _quoted(context) if is_of_the_link and all(context.lead.kinds) else ""


def called_to_article(context: LinkContext) -> str:
    """Find a call to an article, or a very short sentence: "You find the article here"."""
    is_short = len(context.lead) + len(context.own) + len(context.tail) <= CALL_ALONE_WORDS
    return article_here(context) if is_short or all_of(context.opening.kinds) & w.READ else ""


def article_here(context: LinkContext) -> str:
    """Find a link "here" near a word for an article."""
    near = all_of(
        [*context.lead.kinds[-REACH:], *context.own.kinds, *context.tail.kinds[:NEAR_WORDS]]
    )
    has_here = all_of(context.own.kinds) & w.HERE
    return _quoted(context) if has_here and near & w.ARTICLE and points(context) else ""


def full_document(context: LinkContext) -> str:
    """Find words such as "the full report"."""
    return _quoted(context) if _says(context, w.WHOLE, w.DOCUMENT) else ""


def via(context: LinkContext) -> str:
    """Find "via" after a text or a pause; "photo via" and "video via" credit something else."""
    lead = context.lead.kinds
    is_last = not context.tail
    is_via = (
        lead and lead[-1] & w.VIA and (len(lead) == 1 or _PAUSE_AND_WORD.search(context.before))
    )
    if is_via and is_last and len(context.own) <= 6:
        return f"words 'via {context.anchor.text}'"
    own = context.own.kinds
    return f"words '{context.anchor.text}'" if own and own[0] & w.VIA and is_last else ""


def learn_more(context: LinkContext) -> str:
    """Find a weak call such as "learn more"."""
    own = all_of(context.own.kinds) if len(context.own) <= 10 else 0
    if own & w.LEARN or (own & w.READ and own & w.MORE) or own & w.ONWARD:
        return f"words '{context.anchor.text}'"
    return ""


def _is_topic(context: LinkContext) -> bool:
    """Return whether the call is about a topic ("read more about our work") and names no host."""
    lead = context.lead.kinds[-REACH:]
    said = all_of([*lead, *context.own.kinds])
    is_at_host = context.brand and said & w.MORE and (not lead or lead[-1] & w.AT)
    return bool(said & w.ABOUT) and not is_at_host


# --- Support: the address, the place and the look make any claim more likely.


def same_address(context: LinkContext) -> str:
    slug = frozenset(map(w.fold, slug_words(context.link.parts.path)))
    return "its address has the words of the post's" if is_same(slug, context.page.slug) else ""


def after_ellipsis(context: LinkContext) -> str:
    above = context.page.lines[context.number - 1].text if context.number else ""
    text = context.line.text[: context.anchor.start].rstrip() or above.rstrip()
    return "the text breaks off before it" if _ELLIPSIS.search(text[-12:]) else ""


def is_button(context: LinkContext) -> str:
    return f"button of {context.anchor.button}" if context.anchor.button else ""


def named_host(context: LinkContext) -> str:
    return f"text names the host's name {context.brand}" if context.brand else ""


def named_at_start(context: LinkContext) -> str:
    is_new = context.is_brand_at_start and not context.brand
    return "the post's beginning names its host" if is_new else ""


def at_the_edge(context: LinkContext) -> str:
    if context.is_at_end:
        return "stands at the post's end"
    return "stands at the post's start" if context.is_at_start else ""


def article_address(context: LinkContext) -> str:
    return "its address is like an article's" if is_article_shaped(context.link.parts) else ""


def is_same(first: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(first & other)
    return shared >= SAME_WORDS and shared >= SAME_SHARE * max(len(first), len(other))
