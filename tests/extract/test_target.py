"""Addresses of links: unwrapped, canonical, whose, and what they look like."""

from base64 import b64encode
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.extract.links.blocklist import never_because
from newscrawl.extract.links.choose import canonical_url
from newscrawl.extract.links.target import address, is_article_shaped, registrable, site_of

TARGET = "https://paper.example/2024/05/river"
WRAPPED = "https%3A%2F%2Fpaper.example%2F2024%2F05%2Friver"
PACKED = "CBMiI2h0dHBzOi8vcGFwZXIuZXhhbXBsZS8yMDI0LzA1L3JpdmVy0gEA"


@pytest.mark.parametrize(
    "url",
    [
        TARGET,
        f"{TARGET}#comments",
        f"{TARGET}?utm_source=news&utm_medium=rss&utm_campaign=x",
        f"{TARGET}?fbclid=IwAR0",
        f"{TARGET}?UTM_Source=a&gclid=b&mc_cid=c&igshid=d",
        "HTTPS://PAPER.example:443/2024/05/river",
        f"https://www.google.com/url?sa=t&url={WRAPPED}&usg=AOv",
        f"https://l.facebook.com/l.php?u={WRAPPED}&h=AT0",
        f"https://themagazine.example/out?u={WRAPPED}",
        f"https://themagazine.example/go.php?url={WRAPPED}",
        f"https://themagazine.example/go/?id=5&ziel={WRAPPED}",
        f"https://themagazine.example/outbound?ref={quote('https://b.example/')}&adr={WRAPPED}",
        f"https://themagazine.example/leaving/?to={quote(WRAPPED)}",
        f"https://themagazine.example/exit.html?{WRAPPED}",
        f"https://themagazine.example/out/{TARGET}",
        f"https://themagazine.example/out/{WRAPPED}",
        "https://themagazine.example/go?u=//paper.example/2024/05/river",
        f"https://themagazine.example/go?u={b64encode(TARGET.encode()).decode()}",
        f"https://themagazine.example/?redirect={WRAPPED}",
        f"https://out.reddit.com/t3_1?url={WRAPPED}&token=x",
        f"https://themagazine.example/out?u=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3D{WRAPPED}",
        "https://www.google.com/amp/s/paper.example/2024/05/river",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/05/river",
        f"https://news.google.com/rss/articles/{PACKED}?oc=5",
        f"  {TARGET} ",
    ],
)
def test_links_to_one_article_have_one_key(url):
    assert canonical_url(url) == TARGET


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://a.example/x?b=2&a=1", "https://a.example/x?b=2&a=1"),
        ("https://a.example/?p=123&utm_source=x", "https://a.example/?p=123"),
        ("https://a.example/x?hp&_r=1", "https://a.example/x?hp&_r=1"),
        ("https://a.example/vernota.asp?id=16&fbclid=I", "https://a.example/vernota.asp?id=16"),
        ("https://a.example", "https://a.example/"),
        ("http://a.example/x", "http://a.example/x"),
        ("https://a.example/X/Ü", "https://a.example/X/%C3%9C"),
        ("https://a.example/a%7Eb", "https://a.example/a~b"),
        ("https://t.co/aB3dE", "https://t.co/aB3dE"),
        ("https://news.google.com/articles/AU_yqLP", "https://news.google.com/articles/AU_yqLP"),
        ("https://a.example/search?q=https%3A%2F%2Fb.example", None),
        ("https://a.example/go?ref=https%3A%2F%2Fb.example", None),
        ("https://a.example/web/2024/https://b.example/x", None),
        ("https://a.example/login?redirect_to=https%3A%2F%2Fb.example", None),
        ("not a url", "not a url"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("http://[::1", "http://[::1"),
        ("http://a.example:99999/", "http://a.example:99999/"),
    ],
)
def test_parameters_that_distinguish_articles_are_kept(url, key):
    assert canonical_url(url) == (key or url)


@given(st.text(max_size=60).map(lambda text: f"https://a.example/{text}"))
def test_the_key_of_a_key_is_itself(url):
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.text(max_size=80))
def test_any_text_has_a_key_and_may_be_no_address(text):
    canonical_url(text)
    address(text, "https://a.example/")


@pytest.mark.parametrize(
    "href",
    [
        *("", " ", "#top", "?p=2", "mailto:a@b.example", "javascript:x()", "tel:+1", "data:,x"),
        *("http://", "http:///x", "http://http://a.example/", "http://The truth is/", "ftp://a.b/"),
        *(
            "http://u:p@a.example/",
            "http://a.example:0/",
            "http://a.example:x/",
            "http://intranet/",
        ),
        "https://a.example/" + "x" * 5000,
    ],
)
def test_what_leads_to_no_web_page_is_no_address(href):
    assert address(href, "https://a.example/p/") is None


def test_an_address_is_made_absolute_and_otherwise_left_as_found():
    found = address(" //B.example/x?utm_source=y\n#z ", "https://a.example/p/")
    assert found
    assert found.url == "https://B.example/x?utm_source=y#z"


@pytest.mark.parametrize(
    ("host", "domain", "name"),
    [
        ("www.bbc.co.uk", "bbc.co.uk", "bbc"),
        ("davald.wordpress.com", "davald.wordpress.com", "davald"),
        ("medium.com", "medium.com", "medium"),
        ("news.paper.test", "paper.test", "paper"),
        ("127.0.0.1", "127.0.0.1", ""),
        ("localhost", "localhost", ""),
        ("", "", ""),
    ],
)
def test_a_host_has_a_registrable_domain_and_a_name(host, domain, name):
    assert registrable(host) == (domain, name)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.paper.org/a", "http://paper.org:80/b", True),
        ("https://paper.org/", "https://archive.paper.org/", True),
        ("https://a.wordpress.com/", "https://b.wordpress.com/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8001/", False),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
    ],
)
def test_a_site_is_its_domain_or_its_own_server(one, other, is_same):
    assert (site_of(one) == site_of(other)) is is_same


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://m.facebook.com/x", "a social network"),
        ("https://www.amazon.co.uk/dp/1", "a store"),
        ("https://us2.list-manage.com/subscribe?u=1", "a mail list"),
        ("https://paper.org/2024/report.PDF", "a download"),
        ("https://paper.org/tag/rivers/", "a list or a person's page"),
        ("https://paper.org/shop/river-mug", "a page of a service"),
        ("https://donate.paper.org/river", "a page of a service"),
        ("https://paper.org/category/news/river-towns-rebuild/x", ""),
        ("https://notfacebook.com/2024/x", ""),
        ("https://mp.weixin.qq.com/s/abc", ""),
    ],
)
def test_some_addresses_are_never_an_article(url, why):
    assert never_because(urlsplit(url)) == why


@pytest.mark.parametrize(
    ("url", "is_shaped"),
    [
        ("https://a.org/2024/05/x", True),
        ("https://a.org/river-towns-rebuild", True),
        ("https://a.org/n174069.html", True),
        ("https://a.org/vernota.asp?id_noticia=16412", True),
        ("https://a.org/article/r8G4m", True),
        ("https://a.org/?p=12", True),
        ("https://a.org/новости-недели-сегодня", True),
        ("https://a.org/techno", False),
        ("https://a.org/Tramites/TipoVehiculo", False),
        ("https://a.org/pasos-fronterizos/", False),
        ("https://a.org/", False),
    ],
)
def test_addresses_of_articles_have_a_shape(url, is_shaped):
    assert is_article_shaped(urlsplit(url)) is is_shaped


@pytest.mark.parametrize("name", ["the-long-way-out", "who-broke-the-link", "a-new_track"])
def test_an_article_whose_title_ends_like_a_redirector_keeps_its_address(name):
    link = f"https://news.example/2026/{name}?image=https%3A%2F%2Fcdn.example%2Fa.jpg"
    assert canonical_url(link).startswith(f"https://news.example/2026/{name}")
