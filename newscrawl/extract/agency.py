"""Find the news agency that an article is from: its dateline or its page names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# Agencies, and the names with which they sign, in this letter case.
AGENCIES: Final[dict[str, tuple[str, ...]]] = {
    "AAP": ("AAP", "Australian Associated Press"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse", "法新社", "フランス通信"),
    "Agencia EFE": ("EFE", "Agencia EFE"),
    "Agência Brasil": ("Agência Brasil", "Agencia Brasil"),
    "Anadolu": ("Anadolu", "Anadolu Agency", "Anadolu Ajansı", "الأناضول"),
    "ANI": ("ANI",),
    "ANP": ("ANP",),
    "ANSA": ("ANSA", "Ansa"),
    "Antara": ("Antara", "ANTARA"),
    "APA": ("APA",),
    "AP": ("AP", "Associated Press", "The Associated Press", "美联社", "美聯社", "أ ب"),
    "Belga": ("Belga", "BELGA"),
    "Bernama": ("Bernama", "BERNAMA"),
    "Bloomberg": ("Bloomberg", "Bloomberg News", "彭博社"),
    "ČTK": ("ČTK",),
    "DPA": ("dpa", "DPA", "Deutsche Presse-Agentur", "德新社"),
    "Europa Press": ("Europa Press", "EUROPA PRESS"),
    "IANS": ("IANS",),
    "Interfax": ("Interfax", "Интерфакс"),
    "Keystone-SDA": ("Keystone-SDA", "SDA", "ATS", "Keystone-ATS"),
    "Kyodo": ("Kyodo", "KYODO", "共同", "共同通信"),
    "Lusa": ("Lusa", "LUSA"),
    "MTI": ("MTI",),
    "NTB": ("NTB",),
    "PA Media": ("PA Media", "Press Association", "PA"),
    "PAP": ("PAP",),
    "PTI": ("PTI", "Press Trust of India"),
    "Reuters": (
        "Reuters", "REUTERS", "Thomson Reuters", "Reuters News Agency", "路透社", "路透",
        "رويترز", "ロイター", "Рейтер",
    ),
    "RIA Novosti": ("РИА Новости", "RIA Novosti"),
    "Ritzau": ("Ritzau", "/ritzau/"),
    "SID": ("SID", "sid"),
    "STT": ("STT",),
    "TASS": ("TASS", "ТАСС"),
    "TT": ("TT",),
    "Ukrinform": ("Ukrinform", "Укрінформ"),
    "UPI": ("UPI", "United Press International"),
    "Xinhua": ("Xinhua", "新华社", "新華社"),
    "Yonhap": ("Yonhap", "연합뉴스", "韓聯社"),
    "中央社": ("中央社",),
    "時事通信": ("時事", "時事通信"),
}  # fmt: skip
# Characters at the start of a text, and at its end, that are read for an agency's name.
HEAD_CHARS: Final = 800
TAIL_CHARS: Final = 120

_BY_NAME: Final = {name: agency for agency, names in AGENCIES.items() for name in names}
_NAMES: Final = "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
# BEIJING, Jan 10 (Reuters) - Shares rose; Berlin (dpa/lno) - Es; МОСКВА, 10 янв - РИА Новости.
_DATELINE: Final = re.compile(
    rf"^.{{0,90}}?(?:[(（\[【/]\s*({_NAMES})(?:/\w+)?\s*[)）\]】/]|[—–-]\s*({_NAMES})\s*[.。])",
    re.DOTALL,
)
# "新华社北京1月10日电", "（法新社巴黎10日電）"
_CHINESE: Final = re.compile(rf"^.{{0,5}}[(（【]?({_NAMES})[^。，]{{0,20}}[电電]")
_SIGNED: Final = re.compile(rf"[(（/]\s*({_NAMES})(?:/\w+)?\s*[)）/]\W*$")


def agency_of(text: str) -> str | None:
    """Return the agency that a text's dateline or its end names; None without one.

    >>> agency_of("BEIJING, Jan 10 (Reuters) - Shares rose.")
    'Reuters'
    """
    for line in text[:HEAD_CHARS].split("\n"):
        match = _DATELINE.match(line) or _CHINESE.match(line)
        if match:
            return _named(match)
    match = _SIGNED.search(text[-TAIL_CHARS:])
    return _named(match) if match else None


def _named(match: re.Match[str]) -> str:
    return _BY_NAME[next(filter(None, match.groups()))]


def agency_among(names: Iterable[str]) -> str | None:
    """Return the first agency among *names* of authors or rights holders; None without one."""
    return next((_BY_NAME[name] for name in map(str.strip, names) if name in _BY_NAME), None)


def is_agency(name: str) -> bool:
    """Return whether *name* is the name of an agency."""
    return name.strip() in _BY_NAME
