"""Dates as pages write them: in UTC if they have a zone, and as exact as the page."""

from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.extract.document import parse
from newscrawl.extract.metadata.date_formats import normalized
from newscrawl.extract.metadata.dates import modified, published
from tests.extract.pages import URL, linked, page, paragraphs


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-10T09:30:00+01:00", "2026-01-10T08:30:00Z"),
        ("2026-01-10T09:30:00.123Z", "2026-01-10T09:30:00Z"),
        ("2026-01-10T09:30+0530", "2026-01-10T04:00:00Z"),
        ("2026-01-10 09:30:00 CET", "2026-01-10T08:30:00Z"),
        ("2026-01-10 09:30 EDT", "2026-01-10T13:30:00Z"),
        ("2026-01-10T23:30:00-05:00", "2026-01-11T04:30:00Z"),
        ("20260110T093000Z", "2026-01-10T09:30:00Z"),
        ("2026-01-10T09:30:00", "2026-01-10T09:30:00"),
        ("2026-01-10", "2026-01-10"),
        ("2026/01/10 09:30", "2026-01-10T09:30:00"),
        ("2026/1/9", "2026-01-09"),
        ("10.1.2026", "2026-01-10"),
        ("Sat, 10 Jan 2026 09:30:00 +0100", "2026-01-10T08:30:00Z"),
        ("Fri Apr 28 19:20:36 CEST 2023", "2023-04-28T17:20:36Z"),
        ("January 10, 2026", "2026-01-10"),
        ("Sunday, Jan. 4, 2026", "2026-01-04"),
        ("10 de enero de 2026", "2026-01-10"),
        ("Publié le 10 janvier 2026 à 9h30", "2026-01-10"),
        ("10 stycznia 2026", "2026-01-10"),
        ("10 января 2026, 09:30", "2026-01-10"),
        ("2026. január 10.", "2026-01-10"),
        ("10 Oca 2026", "2026-01-10"),
        ("2026年1月10日 9時30分", "2026-01-10"),
        ("2026년 1월 10일", "2026-01-10"),
        ("10 tháng 1, 2026", "2026-01-10"),
        ("10 يناير، 2026", "2026-01-10"),
        ("٠٩/٠١/٢٠٢٦", "2026-01-09"),
        ("१० जनवरी २०२६", "2026-01-10"),
        ("۱۴۰۲/۱۲/۱۴", "2024-03-04"),
        ("10 ม.ค. 69 09:30 น.", "2026-01-10"),
        ("2026-01-10T09:30:00:123Z", "2026-01-10T09:30:00Z"),
        ("10 Mar 2025", "2025-03-10"),
        ("10/jan/2026", "2026-01-10"),
        ("Sofia, 10 януари 26", "2026-01-10"),
        ("10 كانون الثاني / يناير 2026", "2026-01-10"),
        ("১০ জানুয়ারি ২০২৬", "2026-01-10"),
        ("10 ม.ค. 2569", "2026-01-10"),
        ("2026 m. sausio 10 d.", "2026-01-10"),
        ("2026. gada 10. janvāris", "2026-01-10"),
        ("2 मई 2024", "2024-05-02"),
        ("2 במאי 2024", "2024-05-02"),
        ("02May2024", "2024-05-02"),
        ("3 Tore 2024, 2 Mai 2024", "2024-05-02"),
        ("令和6年5月2日", "2024-05-02"),
        ("民國113年5月2日", "2024-05-02"),
        ("۱۳ اردیبهشت ۱۴۰۳", "2024-05-02"),
        ("30 اسفند 1399", "2021-03-20"),
        ("1403/02/13", "2024-05-02"),
        ("2024-05-02T10:30:00 0200", "2024-05-02T08:30:00Z"),
        ("2024-05-02T10:30:0Z", "2024-05-02T10:30:00Z"),
        ("1768037400", "2026-01-10T09:30:00Z"),
        ("1768037400000", "2026-01-10T09:30:00Z"),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(written, expected):
    assert normalized(written) == expected


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "2026-13-45", "0000-00-00T00:00:00", "1884-01-01",
     "9999-12-31T23:59:59+00:00", "2026-01-10T99:99", "13.13.2026", "Foo 10, 2026", "1" * 5_000,
     "\0", "2026-01-10T09:30:00+99:99"],
)  # fmt: skip
def test_an_unlikely_date_is_refused(written):
    assert normalized(written) is None


def test_a_midnight_with_a_zone_is_only_a_day():
    assert normalized("2026-01-10T00:00:00+08:00") == "2026-01-10"
    assert normalized("2026-01-10T00:00:00Z") == "2026-01-10T00:00:00Z"


@pytest.mark.parametrize(
    ("stated", "shown", "expected"),
    [
        ("2026-01-09T23:00:00.000Z", "10. Januar 2026", "2026-01-10"),
        ("2026-01-09T23:00:00.000Z", "9. Januar 2026", "2026-01-09T23:00:00Z"),
        ("2026-01-09T23:12:00.000Z", "10. Januar 2026", "2026-01-09T23:12:00Z"),
        ("2026-01-10T08:00:00+09:00", "10. Januar 2026", "2026-01-09T23:00:00Z"),
    ],
)
def test_a_midnight_in_utc_is_the_day_that_readers_see(stated, shown, expected):
    head = f'<meta property="article:published_time" content="{stated}">'
    body = f"<article><h1>Walls and water</h1><p>{shown}</p>{paragraphs()}</article>"
    found = published(parse(page(body, head=head), URL), "Walls and water")
    assert found == (expected, "meta article:published_time")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("5.1.2026", ("2026-01-05", "headline")),
        ("17.1.2026", ("2026-01-10", "meta date")),
        ("Accepted: 5 January 2026", ("2026-01-10", "meta date")),
    ],
)
def test_a_meta_date_after_the_shown_day_is_of_a_change(shown, expected):
    body = f"<article><h1>Walls and water</h1><p>{shown}</p>{paragraphs()}</article>"
    document = parse(page(body, head='<meta name="date" content="2026-01-10">'), URL)
    assert published(document, "Walls and water") == expected


@pytest.mark.parametrize(
    ("name", "time", "expected"),
    [
        ("another day", "2026-01-14T10:00:00Z'>Publié le 10 janvier 2026", "2026-01-10"),
        ("the day of a change", "2026-01-10'>Updated January 14, 2026", "2026-01-10"),
        ("day and month in an unknown order", "2026-01-10'>01/10/2026", "2026-01-10"),
    ],
)
def test_the_text_of_a_time_counts_if_its_attribute_is_another_day(name, time, expected):
    html = f"<article><h1>Walls and water</h1><time datetime='{time}</time>{paragraphs()}</article>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == (expected, "time"), name


@pytest.mark.parametrize(
    "related",
    [
        "<ul><li><span>2 February 2020</span> <a href=/b>The zoo has a new lion</a></li></ul>",
        "<div><a href=/b>The zoo has a new lion</a><p class=post-date>2 February 2020</p></div>",
        "<blockquote><p>Hello.</p><a href=https://chat.example/1>February 2, 2020</a></blockquote>",
    ],
)
def test_the_date_of_another_text_is_not_the_article_s(related):
    html = f"<h1>Walls</h1>{paragraphs() * 2}{related}<div>10 January 2026</div>"
    found = published(parse(page(html), "https://news.example/a"), "Walls")
    assert found == ("2026-01-10", "guess")


def test_the_dates_of_other_posts_are_worse_than_no_date():
    post = "<li><a href=/b>The zoo has a new lion</a><p class=date>2 February 2020</p></li>"
    html = f"<article><h1>Walls</h1>{paragraphs() * 2}</article><ul>{post * 3}</ul>"
    assert published(parse(page(html), "https://news.example/a"), "Walls") is None


def test_the_line_that_says_published_comes_before_other_dates():
    dates = "<p>The fair opens on 3 May 2026</p><p>Published: 10 January 2026</p>"
    html = f"<article><h1>Walls and water</h1>{dates}{paragraphs()}</article>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2026-01-10", "headline")


def test_the_future_is_not_believed():
    ahead = datetime.now(UTC) + timedelta(days=30)
    assert normalized(ahead.isoformat()) is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (linked('{"@type":"NewsArticle","headline":"x","datePublished":"2026-01-10"}'), "json-ld"),
        ('<meta property="article:published_time" content="2026-01-10">', "meta article:published"),
        ('<meta itemprop="datePublished" content="2026-01-10">', "meta datepublished"),
        (linked('{"@type":"Article","headline":"x","datePublished":["2026-01-10"]}'), "json-ld"),
        (
            linked('{"@type":"Article","headline":"x","datePublished":{"@value":"2026-01-10"}}'),
            "json-ld",
        ),
        ('<meta name="DCTERMS.issued" content="2026-01-10">', "meta dcterms.issued"),
        ('<meta name="DC.date.issued" content="2026-01-10">', "meta dc.date.issued"),
        ("<time datetime='2026-01-10'>x</time>", "time"),
        ("<time>Jan 9, 2020</time><time pubdate>Jan 10, 2026</time>", "time"),
    ],
)
def test_the_day_of_publication_is_found_in_its_usual_places(head, expected):
    found = published(parse(page(head=head), URL))
    assert found is not None
    assert found[0] == "2026-01-10"
    assert found[1].startswith(expected)


def test_a_broken_statement_gives_way_to_the_next():
    head = linked('{"@type":"NewsArticle","headline":"x","datePublished":"soon"}')
    head += '<meta property="article:published_time" content="2026-01-10T09:00:00Z">'
    assert published(parse(page(head=head), URL)) == (
        "2026-01-10T09:00:00Z",
        "meta article:published_time",
    )


def test_the_last_change_is_read_apart_from_the_publication():
    head = '<meta property="og:updated_time" content="2026-01-12T09:00:00+00:00">'
    assert modified(parse(page(head=head), URL)) == ("2026-01-12T09:00:00Z", "meta og:updated_time")
    assert "meta" not in str(published(parse(page(head=head), URL)))


def test_without_a_stated_date_the_address_gives_it():
    document = parse(page(), "https://news.example/2026/03/14/walls")
    assert published(document) == ("2026-03-14", "url")


@pytest.mark.parametrize(
    ("stated", "expected"), [("2019-06-17", "2017-07-12"), ("2017-07-31", "2017-07-31")]
)
def test_the_day_of_a_move_to_another_system_is_no_publication(stated, expected):
    head = f'<meta property="article:published_time" content="{stated}">'
    found = published(parse(page(head=head), "https://news.example/home/2017/7/12/walls"))
    assert found is not None
    assert found[0] == expected


def test_a_date_in_the_name_of_an_address_comes_after_the_shown_one():
    url = "https://news.example/walls-20260314.html"
    assert published(parse(page(), url)) == ("2026-03-14", "url")
    shown = page(f"<h1>Walls and water</h1><p>10 January 2026</p>{paragraphs()}")
    assert published(parse(shown, url), "Walls and water") == ("2026-01-10", "headline")


def test_the_last_resort_is_what_a_class_calls_a_date():
    body = '<aside class="date">1 mayo 2025</aside><p class="fecha">10 de enero de 2026</p>'
    document = parse(page(body), "https://news.example/walls")
    assert published(document) == ("2026-01-10", "date")


def test_a_page_without_any_date_has_no_date():
    assert published(parse(page("<p>Nothing.</p>"), "https://news.example/walls")) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-10T24:00:00+01:00", "2026-01-10T23:00:00Z"),
        ("Fri, 02 Jan 2026 00:30:00 CET", "2026-01-01T23:30:00Z"),
        ("Fri, 02 Jan 2026 00:30:00 GMT+3", "2026-01-01T21:30:00Z"),
    ],
)
def test_a_time_keeps_its_zone_and_its_day(written, expected):
    assert normalized(written) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-US", "2025-10-11"),
        ("en-GB", "2025-11-10"),
        ("tr", "2025-11-10"),
        ("en><meta property=og:locale content=en_US", "2025-10-11"),
    ],
)
def test_the_language_of_the_page_decides_whether_the_month_comes_first(language, expected):
    html = page(f"<article><h1>Walls and water</h1><p>10/11/2025</p>{paragraphs()}</article>")
    html = html.replace("<html>", f"<html lang={language}>")
    assert published(parse(html, "https://news.example/a"), "Walls and water") == (
        expected,
        "headline",
    )


RELATED = (
    '<div class="box"><h3>Older</h3><ul><li><time datetime="2020-02-02">then</time></ul></div>'
)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("in a sentence of the press office", "<p>Press release no. 7 of 12 March 2024</p>"),
        ("in signs", "<div><span>来源：新闻网</span> <span>2024年3月12日 10:20</span></div>"),
        ("in parts of a line", "<div>Tuesday, <b>12 March</b> 2024</div>"),
    ],
)
def test_the_date_near_the_headline_is_the_article_s(name, line):
    html = f"<article><h1>Walls and water</h1>{line}{paragraphs()}{paragraphs()}{RELATED}</article>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "headline")


def test_a_time_in_an_embedded_post_is_not_the_article_s():
    embed = '<blockquote class="post"><time datetime="2018-03-12">then</time></blockquote>'
    html = f"<article><h1>Walls and water</h1>{embed}<p>12.3.2024</p>{paragraphs()}</article>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "headline")


def test_a_date_in_a_page_that_is_whole_in_noscript_counts():
    html = f"<noscript><h1>Walls and water</h1><p>12.3.2024</p>{paragraphs()}</noscript>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "headline")


def test_a_date_before_the_headline_counts_if_none_is_after_it():
    html = f"<article><p>12.3.2024</p><h1>Walls and water</h1>{paragraphs()}</article>"
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "headline")


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("a short line, not prose", "<p>On 3 May 2019 it fell. {words}</p>{text}<p>12.3.2024</p>"),
        ("the start of the prose", "<p>(12.3.2024) {words}</p><p>Since 3 May 2019: {words}</p>"),
        ("before a change", "<p>Updated: 3.5.2025</p>{text}<p>Published: 12.3.2024</p>"),
        ("with the word in an element", "<p><b>Updated </b>3.5.2025</p>{text}<p>12.3.2024</p>"),
        ("a link of its own", "{text}<p><a href=/day>12.3.2024</a></p>"),
        ("not the link to another article",
         "{text}<p><a href=/b>3.5.2025 Rain follows the walls</a></p><p>12.3.2024</p>"),
    ],
)  # fmt: skip
def test_the_last_resort_is_the_surest_line_of_the_whole_page(name, html):
    words = "Nobody knows why the walls of the town hold. " * 8
    html = f"<h1>Walls and water</h1><p>{words * 3}</p>{html}"
    html = html.replace("{text}", f"<p>{words}</p>").replace("{words}", words)
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "guess")


def test_a_long_page_without_a_date_is_searched_in_linear_time():
    html = page("<p>Walls of 2024</p>" * 50_000)
    assert published(parse(html, "https://news.example/a")) is None


def test_any_element_may_be_marked_as_the_day_of_publication():
    html = '<p itemprop="datePublished" content="2024-03-12 10:31">March</p>'
    found = published(parse(page(html), "https://news.example/a"))
    assert found == ("2024-03-12T10:31:00", "time")


def test_the_names_of_the_boxes_around_the_headline_do_not_count():
    html = (
        '<div class="with-sidebar"><h1>Walls and water</h1><aside class="meta">'
        f'<time itemprop="datePublished" datetime="2024-03-12"></time></aside>{paragraphs()}</div>'
    )
    found = published(parse(page(html), "https://news.example/a"), "Walls and water")
    assert found == ("2024-03-12", "time")


def test_a_date_in_broken_json_counts():
    head = linked('{"@type":"NewsArticle","headline":"x","datePublished":"2026-01-10","by":Ann}')
    assert published(parse(page(head=head), URL)) == ("2026-01-10", "json-ld")


def test_a_change_before_the_publication_does_not_hide_it():
    lines = "<p>Updated: 9 June 2024</p><p>Published: 3 May 2024</p>"
    html = page(f"<article><h1>Walls and water</h1>{lines}{paragraphs()}</article>")
    found = published(parse(html, "https://news.example/a"), "Walls and water")
    assert found == ("2024-05-03", "headline")


@pytest.mark.parametrize(
    "line",
    [
        "<p>Updated 9 June 2024 · Published 3 May 2024</p>",
        "<p>Received: 1 May 2023 / Accepted: 1 May 2024 / Published: 3 May 2024</p>",
        "<div>By Ann | <span class=updated>2024-06-09T09:00:00Z</span><i>3 May 2024</i></div>",
    ],
)
def test_a_change_in_the_same_line_does_not_hide_the_publication(line):
    html = page(f"<article><h1>Walls and water</h1>{line}{paragraphs()}</article>")
    found = published(parse(html, "https://news.example/a"), "Walls and water")
    assert found == ("2024-05-03", "headline")


def test_the_day_of_a_comment_is_no_day_of_publication():
    comments = "<ol class=commentlist><li>Carl Other says: 1 January 2025<p>Nice</p></li></ol>"
    html = page(f"<article><h1>Walls and water</h1>{paragraphs()}</article>{comments}")
    assert published(parse(html, "https://news.example/a"), "Walls and water") is None


def test_a_huge_box_beside_the_headline_is_not_read_for_each_date():
    box = "<aside>" + "<p>Walls of 2024</p>" * 50_000 + "</aside>"
    html = page(f"<article><h1>Walls and water</h1>{box}</article>")
    assert published(parse(html, "https://news.example/a"), "Walls and water") is None


@pytest.mark.parametrize(
    ("changed", "posted"),
    [
        ("Last updated 9 June 2024", "3 May 2024"),
        ("Uppdaterad 9 juni 2024", "Publicerad 3 maj 2024"),
        ("Aktualizacja: 9 czerwca 2024", "Data publikacji: 3 maja 2024"),
        ("Обновлено 9 июня 2024", "3 мая 2024, 10:30"),
        ("更新日：2024年6月9日", "公開日：2024年5月3日"),
        ("最終更新日：2024.06.09", "投稿日：2024.05.03"),
        ("Ažurirano: 9.6.2024.", "Objavljeno: 3.5.2024."),
        ("Uuendatud 9. juuni 2024", "3. mai 2024"),
        ("The festival starts on 9 June 2024 in the harbor.", "3 May 2024"),
    ],
)
def test_a_change_or_an_event_before_the_publication_does_not_hide_it(changed, posted):
    html = page(
        f"<article><h1>Walls and water</h1><p>{changed}</p><p>{posted}</p>{paragraphs()}</article>"
    )
    assert published(parse(html, "https://news.example/a"), "Walls and water") == (
        "2024-05-03",
        "headline",
    )


ENTRIES = "".join(
    f"<li><h3><a href='/{day}'>Tea</a></h3><time datetime='2025-07-0{day}'>July {day}</time></li>"
    for day in (1, 2)
)


@pytest.mark.parametrize(
    "other",
    [
        f"<ul class=template>{ENTRIES}</ul>",
        f"<div><ul>{ENTRIES.replace('h3', 'p')}</ul></div>",
        "<ul><li><h3><a href=/tea>Tea</a></h3><time datetime=2025-07-01>July 1</time></li></ul>",
        ENTRIES.replace("<li", "<div class='post a1'", 1)
        .replace("<li", "<div class=post")
        .replace("/li", "/div"),
        "<div itemprop=comment><b itemprop=datePublished content=2025-07-01>July 1</b></div>",
        "<header><div class=today>Monday, 30 November 2025</div></header>",
    ],
)
def test_the_dates_of_a_list_of_posts_or_of_today_are_not_the_article_s(other):
    html = page(f"{other}<article><h1>Walls and water</h1>{paragraphs(1)}</article>{other}")
    assert published(parse(html, "https://news.example/a"), "Walls and water") is None


def test_a_month_in_the_path_may_have_its_name():
    url = "https://news.example/2024/may/02/walls"
    assert published(parse(page(paragraphs()), url)) == ("2024-05-02", "url")


def test_an_element_named_as_the_date_of_the_post_comes_before_others():
    html = page(
        "<article><h1>Walls and water</h1><p>Event: 5 June 2025</p>"
        f"<div class=post-date>3 May 2024</div>{paragraphs()}</article>"
    )
    assert published(parse(html, "https://news.example/a"), "Walls and water") == (
        "2024-05-03",
        "date",
    )


@pytest.mark.parametrize(
    "own",
    [
        '"headline": "Another wording", "mainEntityOfPage": {"@id": "https://news.example/a#main"}',
        '"url": "https://news.example/a"',
    ],
)
def test_the_article_in_json_ld_is_the_one_with_the_address_of_the_page(own):
    other = '{"@type": "NewsArticle", "headline": "Other", "datePublished": "2020-01-01"}'
    data = f'[{other}, {{"@type": "Article", "datePublished": "2024-05-03", {own}}}]'
    found = published(parse(page(paragraphs(), head=linked(data)), "https://news.example/a"))
    assert found == ("2024-05-03", "json-ld")


def test_the_only_article_in_json_ld_needs_no_headline():
    data = '{"@type": "NewsArticle", "datePublished": 1714725000}'
    found = published(parse(page(paragraphs(), head=linked(data)), "https://news.example/a"))
    assert found == ("2024-05-03T08:30:00Z", "json-ld")


@pytest.mark.parametrize(
    "line",
    [
        '<span class=date title="2024-05-03 10:30">2 days ago</span>',
        "<p>Updated <time datetime=2024-06-09>9</time> Posted <time datetime=2024-05-03>3</time>",
        f"<div>{paragraphs(1)[3:-4]}<b>Updated 9 June 2024</b><b>Posted 3 May 2024</b></div>",
    ],
)
def test_the_words_before_a_date_and_its_title_tell_which_it_is(line):
    html = page(f"<article><h1>Walls and water</h1>{line}{paragraphs()}</article>")
    found = published(parse(html, "https://news.example/a"), "Walls and water")
    assert found is not None
    assert found[0][:10] == "2024-05-03"


@pytest.mark.parametrize("kind", ["ImageObject", "Comment"])
def test_the_day_of_a_picture_or_a_comment_in_microdata_is_not_the_article_s(kind):
    other = (
        f'<div itemscope itemtype="https://schema.org/{kind}">'
        '<meta itemprop="datePublished" content="2020-02-02"></div>'
    )
    line = "<p>Published: 3 May 2024</p>"
    html = page(f"<article><h1>Walls and water</h1>{other}{line}{paragraphs()}</article>")
    found = published(parse(html, "https://news.example/a"), "Walls and water")
    assert found == ("2024-05-03", "headline")
