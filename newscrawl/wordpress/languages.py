"""A site in several languages: which there are, and how the posts of each can be listed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress import page_hints
from newscrawl.wordpress.endpoints import posts_url, url
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.page_hints import language_tag
from newscrawl.wordpress.responses import Decoded, Refusal, decode
from newscrawl.wordpress.site import POST, Language, View

if TYPE_CHECKING:
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.list_endpoint import Piece
    from newscrawl.wordpress.site import Site

SAMPLE: Final = 100
"""Rows that are compared of two lists."""
MAX_LANGUAGES: Final = 50
POLYLANG: Final = "pll/v1"
WPML: Final = "wpml/"
TRANSLATORS: Final = (b"weglot", b"translatepress", b"trp-", b"gtranslate", b"linguise")
"""Marks of plugins that translate posts while they are shown: the list has all posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The languages of a site, and how its lists reach them.

    Attributes:
        languages: All of them; empty for a site in one language.
        views: Lists of further languages, beside the site's own.
        unreachable: Languages whose posts no list shows, a line for each.
        others: Languages that are sites of their own, a line for each.
    """

    languages: tuple[Language, ...] = ()
    views: tuple[View, ...] = ()
    unreachable: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


async def languages_of(site: Site, page: Answer, fetch: Fetch) -> tuple[Language, ...]:
    """Return the languages that a plugin's own route or the links of the home page name.

    Requests: 1 for Polylang, 1 if a plugin for languages is there and *page* is no home page; else
    no request.
    """
    if any(name.startswith(POLYLANG) for name in site.namespaces):
        listed = decode(await fetch(url(site, "languages", namespace=POLYLANG)))
        found = _of_polylang(listed.value) if isinstance(listed, Decoded) else ()
        if len(found) > 1:
            return found
    has_plugin = any(name.startswith((POLYLANG, WPML)) for name in site.namespaces)
    if not _is_home(page, site):
        if not has_plugin:
            return ()
        page = await fetch(site.home)
    if not has_plugin and any(mark in page.body.lower() for mark in TRANSLATORS):
        return ()
    named = page_hints.alternates(page)
    found = tuple(Language(tag=tag, home=home) for tag, home in named.items())[:MAX_LANGUAGES]
    homes = {spelling_key(language.home).rstrip("/") for language in found}
    return found if len(homes) > 1 else ()


def _of_polylang(listed: Any) -> tuple[Language, ...]:
    rows = list(listed.values()) if isinstance(listed, dict) else listed
    found = []
    for row in rows[:MAX_LANGUAGES] if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        tag = next((t for key in ("w3c", "locale", "slug") if (t := _tag(row.get(key)))), None)
        home = next((h for key in ("home_url", "url", "home") if (h := _web(row.get(key)))), None)
        if tag and home:
            slug = row.get("slug")
            found.append(Language(tag=tag, home=home, code=slug if isinstance(slug, str) else ""))
    return tuple(found)


def _tag(value: Any) -> str | None:
    return language_tag(value) if isinstance(value, str) else None


def _web(value: Any) -> str | None:
    is_address = isinstance(value, str) and value.startswith(("http://", "https://"))
    return value if is_address and len(value) < 2_000 else None


def _is_home(page: Answer, site: Site) -> bool:
    is_root = urlsplit(page.url).path.rstrip("/") == urlsplit(site.home).path.rstrip("/")
    return is_root and not urlsplit(page.url).query


class LanguageFinder:
    """Finds out how the posts of each language of a site can be listed.

    2 requests for each language beside the site's own, and 1 in all.
    """

    def __init__(self, site: Site, fetch: Fetch) -> None:
        self._site = site
        self._fetch = fetch
        self._views: list[View] = []
        self._unreachable: list[str] = []
        self._others: list[str] = []

    async def find(self) -> Languages:
        """Return the languages that can be listed, and those that can't."""
        site = self._site
        own = await self._sample(site)
        if isinstance(own, Refusal) or not site.languages:
            return Languages(languages=site.languages)
        for language in site.languages:
            if self._is_own(language) or _has_link_below(own, language, site):
                continue
            await self._reach(language, own)
        return Languages(
            languages=site.languages,
            views=tuple(self._views),
            unreachable=tuple(self._unreachable),
            others=tuple(self._others),
        )

    def _is_own(self, language: Language) -> bool:
        return _bare(language.home) == _bare(self._site.home)

    async def _reach(self, language: Language, own: Piece) -> None:
        """Try the list with ``lang=``, then the API below the language's home."""
        for code in _codes(language):
            view = View(tag=language.tag, v2=self._site.v2, lang=code)
            piece = await self._sample(self._site.seen_by(view))
            if isinstance(piece, Refusal) or piece.ids == own.ids:
                continue
            self._views.append(view)
            return
        root = f"{language.home.partition('?')[0].rstrip('/')}/wp-json/wp/v2/"
        view = View(tag=language.tag, v2=root)
        piece = await self._sample(self._site.seen_by(view))
        if isinstance(piece, Refusal):
            self._note_unreachable(language, piece)
        elif _are_other_posts(piece, own):
            self._others.append(f"{language.tag} ({language.home})")
        elif not set(piece.ids) <= set(own.ids):
            self._views.append(view)

    def _note_unreachable(self, language: Language, refusal: Refusal) -> None:
        has_plugin = any(name.startswith((POLYLANG, WPML)) for name in self._site.namespaces)
        line = f"{language.tag} ({language.home})"
        is_elsewhere = (
            urlsplit(_bare(language.home)).netloc != urlsplit(_bare(self._site.home)).netloc
        )
        if is_elsewhere and not has_plugin:
            self._others.append(line)
        else:
            self._unreachable.append(f"{line}: {refusal}")

    async def _sample(self, site: Site) -> Piece | Refusal:
        url_for = partial(posts_url, site, POST, orderby="id", order="desc", _fields="id,link,guid")
        return await Listing(self._fetch, url_for, per_page=site.per_page).piece(0, SAMPLE)


def _codes(language: Language) -> list[str]:
    """Return at most two values of "lang" for a language, the likeliest first."""
    parts = urlsplit(language.home)
    asked = parse_qs(parts.query).get("lang", [""])[0]
    last = parts.path.rstrip("/").rpartition("/")[2]
    is_code = bool(language_tag(last))
    codes = [language.code, asked, last if is_code else "", language.tag.partition("-")[0].lower()]
    return list(dict.fromkeys(code for code in codes if code))[:2]


def _has_link_below(piece: Piece, language: Language, site: Site) -> bool:
    """Return whether a list has posts of a language: then it has all languages."""
    places = (site.language_home(str(row.get("link"))) for row in piece.rows)
    return language.home in places


def _are_other_posts(piece: Piece, own: Piece) -> bool:
    """Return whether two lists have different posts under one id: they are of two sites."""
    names = {row_id: row.get("guid") for row_id, row in zip(own.ids, own.rows, strict=True)}
    rows = zip(piece.ids, piece.rows, strict=True)
    return any(row_id in names and row.get("guid") != names[row_id] for row_id, row in rows)


def _bare(address: str) -> str:
    return spelling_key(address).rstrip("/")
