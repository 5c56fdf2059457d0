"""A site in several languages: which there are, and how the posts of each can be listed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from newscrawl.urls.hosts import is_web_url
from newscrawl.urls.spelling import spelling_key
from newscrawl.wordpress import page_hints
from newscrawl.wordpress.endpoints import posts_url, url
from newscrawl.wordpress.feed import FeedPage, read_feed
from newscrawl.wordpress.fields import rendered
from newscrawl.wordpress.list_endpoint import Listing
from newscrawl.wordpress.page_hints import language_tag
from newscrawl.wordpress.responses import Decoded, Refusal, decode, objects
from newscrawl.wordpress.site import POST, Language, View
from newscrawl.wordpress.xml import is_small

if TYPE_CHECKING:
    from newscrawl.items import Post
    from newscrawl.net.response import Answer, Fetch
    from newscrawl.wordpress.list_endpoint import Piece
    from newscrawl.wordpress.site import Site

SAMPLE: Final = 100
"""Rows that are compared of two lists."""
MAX_LANGUAGES: Final = 50
POLYLANG: Final = "pll/v1"
WPML: Final = "wpml/"
ALL_LANGUAGES: Final = "all"
"""WPML's word for the posts of all languages."""
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
        lang: The value of ``lang=`` that the site's own list needs to show all languages; "" if it
            needs none.
    """

    languages: tuple[Language, ...] = ()
    views: tuple[View, ...] = ()
    unreachable: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    lang: str = ""


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


def has_languages(site: Site) -> bool:
    """Return whether lists of a site may show one language only; WPML need not name the others."""
    return bool(site.languages) or any(name.startswith(WPML) for name in site.namespaces)


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
    is_address = isinstance(value, str) and len(value) < 2_000 and is_web_url(value)
    return value if is_address else None


def _is_home(page: Answer, site: Site) -> bool:
    """Return whether a page is the home page, or the one that the home page leads to."""
    home = urlsplit(site.home).path.rstrip("/")
    places = (urlsplit(url) for url in (page.url, *(hop.url for hop in page.hops)))
    return any(parts.path.rstrip("/") == home and not parts.query for parts in places)


class LanguageFinder:
    """Finds out how the posts of each language of a site can be listed.

    2 requests for each language beside the site's own, and 1 in all. If no list shows the posts of
    a language, 2 more.
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
        if isinstance(own, Refusal):
            return Languages(languages=site.languages)
        if not site.languages:
            return Languages(lang=await self._lang_of_all(own))
        further = [lang for lang in site.languages if not self._is_own_home(lang.home)]
        # A list with one further language has all of them: some have no posts, or only old ones.
        places = {site.language_home(str(row.get("link"))) for row in own.rows}
        if not any(language.home in places for language in further):
            for language in further:
                await self._reach(language, own)
        return Languages(
            languages=site.languages,
            views=tuple(self._views),
            unreachable=tuple(self._unreachable),
            others=tuple(self._others),
        )

    def _is_own_home(self, home: str) -> bool:
        return _bare(home) == _bare(self._site.home)

    async def _lang_of_all(self, own: Piece) -> str:
        """Return the value of ``lang=`` for all languages, if it shows other posts."""
        view = View(tag="", v2=self._site.v2, lang=ALL_LANGUAGES)
        piece = await self._sample(self._site.seen_by(view))
        is_more = not isinstance(piece, Refusal) and not set(piece.ids) <= set(own.ids)
        return ALL_LANGUAGES if is_more else ""

    async def _reach(self, language: Language, own: Piece) -> None:
        """Try the list with ``lang=``, then the API below the language's home, then its feed."""
        is_empty = False
        for code in _codes(language):
            view = View(tag=language.tag, v2=self._site.v2, lang=code)
            piece = await self._sample(self._site.seen_by(view))
            if isinstance(piece, Refusal) or piece.ids == own.ids:
                continue
            if piece.ids:
                self._views.append(view)
                return
            is_empty = True  # the language has no posts, or another code
        home = language.home.partition("?")[0].rstrip("/")
        view = View(tag=language.tag, v2=f"{home}/wp-json/wp/v2/")
        if self._is_own_home(home):
            if self._has(WPML) or is_empty:
                await self._check_feed(language, own, "no list shows its posts")
            return
        piece = await self._sample(self._site.seen_by(view))
        if isinstance(piece, Refusal):
            await self._check_feed(language, own, str(piece))
        elif _are_other_posts(piece, own):
            self._others.append(f"{language.tag} ({language.home})")
        elif not set(piece.ids) <= set(own.ids):
            self._views.append(view)
        elif piece.ids and self._has(WPML):
            await self._check_feed(language, own)

    async def _check_feed(self, language: Language, own: Piece, why: str = "") -> None:
        """Note a language as unreachable if its feed has a post that the list lacks.

        Args:
            why: The reason if there is no feed; "" if the language is then taken for no other list.
        """
        answer = await self._fetch(_feed_of(language))
        page = read_feed(answer) if is_small(answer) else None
        if not isinstance(page, FeedPage):
            if why:
                self._note_unreachable(language, why)
            return
        known = {rendered(row.get("guid")) for row in own.rows} - {""}
        unknown = next((post for post in page.posts if post.guid not in known), None)
        if unknown is not None and not await self._is_listed(unknown):
            self._note_unreachable(language, why or "no list shows its posts")

    async def _is_listed(self, post: Post) -> bool:
        """Return whether the site's own list has a post that is not among its newest."""
        if not post.slug:
            return False
        asked = posts_url(self._site, POST, slug=unquote(post.slug), _fields="id,link")
        rows = objects(decode(await self._fetch(asked)))
        if isinstance(rows, Refusal):
            return False
        return any(spelling_key(str(row.get("link"))) == spelling_key(post.url) for row in rows)

    def _has(self, *namespaces: str) -> bool:
        return any(name.startswith(namespaces) for name in self._site.namespaces)

    def _note_unreachable(self, language: Language, why: str) -> None:
        line = f"{language.tag} ({language.home})"
        is_elsewhere = (
            urlsplit(_bare(language.home)).netloc != urlsplit(_bare(self._site.home)).netloc
        )
        if is_elsewhere and not self._has(POLYLANG, WPML):
            self._others.append(line)
        else:
            self._unreachable.append(f"{line}: {why}")

    async def _sample(self, site: Site) -> Piece | Refusal:
        url_for = partial(posts_url, site, POST, orderby="id", order="desc", _fields="id,link,guid")
        return await Listing(self._fetch, url_for, per_page=site.per_page).piece(0, SAMPLE)


def _codes(language: Language) -> list[str]:
    """Return at most three values of "lang" for a language, the likeliest first."""
    parts = urlsplit(language.home)
    asked = parse_qs(parts.query).get("lang", [""])[0]
    last = parts.path.rstrip("/").rpartition("/")[2]
    is_code = bool(language_tag(last))
    tag = language.tag.lower()
    codes = [language.code, asked, last if is_code else "", tag, tag.partition("-")[0]]
    return list(dict.fromkeys(code for code in codes if code))[:3]


def _feed_of(language: Language) -> str:
    """Return the address of the feed of a language."""
    home, _, query = language.home.partition("?")
    return f"{home}?{query}&feed=rss2" if query else f"{home.rstrip('/')}/feed/"


def _are_other_posts(piece: Piece, own: Piece) -> bool:
    """Return whether two lists have different posts under one id: they are of two sites."""
    names = {row_id: row.get("guid") for row_id, row in zip(own.ids, own.rows, strict=True)}
    rows = zip(piece.ids, piece.rows, strict=True)
    return any(row_id in names and row.get("guid") != names[row_id] for row_id, row in rows)


def _bare(address: str) -> str:
    return spelling_key(address).rstrip("/")
