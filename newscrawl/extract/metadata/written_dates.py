"""Read dates as people write them: with the name of a month, with CJK signs, with numbers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

# The numbers of the months by their names, in lower case.
_MONTHS: Final[dict[str, int]] = {}
_NAMES: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
for _year in _NAMES["months"].values():
    for _number, _month in enumerate(_year.split(), 1):
        for _name in _month.split("|"):
            if _name != "-":  # a month whose name another language has already
                _MONTHS.setdefault(_name.replace("_", " "), _number)
# Thai pages count the years from this many years before ours.
_BUDDHIST_YEARS: Final = 543
# Numbers beside words in one text that are tried as dates.
_MAX_TRIES: Final = 5
# Iranian pages count the years from one before this; a year has 12 months from March.
_IRANIAN_YEARS: Final = range(1300, 1500)
_IRANIAN_DAY: Final = date(2024, 3, 20)  # 1 Farvardin 1403
# The years before the first of an era.
_ERAS: Final = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
_IN_ERA: Final = re.compile(
    rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日"
)
_FOREIGN_DIGIT: Final = re.compile(r"[^\D0-9]")
_THAI: Final = re.compile("[ก-๛]")
_ACCENTS: Final = str.maketrans("άέήίόύώ", "αεηιουω")

# The name of a month: a word, or the two words that some months have in Arabic.
_WORD: Final = (
    r"([^\s\d,،;:/|()\[\]–—-]{2,16}(?:\s(?:\u0627\u0644\u0623\u0648\u0644|"
    r"\u0627\u0644\u062b\u0627\u0646\u064a))?)"
)
# Arabic pages may write the name of a month in two calendars: "24 نيسان / أبريل 2020".
_DAY_FIRST: Final = re.compile(
    rf"(?<![\d.])(\d{{1,2}})(?:st|nd|rd|th|er|º)?[\s./-]{{0,3}}(?:de\s+|of\s+|d[’']|ב)?{_WORD}[,،]?"
    rf"(?:\s*/\s*{_WORD})?[\s/-]{{0,2}}(?:de\s+|del\s+)?"
    r"(\d{4}(?!\d)|\d\d(?=\W*$|\s\d\d[:.]\d\d))"
)
_MONTH_FIRST: Final = re.compile(rf"{_WORD}\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)")
# "2020. április 24.", "2020 m. balandžio 24 d."
_YEAR_FIRST: Final = re.compile(rf"(?<!\d)(\d{{4}})\.?\s+(?:m\.\s+)?{_WORD}\s+(\d{{1,2}})(?!\d)")
_YEAR_DAY_FIRST: Final = re.compile(rf"(?<!\d)(\d{{4}})\. gada (\d{{1,2}})\. {_WORD}")
_SIGNS: Final = re.compile(
    r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]|"
    r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})"
)
_YEAR_NUMBERS: Final = re.compile(
    r"(?<!\d)((?:1[349]|20)\d\d)([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)"
)
_NUMBERS: Final = re.compile(
    r"(?<![\d.,/-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?((?:19|20)\d\d|\d\d)(?![\d/-]|[.,]\d)"
)
# Each format with the numbers of its groups for year, month and day.
_FORMS: Final = (
    (_SIGNS, 1, 2, 3),
    (_SIGNS, 6, 5, 4),
    (_YEAR_NUMBERS, 1, 3, 4),
    (_DAY_FIRST, 4, 2, 1),
    (_MONTH_FIRST, 3, 1, 2),
    (_YEAR_FIRST, 1, 2, 3),
    (_YEAR_DAY_FIRST, 1, 3, 2),
)


def written_date(text: str, *, is_month_first: bool = False) -> str | None:
    """Return the first date in a short text as ISO 8601 ("2024-05-02"); None without a date.

    Args:
        text: A line of a page.
        is_month_first: Whether "5/2/2024" is in May, as in American English.

    >>> written_date("Publié le 2 mai 2024 à 10h30"), written_date("2024年5月2日")
    ('2024-05-02', '2024-05-02')
    >>> written_date("2/5/2024"), written_date("2/5/2024", is_month_first=True)
    ('2024-05-02', '2024-02-05')
    """
    text = in_ascii_digits(text)
    for pattern, year, month, day in _FORMS:
        for match in islice(pattern.finditer(text), _MAX_TRIES):
            number = month_number(match[month]) if match[month] else 0
            found = _day(_full_year(match[year], text), number, int(match[day])) if number else None
            if found:
                return found
    return _of_era(text) or _of_numbers(text, is_month_first=is_month_first)


def _full_year(year: str, text: str) -> str:
    """Return a year with its century if Thai pages left it out: "67" is 2567 there."""
    return f"25{year}" if len(year) == 2 and _THAI.search(text) else year


def in_ascii_digits(text: str) -> str:
    """Return *text* with the digits of all scripts as 0 to 9.

    >>> in_ascii_digits("۱۴۰۲/۱۲/۱۴")
    '1402/12/14'
    """
    if text.isascii() or not _FOREIGN_DIGIT.search(text):
        return text
    return _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _of_era(text: str) -> str | None:
    """Return a date in a year of a Japanese era or of Taiwan: "令和6年5月2日"."""
    match = _IN_ERA.search(text)
    if not match:
        return None
    year = _ERAS[match[1]] + (1 if match[2] == "元" else int(match[2]))
    return _day(str(year), int(match[3]), int(match[4]))


def _of_numbers(text: str, *, is_month_first: bool) -> str | None:
    match = _NUMBERS.search(text)
    if not match:
        return None
    first, second = int(match[1]), int(match[3])
    month, day = (first, second) if is_month_first and match[2] != "." else (second, first)
    if month > 12:
        month, day = day, month
    return _day(match[4], month, day)


def _day(year: str, month: int, day: int) -> str | None:
    try:
        number = int(year) + (2000 if len(year) == 2 else 0)
        if number in _IRANIAN_YEARS:
            return _iranian(number, month, day).isoformat()
        number -= _BUDDHIST_YEARS if number > _BUDDHIST_YEARS * 4 else 0
        return date(number, month, day).isoformat()
    except ValueError:
        return None


def _iranian(year: int, month: int, day: int) -> date:
    """Return the date of a day in the Iranian calendar; its first six months have 31 days."""
    leap_days = (8 * year + 21) // 33 - (8 * 1403 + 21) // 33
    of_year = (month - 1) * 31 - max(0, month - 7) + day - 1
    return _IRANIAN_DAY + timedelta(days=365 * (year - 1403) + leap_days + of_year)


def month_number(name: str) -> int:
    """Return the number of a month from its name, a short form or digits; 0 if unknown."""
    if name.isdigit():
        return int(name)
    name = " ".join(name.casefold().strip(".").split())
    return _MONTHS.get(name.translate(_ACCENTS).replace("i̇", "i"), 0)
