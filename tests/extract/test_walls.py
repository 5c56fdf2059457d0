"""Walls and error pages are distinguished from articles, in many languages."""

import pytest

from newscrawl.extract.page import read_page
from newscrawl.extract.page_result import Page
from newscrawl.net.response import Answer
from tests.extract.pages import PROSE, URL, article, linked, page, paragraphs

TEASER = paragraphs(2)
NOT_FREE = linked('{"@type":"NewsArticle","headline":"x","isAccessibleForFree":"False"}')
FREE = linked('{"@type":"NewsArticle","headline":"x","isAccessibleForFree":true}')
NEWS = '<meta property="og:type" content="article">'


def read(html: str, status: int = 200, excerpt: str = "", url: str = URL) -> Page:
    headers = {"content-type": "text/html; charset=utf-8"}
    return read_page(Answer(url=url, status=status, headers=headers, body=html.encode()), excerpt)


def titled(title: str, body: str = "") -> str:
    return page(f"<h1>{title}</h1>{body}", head=f"<title>{title}</title>")


def said(words: str) -> str:
    """Return an article's beginning with *words* below it."""
    return page(f"<article><h1>Walls and water</h1>{TEASER}<div><p>{words}</p></div></article>")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, "forbidden"), (402, "paywall"), (403, "forbidden"), (404, "not_found"), (410, "gone"),
     (408, "timeout"), (418, "client_error"), (429, "rate_limited"), (451, "forbidden"),
     (500, "server_error"), (503, "server_error"), (599, "server_error"), (304, "server_error"),
     (100, "client_error"), (999, "forbidden")],
)  # fmt: skip
def test_a_status_that_is_no_success_decides(status, outcome):
    found = read(page(), status)
    assert (found.outcome, found.extraction) == (outcome, None)
    assert f"HTTP {status}" in found.detail


@pytest.mark.parametrize("status", [200, 202, 403, 406, 503])
@pytest.mark.parametrize(
    ("product", "html"),
    [
        (
            "Cloudflare",
            titled("Just a moment...", '<script src="/cdn-cgi/challenge-platform/h/b">'),
        ),
        ("DataDome", page('<script src="https://geo.captcha-delivery.com/c.js"></script>')),
        ("PerimeterX", page('<div id="px-captcha"></div>')),
        ("Akamai", page('<p>Reference&#32;&#35;18.5f</p><script src="/x?bm-verify=A"></script>')),
        ("Imperva", page('<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>')),
        ("AWS WAF", page("<script>window.gokuProps = {}</script>")),
        ("DDoS-Guard", titled("DDoS-Guard", "Checking")),
        ("captcha", page('<div class="g-recaptcha"></div><p>Prove that you are human.</p>')),
        ("a challenge", titled("Pardon Our Interruption")),
        ("a challenge", titled("Sicherheitsüberprüfung")),
        ("a challenge", titled("Vérifiez que vous êtes humain")),
        ("a challenge", titled("安全验证")),
        ("a challenge", titled("Подтвердите, что вы не робот")),
        ("a challenge", titled("Verifica que eres humano")),
    ],
)
def test_a_challenge_is_a_bot_wall_whatever_its_status(product, html, status):
    found = read(html, status)
    assert found.outcome == "bot_wall"
    assert product in found.detail


@pytest.mark.parametrize(
    "words",
    [
        "Please enable JavaScript to read this site.",
        "This page requires JavaScript.",
        "Bitte aktivieren Sie JavaScript in Ihrem Browser.",
        "JavaScript est désactivé dans votre navigateur.",
        "Habilite o JavaScript para continuar.",
        "Включите поддержку JavaScript.",
        "请启用 JavaScript 继续浏览。",
        "JavaScriptを有効にしてください。",
    ],
)
def test_a_program_without_its_text_is_a_bot_wall(words):
    html = page(f'<noscript>{words}</noscript><div id="root"></div>')
    assert read(html).outcome == "bot_wall"


@pytest.mark.parametrize(
    "title",
    ["Before you continue", "We value your privacy", "Cookie settings", "Ihre Privatsphäre",
     "Avant de continuer", "Prima di continuare", "Antes de continuar", "DPG Media Privacy Gate",
     "Zanim przejdziesz dalej"],
)  # fmt: skip
def test_a_page_that_asks_for_consent_is_a_bot_wall(title):
    found = read(titled(title, f"<p>{'We and our partners store data on your device. ' * 20}</p>"))
    assert (found.outcome, found.detail) == ("bot_wall", "the page asks for consent")


def test_a_consent_host_needs_no_words():
    assert read(titled("Welcome", TEASER), url="https://consent.example/v2").outcome == "bot_wall"


@pytest.mark.parametrize(
    "title",
    [
        "404", "Page not found", "Error 404 - Example Times", "Oops! That page can't be found.",
        "The article you asked for is no longer available", "Seite nicht gefunden",
        "Der Artikel ist leider nicht mehr verfügbar", "Page introuvable",
        "Página no encontrada", "Página não encontrada", "Pagina non trovata",
        "Pagina niet gevonden", "Nie znaleziono strony", "Stránka nenalezena",
        "Az oldal nem található", "Halaman tidak ditemukan", "Sayfa bulunamadı",
        "Страница не найдена", "Сторінку не знайдено", "Sidan kunde inte hittas",
        "Sivua ei löytynyt", "الصفحة غير موجودة", "页面不存在", "找不到網頁",
        "ページが見つかりません", "お探しのページは削除されました", "페이지를 찾을 수 없습니다",
        "Không tìm thấy trang",
    ],
)  # fmt: skip
def test_a_page_titled_not_found_is_not_found_with_any_success_status(title):
    found = read(titled(title, "<p>Try the search, or go back to where you came from.</p>"))
    assert (found.outcome, found.extraction) == ("not_found", None)
    assert title in found.detail


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe to continue reading this article.",
        "This article is for subscribers only.",
        "You have reached your limit of free articles.",
        "Already a subscriber? Log in",
        "Diesen Artikel weiterlesen mit Abo",
        "Dieser Text ist nur für Abonnenten lesbar. Bereits Abonnent?",
        "Article réservé aux abonnés. Il vous reste 80 % de cet article à lire.",
        "Contenido exclusivo para suscriptores",
        "Conteúdo exclusivo para assinantes",
        "Contenuto riservato agli abbonati",
        "Dit artikel is exclusief voor abonnees",
        "Dalsza część artykułu tylko dla prenumeratorów. Masz już subskrypcję?",
        "Csak előfizetőknek",
        "Материал доступен только по подписке",
        "Bu içerik abonelere özel",
        "هذا المحتوى متاح للمشتركين",
        "この記事は有料会員限定です",
        "本文为付费内容，全文仅会员可见",
        "구독자 전용 기사입니다",
    ],
)
def test_a_beginning_before_a_wall_is_a_paywall_with_its_text(words):
    found = read(said(words))
    assert found.outcome == "paywall"
    assert found.extraction is not None
    assert found.extraction.text.startswith(PROSE[0])


def test_a_page_marked_as_not_free_is_a_paywall_however_long():
    assert read(article(head=NOT_FREE)).outcome == "paywall"


def test_what_is_not_free_is_not_kept_though_the_page_holds_it():
    stated = (
        '{"@type":"NewsArticle","headline":"x","isAccessibleForFree":false,"hasPart":'
        '{"isAccessibleForFree":false,"cssSelector":".locked, body, [x]"}}'
    )
    html = article(middle='<div class="locked"><p>The secret of it.</p></div>', head=linked(stated))
    found = read(html)
    assert found.outcome == "paywall"
    assert found.extraction is not None
    assert "secret" not in found.extraction.html
    assert PROSE[5] in found.extraction.text


@pytest.mark.parametrize("role", ["", "role=dialog"])
def test_a_named_wall_counts_even_if_the_teaser_is_long(role):
    wall = f"<div class=regwall {role}><p>Register to continue.</p></div>"
    assert read(article(after=f"{paragraphs() * 2}{wall}")).outcome == "paywall"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_with_an_offer_is_a_paywall(status):
    assert read(said("Subscribe to continue reading"), status).outcome == "paywall"


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a hidden message of a form", article(
            after='<form><i style="display:none">Already a subscriber?</i></form>')),
        ("a login that a click opens", article(
            after='<div class="modal" role="dialog"><p>Already a subscriber?</p></div>')),
        ("a login in the header", article(
            before='<header><a class="paywall-link" href="/s">Already a subscriber?</a></header>')),
        ("the label of another story", article(
            after="<ul><li>Subscribers only: the other river</li></ul>")),
        ("the labels of other stories' boxes", article(after="<div><b>Subscribers only</b><h3>"
            "<a href='/s'>The other river</a></h3><p>It rose.</p></div>" * 3)),
        ("the labels of links around boxes", article(
            after="<a href='/s'><b>Subscribers only</b><div>The other river</div></a>" * 3)),
        ("an offer far below", article(
            after=f"<div>{'<p>Imprint and more of it.</p>' * 50}Subscribe to read more</div>")),
        ("an offer under a free text", article(after="<p>Subscribe to read more</p>", head=FREE)),
        ("an article on robots", page(f"<h1>Are you a robot?</h1>{paragraphs()}", head=NEWS)),
        ("an article on a missing page", page(f"<h1>Not found</h1>{paragraphs()}", head=NEWS)),
        ("an article on privacy", page(f"<h1>Your privacy at stake</h1>{paragraphs()}", head=NEWS)),
        ("a captcha beside its comments", article(after='<div class="g-recaptcha">human</div>')),
        ("a script of a guard", article(head='<script src="//js.captcha-delivery.com"></script>')),
        ("a hint for browsers", article(before="<noscript>Please enable JavaScript.</noscript>")),
    ],
)  # fmt: skip
def test_an_article_is_not_taken_for_a_wall(name, html):
    assert read(html).outcome == "fetched"


CARD = "<div><a href='/{0}'><h2>Story {0} of the month</h2></a><p>{1}</p></div>"
CARDS = "".join(CARD.format(number, text) for number, text in enumerate(PROSE))


STORY = "<article><h2><a href='/{0}'>Story {0} of the month</a></h2><p>{1}</p></article>"
STORIES = "".join(STORY.format(number, text) for number, text in enumerate(PROSE))


@pytest.mark.parametrize("stories", [CARDS, STORIES])
def test_an_index_page_is_no_article(stories):
    found = read(page(f"<main><h1>Innovation</h1>{stories}</main>"))
    assert (found.outcome, found.detail) == ("extraction_failed", "the page lists other stories")


def test_an_article_that_lists_stories_is_an_article():
    assert read(page(f"<main><h1>Innovation</h1>{CARDS}</main>", head=NEWS)).outcome == "fetched"


@pytest.mark.parametrize(
    "html", ["", "<p>Hello.</p>", page(""), "\0" * 50, page("<img src=/a.jpg>")]
)
def test_a_page_with_hardly_a_word_failed(html):
    assert read(html).outcome == "extraction_failed"


EXCERPT = " ".join(PROSE[:3])


@pytest.mark.parametrize(
    ("name", "excerpt", "outcome"),
    [
        ("the same", EXCERPT, "excerpt_only"),
        ("with an ending", f"{EXCERPT} [&hellip;] Read more", "excerpt_only"),
        ("longer than the page", " ".join(PROSE), "excerpt_only"),
        ("half of it", PROSE[0], "fetched"),
        ("another text", "Something else was said here. " * 10, "fetched"),
        ("none", "", "fetched"),
    ],
)
def test_a_page_that_holds_no_more_than_the_post_is_an_excerpt(name, excerpt, outcome):
    found = read(page(f"<article>{paragraphs(3)}</article>"), excerpt=excerpt)
    assert found.outcome == outcome
    assert found.extraction is not None
