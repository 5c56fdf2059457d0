"""Sites in several languages: which there are, and how the posts of each are reached."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from newscrawl.net.response import Answer, Hop
from newscrawl.wordpress.languages import LanguageFinder, Languages, languages_of
from newscrawl.wordpress.site import Language, Site
from tests.wordpress.fake import HOME, SITE, FakeSite, answer, error, post

EN = Language(tag="en", home=f"{HOME}/")
FR = Language(tag="fr", home=f"{HOME}/fr/")
WPML = SITE.replaced(namespaces=("wp/v2", "wpml/v1"), languages=(EN, FR))
HREFLANG = "".join(
    f'<link rel="alternate" hreflang="{tag}" href="{HOME}{path}">'
    for tag, path in (("en", "/"), ("fr-FR", "/fr/"), ("x-default", "/"))
)


@dataclass
class ManyLanguages:
    """English posts, 1 to 20, and French ones, 21 to 35.

    Attributes:
        knows_lang: Whether lists know ``lang=``.
        roots: The posts below each language's own root; None for a root that is not there.
        lists_all: Whether the site's own list has all languages.
        code: The value of ``lang=`` for French; other values give an empty list.
        feed: Ids of the posts in the feed of French; None without a feed.
    """

    knows_lang: bool = True
    code: str = ""
    feed: tuple[int, ...] | None = None
    roots: dict[str, FakeSite | None] = field(default_factory=dict)
    lists_all: bool = False

    def __post_init__(self) -> None:
        french = {n: post(n, link=f"{HOME}/fr/billet-{n}/") for n in range(21, 36)}
        self.english = FakeSite.of(20)
        self.french = FakeSite(french)
        if self.lists_all:
            self.english.posts |= french

    async def fetch(self, url: str) -> Answer:
        parts = urlsplit(url)
        language = parts.path.partition("/wp-json/")[0].strip("/")
        if parts.path == "/fr/feed/" and self.feed is not None:
            return rss(*(f"{HOME}/?p={n}" for n in self.feed))
        if language:
            root = self.roots.get(language)
            return error("rest_no_route", 404) if root is None else await root.fetch(url)
        lang = dict(parse_qsl(parts.query)).get("lang", "en") if self.knows_lang else "en"
        if self.code and lang not in ("en", self.code):
            return answer([])
        return await (self.english if lang == "en" else self.french).fetch(url)


def test_a_link_of_the_feed_that_is_no_address_is_no_listed_post() -> None:
    class Damaged(ManyLanguages):
        async def fetch(self, url: str) -> Answer:
            is_feed = urlsplit(url).path == "/fr/feed/"
            return rss("http://[x/a/") if is_feed else await super().fetch(url)

    assert find(Damaged(knows_lang=False)).unreachable


def rss(*guids: str) -> Answer:
    items = "".join(f"<item><link>{guid}</link><guid>{guid}</guid></item>" for guid in guids)
    body = f"<rss><channel>{items}</channel></rss>".encode()
    return Answer(url=f"{HOME}/fr/feed/", status=200, body=body)


def find(site: ManyLanguages, known: Site = WPML) -> Languages:
    return asyncio.run(LanguageFinder(known, site.fetch).find())


def test_a_language_is_reached_by_its_parameter() -> None:
    found = find(ManyLanguages())
    assert [(view.tag, view.lang) for view in found.views] == [("fr", "fr")]
    assert not found.unreachable


def test_a_language_is_reached_at_its_own_root() -> None:
    site = ManyLanguages(knows_lang=False)
    site.roots["fr"] = site.french
    assert [view.v2 for view in find(site).views] == [f"{HOME}/fr/wp-json/wp/v2/"]


def test_a_list_that_has_all_languages_needs_no_other() -> None:
    found = find(ManyLanguages(knows_lang=False, lists_all=True))
    assert (found.views, found.unreachable) == ((), ())


def test_a_list_with_one_further_language_lacks_none_of_the_others() -> None:
    german = Language(tag="de-DE", home=f"{HOME}/de/")
    known = WPML.replaced(languages=(EN, FR, german))
    found = find(ManyLanguages(knows_lang=False, lists_all=True), known)
    assert (found.views, found.unreachable) == ((), ())


def test_a_root_with_the_same_posts_is_no_other_list() -> None:
    site = ManyLanguages(knows_lang=False)
    site.roots["fr"] = site.english
    found = find(site)
    assert (found.views, found.unreachable, found.others) == ((), (), ())


def test_another_site_of_a_network_is_named_and_not_mixed_in() -> None:
    other = FakeSite({n: post(n, guid={"rendered": f"{HOME}/fr/?p={n}"}) for n in range(1, 9)})
    found = find(ManyLanguages(knows_lang=False, roots={"fr": other}))
    assert found.others == (f"fr ({HOME}/fr/)",)
    assert (found.views, found.unreachable) == ((), ())


def test_a_language_that_no_list_shows_is_named() -> None:
    found = find(ManyLanguages(knows_lang=False))
    assert len(found.unreachable) == 1
    assert found.unreachable[0].startswith(f"fr ({HOME}/fr/)")


def test_an_empty_list_of_an_unknown_code_is_not_the_list_of_a_language() -> None:
    site = ManyLanguages(code="francais")
    site.roots["fr"] = site.french
    assert [view.v2 for view in find(site).views] == [f"{HOME}/fr/wp-json/wp/v2/"]


@pytest.mark.parametrize(("feed", "is_reached"), [((21, 22), False), ((1, 2), True), ((), True)])
def test_the_feed_shows_whether_a_language_has_posts_of_its_own(
    feed: tuple[int, ...], is_reached: bool
) -> None:
    found = find(ManyLanguages(knows_lang=False, feed=feed))
    assert bool(found.unreachable) is not is_reached


def test_an_address_that_differs_only_in_its_query_is_no_proof_of_a_language() -> None:
    french = Language(tag="fr", home=f"{HOME}/?lang=fr")
    found = find(ManyLanguages(knows_lang=False), WPML.replaced(languages=(EN, french)))
    assert found.unreachable


def test_wpml_lists_all_languages_if_no_page_names_them() -> None:
    assert find(ManyLanguages(), WPML.replaced(languages=())).lang == "all"
    assert find(ManyLanguages(knows_lang=False), WPML.replaced(languages=())).lang == ""


def languages(page: str, site: Site, listed: Any = None) -> tuple[Language, ...]:
    async def fetch(url: str) -> Answer:
        return answer(listed) if "pll/v1" in url else Answer(url=HOME, status=200, body=b"")

    home = Answer(url=f"{HOME}/", status=200, body=page.encode())
    return asyncio.run(languages_of(site, home, fetch))


def test_the_home_page_names_its_languages() -> None:
    assert languages(HREFLANG, SITE) == (EN, Language(tag="fr-FR", home=f"{HOME}/fr/"))


def test_a_header_and_a_home_page_that_redirects_name_languages_too() -> None:
    link = ", ".join(f'<{each.home}>; rel="alternate"; hreflang="{each.tag}"' for each in (EN, FR))
    hops = (Hop(url=f"{HOME}/", status=302),)
    home = Answer(url=f"{HOME}/en/", status=200, headers={"link": link}, hops=hops)
    assert asyncio.run(languages_of(SITE, home, FakeSite().fetch)) == (EN, FR)


@pytest.mark.parametrize("page", ["<p>", f'<link rel="alternate" hreflang="en" href="{HOME}/">'])
def test_a_site_in_one_language_has_none_to_choose_from(page: str) -> None:
    assert languages(page, SITE) == ()


def test_a_plugin_that_translates_what_is_shown_leaves_no_post_out() -> None:
    assert languages(f"{HREFLANG}<script src='/wp-content/plugins/weglot/x.js'>", SITE) == ()


@pytest.mark.parametrize("shape", ["list", "object"])
def test_polylang_lists_its_languages_itself(shape: str) -> None:
    rows = [
        {"slug": "en", "w3c": "en-GB", "home_url": f"{HOME}/"},
        {"slug": "ar", "locale": "ar", "home_url": f"{HOME}/ar/"},
    ]
    listed = rows if shape == "list" else {row["slug"]: row for row in rows}
    site = SITE.replaced(namespaces=("wp/v2", "pll/v1"))
    found = languages("", site, listed)
    assert [(language.tag, language.code) for language in found] == [("en-GB", "en"), ("ar", "ar")]


@pytest.mark.parametrize(
    ("homes", "link", "expected"),
    [
        ((f"{HOME}/", f"{HOME}/fr/"), "http://www.example.org/fr/billet/", "fr"),
        ((f"{HOME}/", f"{HOME}/fr/"), f"{HOME}/french/", "en"),
        ((f"{HOME}/", f"{HOME}/?lang=fr"), f"{HOME}/billet/?lang=fr", "fr"),
        ((f"{HOME}/", f"{HOME}/?lang=fr"), f"{HOME}/post/", "en"),
        ((f"{HOME}/", "https://fr.example.org/"), "https://fr.example.org/billet/", "fr"),
    ],
)
def test_the_address_of_a_post_shows_its_language(
    homes: tuple[str, str], link: str, expected: str
) -> None:
    pairs = zip(("en", "fr"), homes, strict=True)
    site = SITE.replaced(languages=tuple(Language(tag=tag, home=home) for tag, home in pairs))
    assert site.language_of(link) == expected


def test_the_languages_of_a_site_survive_the_archive() -> None:
    import json

    found = find(ManyLanguages())
    site = WPML.replaced(views=found.views, unreachable=("de: no",))
    assert Site.from_dict(json.loads(json.dumps(site.as_dict()))) == site
