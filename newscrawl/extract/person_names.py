"""Find the names of people in bylines, among roles, account names and publishers.

The words around names are in ``person_names.toml``, by language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Final

from newscrawl.extract.agency import is_agency
from newscrawl.extract.words import alternatives
from newscrawl.markup.unicode import cleaned

# Characters and words of a name; a longer text is no name.
MAX_NAME: Final = 70
MAX_WORDS: Final = 6
# Authors of an article that are kept.
MAX_NAMES: Final = 30
# Characters of a byline that are read.
MAX_BYLINE: Final = 400
# Characters of a name in a CJK script.
MAX_DENSE_NAME: Final = 8

_WORDS: Final = {name: "|".join(table.values()) for name, table in alternatives(__file__).items()}
_BEFORE: Final = re.compile(rf"^\W{{0,20}}(?:{_WORDS['before']})\s*", re.IGNORECASE)
# The place and time of writing, and contact data.
_PLACE: Final = re.compile(
    r"\s*(?:[(（\[]|\s[•·–—-]\s|(?<!\w)\d"
    r"|(?-i:(?<=[a-zß-ÿ]))\d{1,2}[./\s]"  # a day with no space before it
    r"|@|https?:|\s(?:for|of|at|on|in|aus|à|am|um)(?:\s|$)"
    r"|\s(?:dne|dnia|el|em|il|le|op)\s\d).*",
    re.IGNORECASE | re.DOTALL,
)
_ROLE: Final = re.compile(rf"\b(?:{_WORDS['after']})\b", re.IGNORECASE)
_ROLE_ALONE: Final = re.compile(rf"(?:(?:{_WORDS['after']})(?:\s+|$))+", re.IGNORECASE)
_JOB: Final = re.compile(rf"\b(?:{_WORDS['job']})$", re.IGNORECASE)
_PARTICLE: Final = re.compile(_WORDS["particle"])
# A name with the role of a photographer or an editor: "Ann Example (Fotos)".
_OTHER_IN_BRACKETS: Final = re.compile(rf"\(\s*(?:{_WORDS['in brackets']})\s*\)$", re.IGNORECASE)
_OTHER: Final = re.compile(rf"\W*(?:{_WORDS['other']})", re.IGNORECASE)
_TITLE: Final = re.compile(rf"\s*(?:{_WORDS['title']})$")
# A name with the role after it is a byline in Korean.
_SIGNED_KOREAN: Final = re.compile(rf"[\uac00-\ud7af]{{2,4}} (?:{_WORDS['title']})")
# The month of a date just after a name: "Ann December 23, 2016".
_MONTH: Final = re.compile(rf"\s+(?:{_WORDS['month']})$", re.IGNORECASE)
_AND: Final = re.compile(rf"\s*(?:[;、|/／\n]|\s[&+]\s|(?<=[\s,(])(?i:{_WORDS['and']})(?=\s))\s*")
_AND_WORD: Final = re.compile(rf"\s(?i:{_WORDS['and']})\s")
_HOUSE: Final = re.compile(rf"\b(?:{_WORDS['house']})\b", re.IGNORECASE)
_COMPANY: Final = re.compile(rf"\s(?:{_WORDS['company']})\.?$", re.IGNORECASE)
_NOBODY: Final = re.compile(_WORDS["nobody"], re.IGNORECASE)
_DESK: Final = re.compile(_WORDS["desk"], re.IGNORECASE)
# Words that join names but may also be part of one: "José Ortega y Gasset".
_AND_MAYBE: Final = re.compile(r"(?<!\s)\s++(?:y|e|i|a|și|és)\s+")
# A section before the names: "Politics · Ann Example".
_SECTION: Final = re.compile(r"^\w+\s[·•|]\s+(?=\S)")
# A short name amid a name: "Robert (Bob) Example".
_NICKNAME: Final = re.compile(r"(?<!\s)\s*\([^()]{1,40}\)\s+(?=\S+$)")
_PICTURE: Final = re.compile(rf"\b(?:{_WORDS['picture']})", re.IGNORECASE)
# The end of a date: a year, or a time.
_AFTER_DATE: Final = re.compile(r"(?:(?<=\b(?:19|20)\d\d)|(?<=:\d\d)),?\s+")
_COMMA: Final = re.compile(r"[,،，]")
_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_MAIL: Final = re.compile(r"\S+@\S+\.\w+")
_ADDRESS: Final = re.compile(
    r"https?:|www\.|@|\.(?:com|org|net|html?|php|de|uk)\b|^[/#]", re.IGNORECASE
)
_NO_BYLINE: Final = re.compile(r"https?:|www\.|[/#@]", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"(?<!\w)\d|[|()\[\]{}<>]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EDGES: Final = " ©,;:.|–—-·•()（）[]【】\u200b\u3000"


def names_in(value: str) -> list[str]:
    """Return the names in a byline: of people, or of publishers if it has no person.

    >>> names_in("By Ann Example and Bob B. Example, Example News")
    ['Ann Example', 'Bob B. Example']
    """
    plain = _TAG.sub("", unescape(value[: 2 * MAX_BYLINE]))
    value = _MAIL.sub("", " ".join(cleaned(plain)[:MAX_BYLINE].split()))
    if _NO_BYLINE.match(value):
        return []
    found = list(dict.fromkeys(name for part in _parts(value) if (name := _bare_name(part))))
    people = [name for name in found if is_person(name)]
    return (people or _whole(value) or found)[:MAX_NAMES]


def _whole(value: str) -> list[str]:
    """Return the name of a body with "and" in it: "Ministerium für Handel und Arbeit"."""
    name = _bare_name(value)
    halves = _AND_WORD.split(name)
    return [name] if len(halves) > 1 and any(" " in half for half in halves) else []


def people_in(line: str) -> list[str]:
    """Return only the people among the names in a line.

    >>> people_in("Ann Example, Example News"), people_in("Example News")
    (['Ann Example'], [])
    """
    return [name for name in names_in(line) if is_person(name)]


def is_byline(line: str) -> bool:
    """Return whether *line* starts like a byline, or is one of a Korean reporter.

    >>> is_byline("Von Anna Beispiel"), is_byline("Vonnegut wrote"), is_byline("홍길동 기자")
    (True, False, True)
    """
    return bool(_BEFORE.match(line) or _SIGNED_KOREAN.fullmatch(line))


def is_label(line: str) -> bool:
    """Return whether *line* is only the words before a name.

    >>> is_label("Written by"), is_label("By Ann Example")
    (True, False)
    """
    return bool(_BEFORE.fullmatch(line))


def labelled_parts(line: str) -> list[str]:
    """Return the parts of *line* that start like a byline, after a date or in a CJK script.

    >>> labelled_parts("2 May 2024 by Ann Example"), labelled_parts("来源：例报 作者：王小明")
    (['by Ann Example'], ['作者：王小明'])
    """
    parts = line.split() if _DENSE.search(line) else _AFTER_DATE.split(line)[1:]
    return [part for part in parts if is_byline(part)]


def is_credit(text: str) -> bool:
    """Return whether *text* names an archive of pictures, so is about a picture.

    >>> is_credit("Ann Example / Getty Images"), is_credit("Ann Example")
    (True, False)
    """
    return bool(_PICTURE.search(text))


def is_other_role(text: str) -> bool:
    """Return whether *text* starts with the role of a photographer or an editor.

    >>> is_other_role("Photography by"), is_other_role("By")
    (True, False)
    """
    return bool(_OTHER.match(text))


def is_plain(name: str) -> bool:
    """Return whether *name* can be a name: a few words, no URL, no number."""
    return (
        0 < len(name) <= MAX_NAME
        and len(name.split()) <= MAX_WORDS
        and bool(_LETTER.search(name))
        and not _ADDRESS.search(name)
        and not _NO_NAME.search(name)
    )


@lru_cache(maxsize=1_024)
def is_person(name: str) -> bool:
    """Return whether *name* looks like a person's, not a publisher's.

    >>> is_person("Ann Example"), is_person("Example News")
    (True, False)
    """
    if len(name) > MAX_NAME or ":" in name or _HOUSE.search(name):
        return False
    if _DENSE.search(name):
        return len(name) <= MAX_DENSE_NAME
    words = name.split()
    if len(words) < 2 or (is_agency(words[0]) and words[0].isupper() and not name.isupper()):
        return False
    capitals = sum(word[0].upper() == word[0] for word in words)
    # "Zur Petition geht es hier" has two, but no name ends in lower case.
    is_ended = words[-1][0].upper() == words[-1][0]
    return (
        is_ended
        and capitals > 1
        and all(word[0].upper() == word[0] or _PARTICLE.fullmatch(word) for word in words)
    )


def is_company(name: str) -> bool:
    """Return whether *name* ends with the legal form of a company.

    >>> is_company("Example Media Inc."), is_company("Ann Example")
    (True, False)
    """
    return bool(_COMPANY.search(name))


def is_desk(name: str) -> bool:
    """Return whether *name* means a publisher's staff as a whole.

    >>> is_desk("BR24 Redaktion"), is_desk("Example Times")
    (True, False)
    """
    return bool(_DESK.fullmatch(name))


def is_nobody(name: str) -> bool:
    """Return whether *name* is an account's that means no person.

    >>> is_nobody("Admin"), is_nobody("Adrian")
    (True, False)
    """
    return bool(_NOBODY.fullmatch(name))


def _bare_name(part: str) -> str:
    """Return a part of a byline without the words around the name; "" if no name is left."""
    name = _NICKNAME.sub(" ", _BEFORE.sub("", part).strip(_EDGES))
    name = _TITLE.sub("", _PLACE.sub("", name)).strip(_EDGES)
    name = _MONTH.sub("", name)
    name += "." * name.endswith((" Jr", " Sr"))
    return name if is_plain(name) else ""


def _parts(value: str) -> list[str]:
    """Return the parts of a byline; each may be one name."""
    value = _BEFORE.sub("", _BEFORE.sub("", _SECTION.sub("", value)))
    parts: list[str] = []
    for run in _AND.split(value):
        if _OTHER.match(run):
            break  # after the authors come photographers and editors
        parts.extend(_parts_of_run(run))
    return parts


def _parts_of_run(run: str) -> list[str]:
    pieces = [piece.strip() for piece in _COMMA.split(run) if piece.strip()]
    jobs = (i for i, piece in enumerate(pieces) if _JOB.search(_PLACE.sub("", piece)))
    pieces = pieces[: next(jobs, len(pieces))]  # after a job comes the employer
    names = [piece for piece in pieces if len(piece.split()) > 1 or _DENSE.search(piece)]
    # "Ann Example, Bob Example" is two names; "Ann Example, Berlin" is a name and a place.
    kept = [piece for piece in names or pieces[:1] if not _OTHER_IN_BRACKETS.search(piece)]
    return [half for piece in kept for half in _maybe_two(_without_role(piece))]


def _without_role(piece: str) -> str:
    if _ROLE_ALONE.fullmatch(piece):
        return ""
    role = _ROLE.search(piece)
    name = piece[: role.start()] if role else ""
    return name if len(name.split()) > 1 else piece


def _maybe_two(piece: str) -> list[str]:
    halves = _AND_MAYBE.split(piece)
    return halves if all(len(half.split()) > 1 for half in halves) else [piece]
