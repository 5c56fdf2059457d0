"""Names of people, out of what stands where an author should: bylines, roles, handles, houses."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

# Characters and words of a name, and names of an article.
MAX_NAME: Final = 70
MAX_WORDS: Final = 6
MAX_NAMES: Final = 30
# Characters of a byline that is read.
MAX_BYLINE: Final = 400

# What stands before a name, in the languages of the press.
_BEFORE: Final = re.compile(
    r"^\W*(?:(?:(?:written|reported|story|words|article|text|posted|published|photos?|interview|edited) )?by\b"
    r"|by:|authors?\b:?|reporters?\b:|reporting by|from\b|von\b|text(?:e|o)?\b:|foto\b:|autor(?:in|en|es|a|e)?\b:?|par\b|por\b|di\b|da\b"
    r"|door\b|av\b|af\b|tekst\b:?|teksti\b:|przez\b|napsal[ai]?\b:?|írta\b:?|szerző\b:|scritto da|escrito por|publié par|rédigé par"
    r"|oleh\b:?|penulis\b:?|yazan\b:?|автор(?:ы)?\b:?|текст\b:?|بقلم\b:?|كتب[تـ]?\b:?|作者\s*[:：]?|記者\s*[:：]|记者\s*[:：]|文\s*[／/:：]|取材・文\s*[:：]?)\s*",
    re.IGNORECASE,
)
# What stands after a name: where and as what someone writes, how to reach them, when.
_AFTER: Final = re.compile(
    r"\s*(?:[(（\[].*|\s[|•·–—/]\s.*|\s-\s.*|\b(?:for|of|at|with|and agencies|and staff)\b\s.*"
    r"|[,\s]+(?:in|aus|à|en|da)\s+[A-Z][\w-]+$"
    r"|\b(?:is|ist|est|es) (?:an?|the|ein\w*|une?|il|el|la)\b.*"
    r"|\b(?:staff|senior|chief|special|contributing|political|deputy|associate|executive|managing|reporter|correspondent|writer|editor"
    r"|columnist|contributor|producer|journalist\w*|redakteur\w*|redakteur|korrespondent\w*|volont[aä]r\w*|reporterin|redaktor\w*|redacteur"
    r"|rédact\w+|correspondant\w*|corresponsal|redactor\w*|giornalista|inviat[oa]|jornalista|periodista|specjalista|dziennikarz\w*)\b.*"
    r"|\b(?:updated?|published|posted|last|am|pm|um|at)\b:?\s*\d.*|\d.*|@\S*.*|https?:.*|\|.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS: Final = re.compile(r"https?:|www\.|@|\.(?:com|org|net|html?|php|de|uk)\b|^[/#]", re.IGNORECASE)
_AND: Final = re.compile(
    r"\s*(?:;|、|・(?=[^・]*$)|\n|\band\b|\bund\b|\bet\b|\bsowie\b|\bog\b|\boch\b|\ben\b(?=\s[A-Z])|\bdan\b|\bve\b|\sи\s|\sта\s|\s&\s|\s\+\s)\s*"
)
# These join names too, but stand within names as well: "José Ortega y Gasset".
_AND_MAYBE: Final = re.compile(r"\s+(?:y|e|i|a|și|és)\s+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Words that no person's name has: of houses, desks, and of what stands beside a byline.
_NO_PERSON: Final = re.compile(
    r"\b(?:admin|administrator|agenc\w+|agentur\w*|agencia|all posts|archiv\w*|articles?|associated|authors?|channel|comments?|company"
    r"|contributors?|copyright|correspondents?|daily|desk|dpa|editorial|editors?|facebook|follow|gazette|herald|inc|journal|latest|live|ltd|magazin\w*"
    r"|media|minutes?|more|network|news\w*|nachrichten|online|photo\w*|posts?|press\w*|redac\w+|redaktion\w*|rédaction|redazione|redakcja|redakce|réda\w*"
    r"|reporters?|reuters|read|share|site|staff|studio|subscribe|team|telegraph|the|times|today|tribune|tv|twitter|updated|view|web|weekly"
    r"|world|zeitung|редакция|новости)\b",
    re.IGNORECASE,
)


def names_in(value: str) -> list[str]:
    """Return the names in a byline, or in what a page says its author is; none for addresses.

    >>> names_in("By Ann Example and Bob B. Example")
    ['Ann Example', 'Bob B. Example']
    """
    value = " ".join(unescape(value)[:MAX_BYLINE].split())
    value = _BEFORE.sub("", _BEFORE.sub("", value))
    found: list[str] = []
    for part in _parts(value):
        name = _BEFORE.sub("", part).strip(" ,;:.|–—-\u200b\u3000")
        name = _AFTER.sub("", name).strip(" ,;:.|–—-") if not is_plain(name) else name
        if is_plain(name) and name not in found:
            found.append(name)
    return found[:MAX_NAMES]


def is_plain(name: str) -> bool:
    """Say whether *name* can be a name as it stands: a few words, no address, no number."""
    return (
        0 < len(name) <= MAX_NAME
        and len(name.split()) <= MAX_WORDS
        and bool(_LETTER.search(name))
        and not _ADDRESS.search(name)
        and not re.search(r"\d|[|()\[\]{}<>]", name)
    )


def is_person(name: str) -> bool:
    """Say whether *name* looks like a person's rather than a house's.

    >>> is_person("Ann Example"), is_person("Example News")
    (True, False)
    """
    if _DENSE.search(name):
        return len(name) <= 8 and not re.search("[新聞社報通信編集部記者讯网台오뉴스]", name)
    words = name.split()
    return len(words) >= 2 and not _NO_PERSON.search(name) and words[0][:1].upper() == words[0][:1]


def _parts(value: str) -> list[str]:
    """Return what may be one name each."""
    parts: list[str] = []
    for run in _AND.split(value):
        pieces = [piece.strip() for piece in re.split(r"[,،，]", run) if piece.strip()]
        names = [piece for piece in pieces if len(piece.split()) > 1 or _DENSE.search(piece)]
        # "Ann Example, Bob Example" is two; "Ann Example, Berlin" is one and her place.
        for piece in names if names else pieces[:1]:
            parts.extend(_maybe_two(piece))
    return parts


def _maybe_two(piece: str) -> list[str]:
    halves = _AND_MAYBE.split(piece)
    return halves if all(len(half.split()) > 1 for half in halves) else [piece]
