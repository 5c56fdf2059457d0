"""Evidence that a link leads to the full article: its words, and the words before it.

Each function returns the evidence in words that a user reads, "" if there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawl.extract.links import vocabulary as w
from newscrawl.extract.links.context import all_of, is_address
from newscrawl.extract.links.support import after_ellipsis, is_same

if TYPE_CHECKING:
    from newscrawl.extract.links.context import Sight

NEAR = 4  # words between two that belong together: "read the whole long story"
REACH = 8  # words between a call and the link that it is about
CALL_WORDS = 16  # a longer link text is a sentence, not a call
CALL_ALONE_WORDS = 7

_PAUSE_AND_WORD = re.compile(r"[,;:–—()\[|!?.-]\s*\w+\s*:?\s*$")


def _has_pair(kinds: list[int], one: int, other: int, near: int = NEAR) -> bool:
    ones = [i for i, kind in enumerate(kinds) if kind & one]
    others = [i for i, kind in enumerate(kinds) if kind & other]
    return any(abs(i - j) <= near for i in ones for j in others)


def points(sight: Sight) -> bool:
    """Whether the link's words mean no more than "there": here, an address, a host's name."""
    if is_address(sight.anchor.text):
        return True
    if sight.is_brand_own and len(sight.own) <= REACH and _ends_its_sentence(sight):
        return True
    bare = w.HERE | w.FILLER | w.READ | w.ARTICLE | w.SOURCE | w.WHOLE
    return bool(sight.own) and len(sight.own) <= 6 and all(kind & bare for kind in sight.own.kinds)


def _ends_its_sentence(sight: Sight) -> bool:
    """Whether little follows, or the sentence is a call: a name in a statement points nowhere."""
    return len(sight.tail) <= 3 or bool(all_of(sight.opening.kinds) & (w.READ | w.WHOLE))


def _is_introduced(sight: Sight) -> bool:
    return sight.before.rstrip().endswith((":", "："))


def _says(sight: Sight, one: int, other: int) -> bool:
    """Whether a pair of words is in the link's text, or next to a link that only points."""
    if len(sight.own) <= CALL_WORDS and _has_pair(sight.own.kinds, one, other):
        return True
    lead = sight.lead.kinds[-REACH:]
    if _is_introduced(sight) and _has_pair(lead, one, other):
        return True
    if not points(sight):
        return False
    own_and_tail = [*sight.own.kinds, *sight.tail.kinds[:REACH]]
    return (
        _has_pair(lead, one, other)
        or _has_pair(own_and_tail, one, other)
        or _has_pair([*lead[-3:], *sight.own.kinds], one, other)
    )


def _quoted(sight: Sight) -> str:
    """Return the link's words as evidence, after those before it if they make the call."""
    lead = " ".join(sight.before.split()[-REACH:]) if points(sight) else ""
    return f"words '{lead} {sight.anchor.text}'" if lead else f"words '{sight.anchor.text}'"


def footer(sight: Sight) -> str:
    """The line that feeds add: "The post X appeared first on Y"."""
    found = all_of(sight.tail.kinds)
    if found & w.FIRST and found & w.PUBLISHED and not points(sight):
        return "a feed's line 'appeared first on'"
    return ""


def full_article(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.WHOLE, w.ARTICLE) else ""


def republished(sight: Sight) -> str:
    near = sight.lead.kinds[-REACH:]
    own = sight.own.kinds[:REACH]
    if all_of(near) & w.DOCUMENT and not all_of(near) & w.ARTICLE:
        return ""  # a recipe, a table
    is_said = all_of(near[-5:]) & w.TAKEN or _has_pair(near, w.FIRST, w.PUBLISHED)
    is_said_around = all_of(near[-5:]) & w.FIRST and all_of(sight.tail.kinds[:2]) & w.PUBLISHED
    if is_said_around or (is_said and (points(sight) or len(sight.own) <= 6)):
        lead = " ".join(sight.before.split()[-REACH:])
        return f"words '{lead} {sight.anchor.text}'"
    if len(sight.own) <= CALL_WORDS and (
        _has_pair(own, w.FIRST, w.PUBLISHED) or (own and own[0] & w.TAKEN)
    ):
        return f"words '{sight.anchor.text}'"
    return ""


def read_article(sight: Sight) -> str:
    """Such as "read the article here"; amid a text "read this article" may be about another."""
    is_call = _has_pair(sight.own.kinds, w.READ, w.ARTICLE) or all_of(sight.opening.kinds) & w.READ
    is_set_off = is_call or sight.is_at_end or sight.is_at_start
    is_of_many = all_of(sight.lead.kinds) & w.MORE and _is_topic(sight)  # "more of her articles"
    if (is_set_off and _says(sight, w.READ, w.ARTICLE)) or _reads_in_full(sight):
        return "" if is_of_many else _quoted(sight)
    return ""


def _reads_in_full(sight: Sight) -> bool:
    """Such as "read in full", "view original", with no other thing between or after the two."""
    kinds = sight.own.kinds if len(sight.own) <= CALL_WORDS else []
    if points(sight):
        kinds = [*sight.lead.kinds[-REACH:], *kinds]
    for i, kind in enumerate(kinds[:-1]):
        following = kinds[i + 1 : i + 3]
        if kind & w.READ and following[0] & w.WHOLE and (not following[1:] or following[1]):
            return True
        if kind & w.READ and following[0] & w.AT and following[1:] and following[1] & w.WHOLE:
            return True
    return False


def to_article(sight: Sight) -> str:
    """A line with only "to the article"."""
    kinds = [*sight.lead.kinds, *sight.own.kinds]
    call = w.READ | w.HERE | w.FILLER | w.ARTICLE
    is_onward = bool(kinds[1:] and kinds[0] & w.MORE and kinds[1] & w.HERE)  # "weiter zum"
    is_call = 1 < len(kinds) <= 5 and all(kind & call for kind in kinds[is_onward:])
    is_line = (sight.opens_line or sight.anchor.button) and not sight.tail
    return _quoted(sight) if is_call and is_line and all_of(sight.own.kinds) & w.ARTICLE else ""


def headline(sight: Sight) -> str:
    own = frozenset(word for word in sight.own.words if len(word) > 2)
    title = frozenset(word for word in sight.page.title if len(word) > 2)
    is_title = len(sight.own) > 1 and sight.own.words == sight.page.title
    if is_title or is_same(own, title) or is_same(own, sight.page.slug):
        return "its words are the post's headline"
    return ""


def read_more(sight: Sight) -> str:
    is_call = len(sight.own) <= 10 and (
        all_of(sight.own.kinds) & w.ONWARD or _has_pair(sight.own.kinds, w.READ, w.MORE, 3)
    )
    if is_call or (points(sight) and (_says(sight, w.READ, w.MORE) or _is_onward(sight))):
        return "" if _is_topic(sight) else _quoted(sight)
    return ""


def _is_onward(sight: Sight) -> bool:
    """Whether one word that is a call stands before the link: "Weiterlesen: a.example/x"."""
    return len(sight.lead) == 1 and bool(sight.lead.kinds[0] & w.ONWARD) and _is_introduced(sight)


def plain_call(sight: Sight) -> str:
    """A sentence that is a call and nothing more: "Read more here"."""
    if len(sight.lead) + len(sight.own) + len(sight.tail) <= CALL_ALONE_WORDS:
        return read_more(sight)
    return ""


def bare_more(sight: Sight) -> str:
    """A link of its own with "more", as after a text that breaks off."""
    is_more = 0 < len(sight.own) <= 2 and all(k & (w.MORE | w.FILLER) for k in sight.own.kinds)
    is_set_off = sight.is_alone or after_ellipsis(sight)
    return _quoted(sight) if is_more and is_set_off and sight.own.kinds[0] & w.MORE else ""


def more_at_name(sight: Sight) -> str:
    """Such as "more at the BBC", "read it at Forbes"; or "more at" a name that no host has."""
    lead = all_of(sight.lead.kinds[-4:]) if len(sight.lead) <= 6 else 0
    own = all_of(sight.own.kinds) if len(sight.own) <= 6 else 0
    is_at_name = (
        lead & (w.MORE | w.ONWARD)
        and sight.lead.kinds[-1] & w.AT
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
    own = sight.own.kinds
    if own and (sight.is_alone or sight.is_label_above) and _is_source_alone(own):
        return f"label '{sight.anchor.text}'"
    lead = sight.lead.kinds
    label = w.SOURCE | w.SOURCES
    if all_of(lead) & (w.CREDIT | w.DOCUMENT):
        return ""  # of a picture, a film, a table
    if 0 < len(lead) <= 4 and all_of(lead[-3:]) & label and len(own) <= CALL_WORDS:
        return f"label '{sight.before.strip()}'"
    return ""


def _is_source_alone(own: list[int]) -> bool:
    """Whether a link's words are "source: a name", or "go to the source"."""
    is_bare = all(kind & (w.SOURCE | w.FILLER | w.HERE | w.READ) for kind in own)
    return bool(own[0] & w.SOURCE) or (is_bare and bool(all_of(own) & w.SOURCE))


def published_at(sight: Sight) -> str:
    """A line that only names the publisher of an article: "Published in A"."""
    lead = sight.lead.kinds
    is_said = 0 < len(lead) <= 6 and all_of(lead[-3:]) & w.PUBLISHED and sight.opens_line
    words = zip(sight.lead.words, lead, strict=True)
    has_more = any(len(word) > 3 and not kind for word, kind in words)
    if not is_said or has_more or not sight.is_brand_own or len(sight.tail) > 5:
        return ""
    if all_of(lead) & (w.DOCUMENT | w.CREDIT):
        return ""
    return f"words '{' '.join(sight.before.split())} {sight.anchor.text}'"


def original_here(sight: Sight) -> str:
    kinds = [*sight.lead.kinds, *sight.own.kinds]
    if len(kinds) > REACH or not points(sight):
        return ""
    last = max((i for i, kind in enumerate(kinds) if kind & w.WHOLE), default=len(kinds))
    between = kinds[last + 1 : len(sight.lead)]
    is_of_the_link = last < len(kinds) and all(kind & (w.AT | w.FILLER) for kind in between)
    # A word that is in no table may be the thing that is full: the programme, the list of winners.
    return _quoted(sight) if is_of_the_link and all(sight.lead.kinds) else ""


def called_to_article(sight: Sight) -> str:
    """A sentence that calls, or is too short for anything else: "You find the article here"."""
    is_short = len(sight.lead) + len(sight.own) + len(sight.tail) <= CALL_ALONE_WORDS
    return article_here(sight) if is_short or all_of(sight.opening.kinds) & w.READ else ""


def article_here(sight: Sight) -> str:
    near = all_of([*sight.lead.kinds[-REACH:], *sight.own.kinds, *sight.tail.kinds[:NEAR]])
    has_here = all_of(sight.own.kinds) & w.HERE
    return _quoted(sight) if has_here and near & w.ARTICLE and points(sight) else ""


def full_document(sight: Sight) -> str:
    return _quoted(sight) if _says(sight, w.WHOLE, w.DOCUMENT) else ""


def via(sight: Sight) -> str:
    """After a text or a pause; "photo via" and "video via" credit something else."""
    lead = sight.lead.kinds
    is_last = not sight.tail
    is_via = lead and lead[-1] & w.VIA and (len(lead) == 1 or _PAUSE_AND_WORD.search(sight.before))
    if is_via and is_last and len(sight.own) <= 6:
        return f"words 'via {sight.anchor.text}'"
    own = sight.own.kinds
    return f"words '{sight.anchor.text}'" if own and own[0] & w.VIA and is_last else ""


def learn_more(sight: Sight) -> str:
    own = all_of(sight.own.kinds) if len(sight.own) <= 10 else 0
    if own & w.LEARN or (own & w.READ and own & w.MORE) or own & w.ONWARD:
        return f"words '{sight.anchor.text}'"
    return ""


def _is_topic(sight: Sight) -> bool:
    """Whether the call is about a topic ("read more about our work") and names no host."""
    lead = sight.lead.kinds[-REACH:]
    said = all_of([*lead, *sight.own.kinds])
    is_at_host = sight.brand and said & w.MORE and (not lead or lead[-1] & w.AT)
    return bool(said & w.ABOUT) and not is_at_host
