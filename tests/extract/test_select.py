"""The article among other stories on its page: structure decides, whatever the names."""

import pytest

from newscrawl.extract import extract
from tests.extract.pages import PROSE, URL, article, page, paragraphs

BRIEF = " ".join(PROSE[:2])
OTHER = "Visitors of the zoo can see a young elephant from Friday on, and name it."


def lines_of(html: str) -> list[str]:
    return extract(html, url=URL).text.split("\n\n")


def story(number: int) -> str:
    return f"<div><h3><a href=/{number}>The elephant has a name</a></h3><p>{OTHER}</p></div>"


STORIES = "".join(map(story, range(8)))
LINES = f"<li><a href=/1>The elephant has a name</a><p>{OTHER}</p></li>" * 8
TERMS = f"<dl><dt><a href=/1>The elephant has a name</a></dt><dd>{OTHER}</dd></dl>" * 8


@pytest.mark.parametrize("stories", [STORIES, f"<ul>{LINES}</ul>", TERMS])
def test_a_brief_is_read_without_the_stories_beside_it(stories):
    html = page(f"<div><div><h1>Walls and water</h1><p>{BRIEF}</p></div><div>{stories}</div></div>")
    found = extract(html, url=URL)
    assert (found.text, found.extractor) == (BRIEF, "tree")


def test_a_notice_above_the_headline_is_not_the_article():
    notice = f"<div>{f'<p>{OTHER} {OTHER}</p>' * 5}</div>"
    html = page(f"{notice}<div><h1>Walls and water</h1>{paragraphs(3)}</div>")
    assert lines_of(html) == list(PROSE[:3])


def test_a_heading_below_the_article_may_repeat_its_title():
    again = f"<section><h3>Walls and water</h3><p>{OTHER} {OTHER}</p></section>"
    html = page(f"<div><div>Walls and water</div>{paragraphs()}</div>{again}")
    assert lines_of(html)[: len(PROSE)] == list(PROSE)


def test_an_aside_is_the_article_beside_boxes_about_other_stories():
    stories = f"<div>{story(1)}{story(2)}</div>"
    html = page(f"<h1>Walls and water</h1><aside>{paragraphs()}</aside>{stories}")
    assert lines_of(html) == list(PROSE)


def test_a_column_of_a_layout_table_holds_other_stories():
    column = "".join(f"<tr><td><a href=/{i}>Elephant</a><br>{OTHER}</td></tr>" for i in range(6))
    text = "<br><br>".join(f"{text} {text}" for text in PROSE)
    cells = f"<td><b>Walls and water</b><br><br>{text}</td><td><table>{column}</table></td>"
    assert OTHER not in lines_of(page(f"<table><tr>{cells}</tr></table>"))


def test_a_box_about_another_story_in_the_text_is_left_out():
    assert lines_of(article(middle=f"<section>{story(1)}{story(2)}</section>")) == list(PROSE)


@pytest.mark.parametrize("link", ["/1", "#entry-1"])
def test_an_article_of_many_titles_that_are_links_is_kept(link):
    entries = "".join(f"<div><h3><a href={link}>Town</a></h3><p>{text}</p></div>" for text in PROSE)
    html = page(f"<article><h1>Walls and water</h1>{entries}</article>")
    assert set(PROSE) <= set(lines_of(html))


@pytest.mark.parametrize("hidden", ["hidden", "aria-hidden=true", "style='display: none'"])
def test_panels_that_a_click_opens_are_read(hidden):
    panels = "".join(
        f"<div class=item><h3><button>Who pays?</button></h3><div class=panel {hidden}>"
        f"<p>{text}</p></div></div>"
        for text in PROSE[3:]
    )
    html = page(f"<article><h1>Walls and water</h1>{paragraphs(3)}<div>{panels}</div></article>")
    assert [line for line in lines_of(html) if line != "Who pays?"] == list(PROSE)


@pytest.mark.parametrize(
    "heading",
    ["2 thoughts on “Walls and water”", "One Response to Walls and water", "Leave a Reply",
     "2 Gedanken zu „Walls and water“", "3 Leserkommentare", "Schreibe einen Kommentar",
     "2 réflexions sur « Walls »",
     "Laisser un commentaire", "2 comentarios en «Walls»", "Deja una respuesta",
     "Deixe um comentário", "2 commenti su “Walls”", "Lascia un commento", "Eén reactie op “Walls”",
     "Geef een reactie", "Dodaj komentarz", "3 kommentarer", "Добавить комментарий",
     "コメントを残す", "「壁」への2件のフィードバック"],
)  # fmt: skip
def test_comments_without_a_name_are_not_the_article(heading):
    comments = f"<ol>{f'<li><p>{OTHER} {OTHER}</p></li>' * 4}</ol>"
    assert lines_of(article(after=f"<div><h2>{heading}</h2>{comments}</div>")) == list(PROSE)


def test_an_article_of_one_sentence_is_read_without_a_longer_notice():
    notice = f"<div>{f'<p>{OTHER} {OTHER}</p>' * 5}</div>"
    html = page(f"<article><h1>Walls and water</h1><p>{BRIEF[:120]}.</p></article>{notice}")
    assert lines_of(html)[0] == f"{BRIEF[:120]}."


def test_a_column_of_short_lines_before_the_text_is_its_start():
    facts = ["Length: 178 m", PROSE[0], "Height: 4 m", PROSE[1], PROSE[2]]
    column = "".join(f"<p>{fact}</p>" for fact in facts)
    rest = "".join(f"<p>{text} {text}</p>" for text in PROSE[3:] * 3)
    html = page(f"<h1>Walls and water</h1><div><div>{column}</div></div><section>{rest}</section>")
    assert lines_of(html)[:5] == facts


def test_names_are_ignored_if_they_are_on_most_of_the_text():
    parts = "".join(
        f"<div class={name}><h2>Walls</h2><p>{text} {text}</p><p>{text} {text} Again.</p></div>"
        for name, text in zip(["newsletter", "social", "subscription"], PROSE, strict=False)
    )
    html = page(f"<main><h1>Walls and water</h1><p>{BRIEF}</p>{parts}</main>")
    assert all(f"{text} {text}" in lines_of(html) for text in PROSE[:3])


@pytest.mark.parametrize("names", ["node node-blog comment-2", "node node--type-blog comment-0"])
def test_comments_that_a_post_may_have_are_no_comments(names):
    head = f"<div><h2>Walls and water</h2><div>{OTHER}</div></div>"
    html = page(
        f"<div>{head}<div class='{names}'><div>{paragraphs()}</div></div></div>{STORIES * 4}"
    )
    assert lines_of(html)[-len(PROSE) :] == list(PROSE)


def test_captions_that_are_most_of_a_list_are_its_text():
    items = "".join(
        f"<div><h2>{i}</h2><img src=/{i}.jpg><div class=item-caption>{text}</div></div>"
        for i, text in enumerate(PROSE[1:])
    )
    html = page(f"<article><h1>Walls and water</h1><p>{PROSE[0]}</p>{items}</article>")
    assert set(PROSE) <= set(lines_of(html))


def test_comments_below_a_heading_of_their_own_are_not_the_article():
    one = f"<div class=comment><p>{OTHER} {OTHER}</p></div>"
    comments = f"<div class=comments>{one * 30}<h1>Send a comment</h1></div>"
    assert lines_of(page(f"<div><div>{paragraphs()}</div>{comments}</div>")) == list(PROSE)


def test_a_quote_under_a_name_of_tags_is_kept_if_it_has_no_link():
    quote = f"<blockquote class=edTag><p>{OTHER}</p></blockquote>"
    tags = "<div class=tags><p>Filed under: " + "<a href=/t>town council</a>, " * 4 + "</p></div>"
    text = lines_of(article(middle=quote, after=tags))
    assert text == [*PROSE[:3], OTHER, *PROSE[3:]]


def test_paragraphs_before_a_box_with_the_rest_are_read():
    start = "".join(f"<p>{text} {OTHER * 9}</p>" for text in PROSE[:3])
    rest = "".join(f"<p>{text} {OTHER * 9}</p>" for text in PROSE[3:] * 5)
    html = page(f"<h1>Walls and water</h1><div>{start}<div>{rest}</div></div>")
    assert [line[:40] for line in lines_of(html)[:4]] == [text[:40] for text in PROSE[:4]]


def test_prose_before_the_headline_is_a_notice_wherever_it_stands():
    notice = f"<div><p>{OTHER}</p><p>Read on: {OTHER}</p></div>"
    html = page(
        f"<div>{notice}<div><p>{OTHER}</p><h1>Walls and water</h1></div>{paragraphs()}</div>"
    )
    assert lines_of(html) == list(PROSE)


def test_a_box_in_the_text_may_have_the_title_as_its_heading():
    steps = "".join(f"<li>{text}</li>" for text in PROSE)
    card = f"<div class=card><h2>Walls and water</h2><ol>{steps}</ol></div>"
    text = "".join(f"<p>{text} {OTHER} {OTHER}</p>" for text in PROSE)
    html = page(f"<article><div class=name>Walls and water!</div>{text}{card}</article>")
    assert f"{PROSE[0]} {OTHER} {OTHER}" in lines_of(html)


@pytest.mark.parametrize("name", ["article__header", "story-top", "articleIntro"])
def test_the_head_of_an_article_is_not_the_article(name):
    head = f"<div class={name}><h1>Walls and water</h1>{f'<p>{OTHER}</p>' * 3}</div>"
    text = "".join(f"<p>{text} {OTHER} {OTHER}</p>" for text in PROSE)
    html = page(f"<div><div>{head}</div><div><div>{text * 2}</div></div></div>")
    assert f"{PROSE[0]} {OTHER} {OTHER}" in lines_of(html)


def test_a_lede_is_read_beside_the_headline_whatever_their_box_is_called():
    head = f"<div class=teaser><img src=/a.jpg><h1>Walls and water</h1><p>{OTHER}</p></div>"
    html = page(f"<section>{head}{paragraphs()}</section>")
    assert lines_of(html) == [OTHER, *PROSE]
