"""Authors: wherever a page names them, and nobody else."""

import pytest

from newscrawl.extract import extract
from newscrawl.extract.document import parse
from newscrawl.extract.metadata.authors import authors_of, signed
from tests.extract.pages import PROSE, URL, article, linked, page, paragraphs

ANN = ["Ann Example"]
BOTH = ["Ann Example", "Bob Sample"]


def news(author: str) -> str:
    return linked(f'{{"@type":"NewsArticle","headline":"x","author":{author}}}')


def found(head: str, body: str = "", houses: tuple[str, ...] = ("Example Times",)):
    return authors_of(parse(page(body, head=head), URL), houses)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Ann Example"', ANN),
        ('{"@type":"Person","name":"Ann Example"}', ANN),
        ('[{"name":"Ann Example"},{"name":"Bob Sample"}]', BOTH),
        ('{"name":["Ann Example","Bob Sample"]}', BOTH),
        ('"Ann Example, Bob Sample"', BOTH),
        ('{"name":"By Ann Example and Bob Sample, Example Times"}', BOTH),
        ('[{"@type":"Organization","name":"Example Times"},{"name":"Ann Example"}]', ANN),
        ('{"name":"Catherine"}', ["Catherine"]),
        ('{"@type":"Person","givenName":"Ann","familyName":"Example"}', ANN),
        ('{"name":"BR24 Redaktion"}', ["BR24 Redaktion"]),
    ],
)
def test_authors_of_json_ld_are_read_however_they_are_written(author, names):
    assert found(news(author)) == (names, "json-ld")


def test_an_author_may_be_another_node_of_the_page():
    head = linked(
        '{"@graph":[{"@type":"NewsArticle","headline":"x","author":{"@id":"#a"}},'
        '{"@type":"Person","@id":"#a","name":"Ann Example"}]}'
    )
    assert found(head) == (ANN, "json-ld")


@pytest.mark.parametrize(
    ("head", "body", "source"),
    [
        ('<meta name="author" content="Ann Example">', "", "meta author"),
        ('<meta name="parsely-author" content="Ann Example">', "", "meta parsely-author"),
        (
            '<meta name="author" content="/ann"><meta name="dc.creator" content="Ann Example">',
            "",
            "meta dc.creator",
        ),
        ('<meta name="DC.creator" content="Example, Ann">', "", "meta dc.creator"),
        ('<meta name="citation_author" content="Example, Ann">', "", "meta citation_author"),
        ("", '<p property="author"><span property="name">Ann Example</span></p>', "author link"),
        ("", "<p class=author><a>Ann Example</a> <button>Get Mails</button></p>", "byline"),
        ("", '<a rel="author" href="/a">Ann Example</a>', "author link"),
        ("", '<span itemprop="author">Ann Example</span>', "author link"),
        (
            "",
            '<div class="hentry"><p class="post-footer"><a rel="author">Ann Example</a></p></div>',
            "author link",
        ),
        (
            "",
            '<article><footer>Submitted by <a class="submitted">Ann Example</a></footer></article>',
            "byline",
        ),
        (
            "",
            '<dl class="article-info"><dd class="createdby">Written by: Ann Example</dd></dl>',
            "byline",
        ),
        ("", '<p class="c-byline">By <b>Ann Example</b><i>November 15, 2026</i></p>', "byline"),
        ("", '<div class="person-link"><a href="/ann">Ann Example</a>, </div>', "byline"),
        ("", '<div data-testid="author-name">Ann Example</div>', "byline"),
    ],
)
def test_a_page_may_name_its_author_elsewhere(head, body, source):
    assert found(head, body) == (ANN, source)


def test_several_authors_stand_beside_each_other():
    body = (
        '<div><span class="author">Ann Example</span> <span class="author">Bob Sample</span></div>'
        '<div><div><p class="author">Carl Other</p></div></div>'
    )
    assert found("", body) == (BOTH, "byline")


@pytest.mark.parametrize(
    "body",
    [
        '<aside><p class="author">Carl Other</p></aside>',
        '<footer class="author">Carl Other</footer>',
        '<div class="related"><p class="byline">Carl Other</p></div>',
        '<p class="author">Syrian defense ministries</p>',
        f'<p class="author">{"long " * 60}</p>',
    ],
)
def test_names_in_other_boxes_are_not_this_article_s(body):
    assert found("", body) is None


def test_a_house_is_the_author_only_if_no_person_is_named():
    house = news('{"name":"Example Times"}')
    assert found(house) == (["Example Times"], "json-ld")
    assert found(house, '<p class="byline">By Ann Example</p>') == (ANN, "byline")


def test_an_account_of_nobody_is_no_author():
    admin = news('{"name":"undefined"}')
    assert found(admin) is None
    admin = news('{"name":"admin"}')
    assert found(admin) is None
    assert found(admin, '<p class="byline">By Ann Example</p>') == (ANN, "byline")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p><em>Ann Example</em></p>", ANN),
        ('<p style="text-align: right">Ann Example</p>', ANN),
        ("<p>By Ann Example</p>", ANN),
        ("<p><strong>IN-Redaktion</strong></p>", ["IN-Redaktion"]),
        ("<p>Reporting by Ann Example and Bob Sample; Editing by Carl Other</p>", BOTH),
        ("<p><b>All rights reserved</b></p>", []),
        ("<p>Lower Town</p>", []),
    ],
)
def test_who_signs_the_text_wrote_it(line, names):
    assert extract(article(after=line), url=URL).authors == names


def test_a_signature_takes_no_place_of_a_named_person():
    assert signed(["Bob Sample"], ANN) is None
    assert signed(["Bob Sample"], ["Example Times"]) == (["Bob Sample"], "signature")
    assert signed(["IN-Redaktion"], ["Example Times"]) is None


def test_the_byline_is_no_part_of_the_text():
    head = news('"Ann Example"')
    text = extract(article(middle="<p>By Ann Example, Lower Town</p>", head=head), url=URL).text
    assert "Ann Example" not in text


BYLINE, BOLD = '<p class="byline">', "<b>Ann Example</b>"


@pytest.mark.parametrize(
    ("name", "top", "expected"),
    [
        ("a date beside the name", f"{BYLINE}{BOLD} December 23</p>", ANN),
        ("the name twice", f"{BYLINE}{BOLD} <i>Ann Example</i> Opinion</p>", ANN),
        ("names without a sign between", f"{BYLINE}{BOLD}<b>Bob Sample</b></p>", BOTH),
        ("a role beside the name", f"{BYLINE}{BOLD} <i>Editor in chief</i></p>", ANN),
        ("no class at all", "<div>By <span>Ann Example</span></div>", ANN),
        ("an interview", '<p class="author">Interview: Ann Example</p>', ANN),
        ("an aside", '<aside><address><a rel="author">Ann Example</a></address></aside>', ANN),
        ("one word", '<p>Posted by <a rel="author">marc</a></p>', ["marc"]),
        ("a first name", "<p>By Annie</p>", ["Annie"]),
        ("a first name and a date", "<p>Posted by Annie on May 2, 2024</p>", ["Annie"]),
        ("a first name in a card", '<h4 class="author-title">Annie</h4><p>A Nurse</p>', ["Annie"]),
        ("a place before it", "<p>Berlin · Von Ann Example</p>", ANN),
        ("a date beside it", "<p>04.02.2024 | 13:10 Uhr | Ann Example</p>", ANN),
        ("a date before it", "<p>May 2, 2024 by Ann Example</p>", ANN),
        ("a reading time beside it", "<p>May 2, 2024 · 3 min · Ann Example</p>", ANN),
        ("labels in a line", "<p>2024年05月02日 10:30 来源：例报 作者：王小明</p>", ["王小明"]),
        (
            "an aside about the author",
            '<aside class="author-bio"><h4>Ann Example</h4><p>She writes.</p></aside>',
            ANN,
        ),
        ("a label above it", "<dl><dt>Author</dt><dd>Ann Example</dd></dl>", ANN),
        (
            "an illustrator after it",
            (
                '<p>By <a rel="author">Ann Example</a></p>'
                '<p>Illustration by <a rel="author">Cy Pen</a></p>'
            ),
            ANN,
        ),
        (
            "others in a sentence about the author",
            '<div class="author-bio"><h4>Ann Example</h4><p>She lives with Bob Sample.</p></div>',
            ANN,
        ),
    ],
)
def test_a_byline_names_its_authors_and_nothing_else(name, top, expected):
    document = parse(page(f"<article><h1>Walls and water</h1>{top}{paragraphs()}</article>"), URL)
    found = authors_of(document, [], "Walls and water")
    assert found is not None
    assert found[0] == expected


@pytest.mark.parametrize(
    "top",
    [
        "<p>New York | <a href=/section>Local Politics</a> | 2 May 2024</p>",
        '<div class="author-line"><ul class="breadcrumbs"><li>Volvo Cars</li></ul></div>',
        '<span class="author">Max Kamera / Getty Images</span>',
        "<p>Costa Rica | 2 May 2024</p>",
        '<div class="fb-post">Posted by Carl Other</div>',
        "".join(
            f"<div class=card><h3><a href=/{one}>Tea</a></h3><i class=author>{one} Other</i></div>"
            for one in ("Carl", "Dora")
        ),
    ],
)
def test_other_words_around_the_headline_are_no_authors(top):
    document = parse(page(f"<article><h1>Walls and water</h1>{top}{paragraphs()}</article>"), URL)
    assert authors_of(document, [], "Walls and water") is None


@pytest.mark.parametrize(
    ("head", "top", "expected"),
    [
        ('<meta name="author" content="Ann Example, Bob Sample">', "", (BOTH, "meta author")),
        ("", '<p>By <a rel="author">Bob Sample</a></p>', (["Bob Sample"], "author link")),
        ("", '<p>By <a rel="author">Ann Exampl</a></p>', (ANN, "json-ld")),
        ('<meta name="author" content="Globe Owner">', "", (ANN, "json-ld")),
    ],
)
def test_the_page_may_name_more_authors_than_json_ld_or_the_true_one(head, top, expected):
    html = page(f"<article>{top}{paragraphs()}</article>", head=news('"Ann Example"') + head)
    assert authors_of(parse(html, URL), []) == expected


def test_the_link_to_the_author_is_surer_than_the_meta_tag():
    byline = '<p>By <a rel="author">Ann Example</a></p>'
    head = '<title>Walls</title><meta name="author" content="Globe Owner">'
    document = parse(page(f"<article>{byline}{paragraphs()}</article>", head=head), URL)
    assert authors_of(document, []) == (["Ann Example"], "author link")


def test_a_card_names_the_author_under_its_label():
    head = (
        '<meta name="twitter:label1" content="Written by">'
        '<meta name="twitter:data1" content="Ann Example">'
    )
    document = parse(page(head=head), URL)
    assert authors_of(document, []) == (["Ann Example"], "meta twitter:data1")


@pytest.mark.parametrize("line", ["Source of the report: Ann Example", "On the book: Ann by Bea"])
def test_what_a_colon_introduces_is_no_signature(line):
    assert signed([line], []) is None


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ('<span class="author vcard"><a class="url fn n" href="/a">Annika</a></span>', ["Annika"]),
        ('<p class="info"><a href="/author/ae/">AE</a></p>', ["AE"]),
        ('<p class="byline">Ann Example <span>Link Copied</span></p>', ["Ann Example"]),
        ('<p class="byline"><a>Ann Example</a> <span>Posted: Oct 14</span></p>', ["Ann Example"]),
        ('<p class="author">Posted on May 2, 2024 by Ann Example</p>', ["Ann Example"]),
        ('<p class="author">Erstellt von Anna Beispiel</p>', ["Anna Beispiel"]),
        ('<p><a href="/author/1">著者：後藤大地</a></p>', ["後藤大地"]),
        ('<p class="author"><b>Ann Example</b> <i>Senior Writer</i></p>', ["Ann Example"]),
        ('<p class="author"><b>投稿者</b><b>後藤大地</b></p>', ["後藤大地"]),
        ('<p itemprop="author"><meta itemprop="name" content="Ann Example"></p>', ["Ann Example"]),
        (
            '<p class="author">Words by <a>Ann Example</a> Photography by <a>Carl Other</a></p>',
            ["Ann Example"],
        ),
        ('<p class="autor">Publicado por Ana Ejemplo el 12 de mayo</p>', ["Ana Ejemplo"]),
        ('<p class="autor">Anna Beispiel12. Mai 2024</p>', ["Anna Beispiel"]),
        ("<p>Das Interview führte Anna Beispiel</p>", ["Anna Beispiel"]),
        (
            '<p class="author"><b>作者： Diogo Exemplo</b> <b>翻訳者</b> <b>中村真子</b></p>',
            ["Diogo Exemplo"],
        ),
        ('<p class="author"><b>Ann Example</b><b>Chief Digital Officer</b></p>', ["Ann Example"]),
        ('<p class="author">© Ann Example</p>', ["Ann Example"]),
        ('<p class="author">文● オカモト／アスキー編集部</p>', ["オカモト"]),
    ],
)
def test_a_byline_is_read_without_the_labels_and_buttons_in_it(byline, expected):
    found = authors_of(parse(page(f"<h1>Walls</h1>{byline}{paragraphs()}"), URL), [], "Walls")
    assert found is not None
    assert found[0] == expected


def test_a_company_beside_a_person_is_no_author():
    head = (
        '<meta name="author" content="Globe Media Inc"><meta name="author" content="Ann Example">'
    )
    assert authors_of(parse(page(head=head), URL), []) == (["Ann Example"], "meta author")


def test_the_author_of_a_picture_is_not_the_article_s():
    credit = '<figcaption>River <small itemprop="author">Photo by Carl Other</small></figcaption>'
    html = f"<figure><img src=/a.jpg>{credit}</figure>{paragraphs()}"
    assert authors_of(parse(page(html), URL), [], "Walls") is None


def test_a_byline_at_the_start_of_the_text_counts_if_no_person_is_named():
    head = '<title>Prices</title><meta name="author" content="Globe Media Inc">'
    html = f"<div><h6>Walls and water</h6><h5>By Ann Example</h5>{paragraphs()}</div>"
    assert extract(page(html, head=head), url=URL).authors == ["Ann Example"]


@pytest.mark.parametrize("line", ["<p class=author>Kein Autor</p>", "<p>Foto: Carl Other</p>"])
def test_a_line_near_the_headline_that_names_no_author_is_not_used(line):
    assert authors_of(parse(page(f"<h1>Walls</h1>{line}{paragraphs()}"), URL), [], "Walls") is None


def test_the_author_of_another_story_on_the_page_does_not_count():
    story = "<article><h3>Rain</h3><span class=author>Carl Other</span></article>"
    html = f"<article><h1>Walls</h1><p>By Ann Example</p>{paragraphs()}</article>{story}"
    found = authors_of(parse(page(html), URL), [], "Walls")
    assert found == (["Ann Example"], "headline")


def test_turkish_classes_name_the_author_and_the_day():
    html = f"<h1>Duvarlar ve su</h1>{paragraphs()}{paragraphs()}"
    html += '<p class="yazar-adi">Ayşe Örnek</p><p class="tarih">05.03.2024</p>'
    article = extract(page(html, head="<title>Duvarlar ve su</title>"), url=URL[:20] + "/su")
    assert (article.authors, article.published) == (["Ayşe Örnek"], "2024-03-05")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("in a nav", "<nav class=byline>Edited by <a rel=author href=/a>Ann Example</a></nav>"),
        ("after a date", "<p>10.01.2026, 09:30 | Redaktion: Ann Example (Verein)</p>"),
        ("below its label", "<p>Von:</p><p>Ann Example</p>"),
        ("without spaces", "<p>Posted by<span>Ann Example</span>on 10 January 2026</p>"),
        ("in the box of the text", f"By Ann Example<br>{PROSE[0] * 3}<br><br>{PROSE[1] * 3}"),
        ("before a break", "<p>By <b>Ann Example</b><br>Nairobi, Kenya</p>"),
    ],
)
def test_a_byline_is_read_in_its_many_forms(name, line):
    body = f"<article><h1>Walls and water</h1>{line}{paragraphs()}</article>"
    authors = authors_of(parse(page(body), URL), ["Example Times"], "Walls and water")
    assert authors is not None, name
    assert authors[0] == ANN, name


@pytest.mark.parametrize(
    "teaser",
    [
        f"<a href=/b><p>{PROSE[0] * 2}</p><div class=byline>By Bob Sample</div></a>",
        "<div><a href=/b>The zoo has a new lion</a><span class=author>By Bob Sample</span></div>",
    ],
)
def test_the_byline_of_a_teaser_is_another_article_s(teaser):
    assert found("", f"<article><h1>x</h1>{paragraphs() * 2}</article>{teaser}") is None


def test_a_date_after_the_text_is_no_signature():
    assert signed(["Stand Mai 2026"], []) is None
    assert signed(["Ann Example"], []) == (ANN, "signature")


def test_a_person_comes_before_an_organization():
    head = news('{"@type":"Organization","name":"Deutsche Beispielwelle"}')
    byline = "<p class=byline>By Ann Example</p>"
    assert found(head, byline) == (ANN, "byline")
    assert found(head) == (["Deutsche Beispielwelle"], "json-ld")


def test_the_name_of_an_account_gives_way_to_the_same_name_with_spaces():
    head = news('{"@type":"Person","name":"annexample"}')
    assert found(head, "<p class=byline>By Ann Example</p>") == (ANN, "byline")
    assert found(head, "<p class=byline>By Bob Sample</p>") == (["annexample"], "json-ld")


def test_a_column_of_reporters_is_no_reporter():
    body = f"<ul><li>記者コラム</li></ul><article><h1>x</h1>{paragraphs()}</article>"
    assert authors_of(parse(page(body), URL), [], "x") is None


@pytest.mark.parametrize(
    "credit",
    [
        '<p itemscope itemtype="x/ImageObject"><i itemprop=author>Bob Sample</i></p>',
        "<div class=image><span class=image-author>Bob Sample</span></div>",
    ],
)
def test_who_made_a_picture_is_not_the_article_s_author(credit):
    body = f"<article><h1>x</h1>{credit}{paragraphs()}</article>"
    assert found("", body) is None
    assert found("", body + "<p class=byline>By Ann Example</p>") == (ANN, "byline")


def test_a_korean_name_with_its_role_is_a_byline():
    body = f"<article><h1>x</h1><ul><li>홍길동 기자</li></ul>{paragraphs()}</article>"
    assert authors_of(parse(page(body), URL), [], "x") == (["홍길동"], "headline")


@pytest.mark.parametrize(
    "line",
    [
        "(Leipzig) - Von Bremsen im Markt über die Pflicht bis hin zur Klage.<br><br>Mehr dazu:",
        "Von Bad Homburg nach Frankfurt",
    ],
)
def test_a_sentence_that_starts_like_a_byline_names_nobody(line):
    body = f"<article><h1>x</h1><p>{line}</p>{paragraphs()}</article>"
    assert authors_of(parse(page(body), URL), [], "x") is None


def test_an_account_of_several_words_is_an_author_if_no_person_is_named():
    account = '<p class="author vcard">by <a href=/author/7>Support Team</a></p>'
    body = f"<article><h1>x</h1>{account}{paragraphs()}</article>"
    assert found("", body) == (["Support Team"], "byline")
    head = '<meta name="author" content="Ann Example">'
    assert found(head, body) == (ANN, "meta author")


def test_a_login_of_several_words_is_no_author():
    account = '<p class="author vcard">by <a href=/author/7>support team</a></p>'
    assert found("", f"<article><h1>x</h1>{account}{paragraphs()}</article>") is None
