"""Read dates as people write them: with the name of a month, with CJK signs, with numbers."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# The names of the months, a row each. Accents that are often left out are left out here. Babel has
# them, too, but to load 35 languages takes 0.4 s of CPU, in each worker of each run.
_NAMES: Final = (
    """january januar január januari janvier janeiro enero gennaio ocak января січня stycznia ledna
    januara tammikuuta ιανουαριου ianuarie يناير""",
    """february februar februari fevrier février fevereiro febrero febbraio şubat февраля лютого
    lutego února unora februára helmikuuta februarie feb φεβρουαριου فبراير február""",
    """march märz maerz maart mars março marco marzo mart maret mac марта березня marca března
    brezna maaliskuuta martie μαρτιου مارس március""",
    """april avril abril aprile nisan апреля квітня kwietnia dubna apríla huhtikuuta aprilie
    απριλιου أبريل ابريل április""",
    """may mai mei mayo maio maggio mayıs мая травня maja maj května kvetna mája toukokuuta μαιου
    مايو május""",
    """june juni juin junio junho giugno haziran июня червня czerwca června cervna júna kesäkuuta
    iunie ιουνιου يونيو június""",
    """july juli juillet julio julho luglio temmuz июля липня lipca července cervence júla
    heinäkuuta iulie ιουλιου يوليو július""",
    """august augustus août aout agosto ağustos agustus августа серпня sierpnia srpna augusti
    elokuuta αυγουστου أغسطس augusztus""",
    """september septembre septiembre setiembre setembro settembre eylül сентября вересня września
    wrzesnia září zari syyskuuta septembrie σεπτεμβριου سبتمبر szeptember sept""",
    """october oktober octobre octubre outubro ottobre ekim октября жовтня października
    pazdziernika října rijna lokakuuta octombrie οκτωβριου أكتوبر október""",
    """november novembre noviembre novembro kasım ноября листопада listopada listopadu marraskuuta
    noiembrie νοεμβριου نوفمبر""",
    """december dezember décembre decembre diciembre dezembro dicembre aralık desember декабря
    грудня grudnia prosince joulukuuta decembrie δεκεμβριου ديسمبر""",
)
_MONTHS: Final = {name: i for i, row in enumerate(_NAMES, 1) for name in row.split()}
_STEMS: Final = [(name[:3], i) for name, i in _MONTHS.items() if name.isascii()]
# Short forms: the first three letters, if only one month starts with them in all languages.
_SHORT: Final = {stem: i for stem, i in _STEMS if all(i == k for one, k in _STEMS if one == stem)}
_ACCENTS: Final = str.maketrans("άέήίόύώ", "αεηιουω")

_WORD: Final = r"([^\W\d_]{3,14})"
_DAY_FIRST: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?{_WORD}[.,]?\s+(?:de\s+|del\s+)?(\d{{4}})(?!\d)"
)
_MONTH_FIRST: Final = re.compile(rf"{_WORD}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)")
_YEAR_FIRST: Final = re.compile(rf"(?<!\d)(\d{{4}})\.\s+{_WORD}\s+(\d{{1,2}})\.")
_SIGNS: Final = re.compile(
    r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]|"
    r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2}),?\s+(?:năm\s+)?(\d{4})"
)
_YEAR_NUMBERS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_NUMBERS: Final = re.compile(
    r"(?<![\d.,/-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?((?:19|20)\d\d|\d\d)(?![\d/-]|[.,]\d)"
)
# Each format with the numbers of its groups for year, month and day.
_FORMS: Final = (
    (_SIGNS, 1, 2, 3),
    (_SIGNS, 6, 5, 4),
    (_YEAR_NUMBERS, 1, 3, 4),
    (_DAY_FIRST, 3, 2, 1),
    (_MONTH_FIRST, 3, 1, 2),
    (_YEAR_FIRST, 1, 2, 3),
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
    for pattern, year, month, day in _FORMS:
        match = pattern.search(text)
        number = month_number(match[month]) if match and match[month] else 0
        if match and number:
            found = _day(match[year], number, int(match[day]))
            if found:
                return found
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
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day).isoformat()
    except ValueError:
        return None


def month_number(name: str) -> int:
    """Return the number of a month from its name, a short form or digits; 0 if unknown."""
    if name.isdigit():
        return int(name)
    name = name.casefold().translate(_ACCENTS).replace("i̇", "i")
    found = _MONTHS.get(name, 0)
    return found or (_SHORT.get(name, 0) if len(name) == 3 else 0)
