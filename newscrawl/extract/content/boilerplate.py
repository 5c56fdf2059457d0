"""Recognize lines that are not about the article's subject: dates, offers, calls to subscribe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from newscrawl.extract.content.density import text_of
from newscrawl.extract.content.phrases import MAX_LINE, is_call
from newscrawl.urls.same_site import host_of, site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from turbohtml import Element

    from newscrawl.extract.content.lines import Line

# Characters of a line that is a date.
MAX_DATE: Final = 60
# Letters in such a line: the names of months and time zones, "updated".
MAX_LETTERS: Final = 24
# Digits that such a line needs.
MIN_DIGITS: Final = 5
# Characters of a heading that offers a newsletter.
MAX_OFFER: Final = 60
# Links of a line that are read.
MAX_LINKS: Final = 12
# A line with links to this many social networks is about the site's own pages there.
MIN_NETWORKS: Final = 2

_NETWORKS: Final = frozenset({
    "bsky.app", "facebook.com", "flipboard.com", "instagram.com", "linkedin.com", "reddit.com",
    "t.me", "telegram.me", "threads.net", "tiktok.com", "twitter.com", "vk.com", "whatsapp.com",
    "x.com", "youtube.com", "zalo.me",
})  # fmt: skip
# Pages that belong to a publisher, unlike posts that an article may quote.
_CHANNEL: Final = re.compile(
    r"^(?:https?:)?//(?:(?:www\.)?whatsapp\.com/channel/|t\.me/[a-z]\w+/?(?:\?|$)"
    r"|(?:news|profile)\.google\.|profile\.google\.)",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\W*(?:(?:published|updated|posted|aktualisiert|stand|publié|mis à jour|actualizado|publicado"
    r"|atualizado|aggiornato|bijgewerkt|uppdaterad|oppdatert|обновлено|更新)(?: at| um| à)?)?"
    r"\W*\d{1,2}[:.h]\d\d(?::\d\d)?\W*(?:uhr|hrs?|[ap]\.?m\.?)?\W*(?:[A-Z]{2,4}\W*)?",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b|(?<!\d)(?:19|20)\d\d年|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_OFFER: Final = re.compile(
    r"\bnewsletters?\b|\binfolettre\b|ニュースレター|メルマガ", re.IGNORECASE
)


def is_time(line: str) -> bool:
    """Return whether *line* is only a time of day.

    >>> is_time("10:30 Uhr"), is_time("10:30 was too late")
    (True, False)
    """
    return len(line) <= MAX_DATE and bool(_CLOCK.fullmatch(line))


def is_date(line: str) -> bool:
    """Return whether *line* is a date with at most a word or two.

    >>> is_date("Updated May 2, 2024 | 10:30"), is_date("It was 2024.")
    (True, False)
    """
    return (
        len(line) <= MAX_DATE
        and not line.endswith((".", "!", "?", "。"))
        and bool(_DATE.search(line))
        and sum(map(str.isdigit, line)) >= MIN_DIGITS
        and len(_LETTER.findall(line)) <= MAX_LETTERS
    )


def is_offer(line: Line) -> bool:
    """Return whether a line is a heading that offers a newsletter."""
    return not line.is_prose and len(line.text) <= MAX_OFFER and bool(_OFFER.search(line.text))


def calls_reader(line: Line) -> bool:
    """Return whether a line asks the reader to subscribe, donate or follow.

    Such a line ends with a link to subscribe or donate, or it links to two social networks or
    to a channel of the publisher.
    """
    if not line.block.linked or len(line.text) > MAX_LINE:
        return False
    links = line.block.element.find_all("a", limit=MAX_LINKS)
    if not links:
        return False
    last = text_of(links[-1])
    if is_call(last) and line.text.rstrip(" .!»›→>").endswith(last.rstrip(" .!»›→>")):
        return True
    return len(set(_networks(links))) >= MIN_NETWORKS or any(
        _CHANNEL.match(link.attr("href") or "") for link in links
    )


def _networks(links: list[Element]) -> Iterator[str]:
    for link in links:
        href = link.attr("href") or ""
        if host_of(href) and (site := site_of(href)) in _NETWORKS:
            yield site
