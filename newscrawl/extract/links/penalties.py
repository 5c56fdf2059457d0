"""Find reasons why a link is less likely to lead to the full article.

Each function returns whether its reason holds for the link.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawl.extract.links import vocabulary as w
from newscrawl.extract.links.context import all_of
from newscrawl.extract.links.evidence import REACH, headline, republished, source_label
from newscrawl.extract.links.lines import CAPTION, QUOTE, TABLE
from newscrawl.extract.links.target import SHORTENERS, is_article_shaped

if TYPE_CHECKING:
    from newscrawl.extract.links.context import LinkContext

# Characters that a sentence needs.
MIN_SENTENCE = 25
# Characters that are read on each side of a link.
SEEN_CHARS = 500
# With more words around a link, its sentence is a statement, not a call.
PROSE_WORDS = 10

_OPEN_BRACKET = re.compile(r".[(\[（【]\s*[^()\[\]（）【】]{0,40}$")
_JOINED_AFTER = re.compile(r"\s*(?:[,/;&|+、，]|(?:and|und|y|et|e|en|i|и)\s)")
_JOINED_BEFORE = re.compile(r"(?:[,/;&|+、，]|\s(?:and|und|y|et|e|en|i|и))\s*$")
# The number at the start of the line under a table or a chart.
_NUMBERED = re.compile(
    r"\W*(?:abb|chart|cuadro|fig|graf|gráf|graph|tab|диаграмма|рис|табл|[图圖表図])[^\W\d]{0,10}[.:]?\s*\d",
    re.IGNORECASE,
)
_NOTE_NUMBER = re.compile(r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,2}[.)]\s|[¹²³⁴-⁹↑^])")


def in_brackets(context: LinkContext) -> bool:
    """Return whether the link is in brackets, but not its whole line."""
    return bool(_OPEN_BRACKET.search(context.line.text[: context.anchor.start].lstrip()[-60:]))


def one_of_several(context: LinkContext) -> bool:
    """Return whether there are other links beside it."""
    is_joined = _JOINED_AFTER.match(context.after) or _JOINED_BEFORE.search(context.before)
    has_plural = (context.section | all_of(context.lead.kinds)) & w.SOURCES
    return context.others > 1 or (context.others == 1 and bool(is_joined or has_plural))


def in_a_section(context: LinkContext) -> bool:
    """Return whether the link is in a middle section of several: then it is about that section."""
    if context.is_at_end or context.is_at_start:
        return False
    headings = context.page.headings
    return len(headings) > 1 and headings[1] < context.number < headings[-1]


def source_amid(context: LinkContext) -> bool:
    """Return whether the link is a source amid the text: of a chart, a quote or an image."""
    is_amid = not (context.is_at_end or (context.is_at_start and not context.line.is_under_image))
    return is_amid and bool(source_label(context))


def in_caption(context: LinkContext) -> bool:
    """Return whether the link is in a caption or a credit."""
    credit = all_of([*context.lead.kinds[-REACH:], *context.own.kinds[:3]]) & w.CREDIT
    is_numbered = bool(_NUMBERED.match(context.line.text))
    return bool(credit) or is_numbered or context.line.place & CAPTION > 0


def among_related(context: LinkContext) -> bool:
    """Return whether the link is among related links or references."""
    lead = context.lead.kinds[-4:] if len(context.lead) <= 8 else []
    own = context.own.kinds[:2]
    return bool((all_of([*lead, *own]) | context.section) & w.RELATED)


def asks_to_act(context: LinkContext) -> bool:
    """Return whether the link asks for something else than reading.

    "Read or listen" starts with reading, so it does not.
    """
    near = all_of([*context.lead.kinds[-6:], *context.own.kinds])
    begins_with_reading = bool(context.opening.kinds) and context.opening.kinds[0] & w.READ
    if headline(context) or (begins_with_reading and near & w.ARTICLE):
        return False
    return bool(near & w.ACT)


def about_a_document(context: LinkContext) -> bool:
    """Return whether the link leads to a report, a study or a form."""
    kinds = [*context.lead.kinds[-REACH:], *context.own.kinds]
    near = all_of(kinds)
    is_text_of_it = any(a & w.DOCUMENT and b & w.ARTICLE for a, b in pairwise(kinds)) or any(
        a & w.ARTICLE and d & w.DOCUMENT and b & c & w.FILLER
        for a, b, c, d in zip(kinds, kinds[1:], kinds[2:], kinds[3:], strict=False)
    )
    is_about = near & w.DOCUMENT and (is_text_of_it or not near & w.ARTICLE)
    return bool(is_about) and not context.is_brand_own


def about_privacy(context: LinkContext) -> bool:
    """Return whether the link is about privacy or terms of use."""
    kinds = w.kinds_in(w.words_of(context.line.text))
    return bool((all_of(kinds) | context.section) & w.PRIVACY)


def in_footnote(context: LinkContext) -> bool:
    """Return whether the link's line starts with the number of a footnote."""
    first = context.line.anchors[0]
    is_back = first.href.startswith("#") and first.start <= 3 and len(first.text) <= 5
    return is_back or bool(_NOTE_NUMBER.match(context.line.text))


def in_quote_or_table(context: LinkContext) -> bool:
    """Return whether the link is in a quote or a table; a button there is only laid out so."""
    return not context.anchor.button and context.line.place & (QUOTE | TABLE) > 0


def in_prose(context: LinkContext) -> bool:
    """Return whether the link is in a long sentence that is no call to read."""
    calls = w.READ | w.MORE
    is_called = all_of([*context.opening.kinds, *context.own.kinds]) & calls
    is_said_before = all_of(context.lead.kinds[-REACH:]) & (calls | w.TAKEN | w.PUBLISHED)
    if (
        (is_called and len(context.tail) <= REACH)
        or context.anchor.button
        or context.is_label_above
    ):
        return False
    if is_said_before and (len(context.tail) <= 3 or is_said_before & w.TAKEN):
        return False
    if _tells_the_origin(context):
        return False
    return len(context.lead) + len(context.tail) > PROSE_WORDS


def _tells_the_origin(context: LinkContext) -> bool:
    """Return whether a line at the post's edge starts with "This article first appeared in"."""
    is_note = context.opens_line and (context.is_at_end or context.is_at_start)
    return is_note and bool(all_of(context.lead.kinds) & w.ARTICLE and republished(context))


def amid_a_paragraph(context: LinkContext) -> bool:
    """Return whether the link's sentence is between two others: then it is about their subject."""
    text, anchor = context.line.text, context.anchor
    before = text[max(0, anchor.start - SEEN_CHARS) : anchor.start].removesuffix(context.before)
    after = text[anchor.end : anchor.end + SEEN_CHARS].removeprefix(context.after)
    return len(before.strip()) >= MIN_SENTENCE and len(after.strip(" .)!?…")) >= MIN_SENTENCE


def is_image(context: LinkContext) -> bool:
    """Return whether the link has only a picture: it may be an advertisement."""
    return context.anchor.is_image


def is_sponsored(context: LinkContext) -> bool:
    """Return whether the link's ``rel`` marks it as sponsored or as written by users."""
    return bool(context.anchor.rel & {"sponsored", "ugc"})


def unlike_an_article(context: LinkContext) -> bool:
    """Return whether the link's URL does not look like an article's."""
    host = (context.link.parts.hostname or "").removeprefix("www.")
    return not (is_article_shaped(context.link.parts) or host in SHORTENERS or headline(context))
