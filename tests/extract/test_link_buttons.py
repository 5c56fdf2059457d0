"""A button is judged by its own words: nothing that is laid out around it speaks against it."""

from itertools import product

import pytest

from newscrawl.extract.links.choose import full_article_link

SITE = "https://digest.example/tram/"
STORY = "https://paper.example/2026/01/02/tram-line-wins-vote"
PROSE = "<p>The council voted to extend the tram line to the harbour by the end of the decade.</p>"

# Buttons as page builders write them; {url} and {words}.
BUTTONS = {
    "Gutenberg": '<div class="wp-block-buttons"><div class="wp-block-button">'
    '<a class="wp-block-button__link wp-element-button" href="{url}">{words}</a></div></div>',
    "Gutenberg, outline": '<div class="wp-block-button is-style-outline"><a href="{url}"'
    ' class="wp-block-button__link" target="_blank" rel="noreferrer noopener">{words}</a></div>',
    "Elementor": '<div class="elementor-widget-button"><div class="elementor-button-wrapper">'
    '<a class="elementor-button elementor-button-link elementor-size-sm" href="{url}"><span'
    ' class="elementor-button-content-wrapper"><span class="elementor-button-icon"><i aria-hidden='
    '"true" class="fa-arrow"></i></span><span class="elementor-button-text">{words}</span>'
    "</span></a></div></div>",
    "Shortcodes Ultimate": '<div class="su-button-center"><a href="{url}" class="su-button'
    ' su-button-style-flat" target="_self"><span style="color:#fff"><i class="sui sui-book"></i>'
    " {words}</span></a></div>",
    "Shortcodes Ultimate, described": '<a href="{url}" class="su-button" target="_blank"><span>'
    ' {words}<small style="padding-bottom:6px">5 min read</small></span></a>',
    "Shortcodes Ultimate, described as a listener's": '<a href="{url}" class="su-button"><span>'
    "{words}<small>Or listen to the podcast</small></span></a>",
    "Divi": '<div class="et_pb_button_module_wrapper et_pb_module"><a class="et_pb_button'
    ' et_pb_button_0 et_pb_bg_layout_light" href="{url}" data-icon="&#x35;">{words}</a></div>',
    "Divi, a promotion": '<div class="et_pb_promo"><div class="et_wrapper"><a href="{url}"'
    ' class="et_pb_button et_pb_promo_button">{words}</a></div></div>',
    "WPBakery": '<div class="vc_btn3-container vc_btn3-inline"><a class="vc_general vc_btn3'
    ' vc_btn3-size-md" href="{url}" title="">{words}</a></div>',
    "WPBakery, an icon": '<div class="vc_btn3-container"><a class="vc_btn3" href="{url}">'
    '<i class="vc_btn3-icon fas fa-book"></i> {words}</a></div>',
    "Avada": '<a class="fusion-button button-flat fusion-button-default button-1" href="{url}">'
    '<span class="fusion-button-text">{words}</span><i class="fa-arrow-right fas"></i></a>',
    "Beaver Builder": '<div class="fl-button-wrap"><a href="{url}" class="fl-button">'
    '<span class="fl-button-text">{words}</span></a></div>',
    "Kadence": '<div class="kb-buttons-wrap"><a class="kb-button kt-button button" href="{url}">'
    '<span class="kt-btn-inner-text">{words}</span></a></div>',
    "Spectra": '<div class="uagb-buttons-repeater"><a class="uagb-buttons-repeater wp-block-button'
    '__link" href="{url}"><div class="uagb-button__link">{words}</div></a></div>',
    "Bricks": '<a class="brxe-button bricks-button bricks-background-primary" href="{url}">'
    "{words}</a>",
    "a theme": '<p><a class="btn btn-primary" href="{url}">{words}</a></p>',
    "a theme, icons of a font": '<a class="button" href="{url}">{words}<span class="material-icons"'
    ">photo_camera</span></a>",
    "a theme, words for screen readers": '<a class="button" href="{url}">{words}<span class='
    '"screen-reader-text">about the photo, opens in a new tab</span></a>',
    "a button in a link": '<a href="{url}"><button type="button">{words}</button></a>',
    "a styled span in a link": '<a href="{url}"><span class="btn">{words}</span></a>',
    "a role": '<a role="button" href="{url}">{words}</a>',
    "a raw shortcode": '[su_button url="{url}" background="#333"]{words}[/su_button]',
    "no button, but alone": '<p><a href="{url}">{words}</a></p>',
    "no button, but a bold block": '<p><strong><a href="{url}">{words} »</a></strong></p>',
}
# What stands around it; {button} is the button.
LAYOUTS = {
    "a credit above": "<p>Photo: Agency</p>{button}",
    "an image's credit above": '<figure><img src="/a.png" alt=""><figcaption>The harbour. Photo:'
    " Agency</figcaption></figure>{button}",
    "an image's source above": '<figure><img src="/a.png"><figcaption>Image: The Paper</figcaption>'
    "</figure>{button}",
    "a caption of the classic editor above": '<div class="wp-caption"><img src="/a.png"><p class='
    '"wp-caption-text">Foto: Agentur</p></div>{button}',
    "a credit below": "{button}<p>Photo: Agency</p>",
    "a number under a picture": "<p>Fig. 1: the harbour</p>{button}",
    "a call to share above": "<p>Share this:</p>{button}",
    "a call to subscribe above": "<p>Subscribe to our newsletter</p>{button}",
    "a call to listen above": "<h4>Listen to this article</h4>{button}",
    "a call to donate below": "{button}<p><strong>Donate</strong></p>",
    "a line about cookies above": "<p>Cookies</p>{button}",
    "a list of the site's own posts above": '<h3>More from us</h3><ul><li><a href="/a/">A</a></li>'
    '<li><a href="/b/">B</a></li></ul>{button}',
    "a table around it": "<table><tr><td>The Paper</td><td>{button}</td></tr></table>",
    "a film above": '<figure><iframe src="https://www.youtube.com/embed/x"></iframe><figcaption>'
    "Video: Agency</figcaption></figure>{button}",
}
BESIDE = {
    "Subscribe": "https://list.example/join-us-today",
    "Donate now": "https://funds.example/give/2026-campaign",
    "Listen": "https://radio.example/2026/01/02/episode-12",
    "Share": "https://social.example/compose?u=1",
    "Photo gallery": "https://pictures.example/2026/01/02/harbour-pictures",
    "Buy the book": "https://books.example/978-12345/the-harbour",
}


def chosen(html: str) -> str | None:
    link = full_article_link(html, base_url=SITE, title="Tram line")
    return link.url if link else None


@pytest.mark.parametrize(("button", "layout"), list(product(BUTTONS, LAYOUTS)))
def test_no_line_around_a_button_speaks_against_it(button: str, layout: str) -> None:
    written = BUTTONS[button].format(url=STORY, words="Read the full article")
    assert chosen(PROSE + LAYOUTS[layout].format(button=written)) == STORY


BUILT = [name for name in BUTTONS if not name.startswith("no button")]


@pytest.mark.parametrize(("button", "words"), list(product(BUILT, BESIDE)))
def test_another_button_beside_it_lowers_only_its_own_score(button: str, words: str) -> None:
    wanted = BUTTONS[button].format(url=STORY, words="Full article")
    other = BUTTONS[button].format(url=BESIDE[words], words=words)
    assert chosen(f"{PROSE}{other} {wanted}") == STORY
    assert chosen(f"{PROSE}{wanted} {other}") == STORY
    assert chosen(f"{PROSE}<p>{other} {wanted} {other}</p>") == STORY
    assert chosen(f"{PROSE}{other}") is None


@pytest.mark.parametrize("button", BUILT)
def test_a_caption_in_the_same_paragraph_is_not_the_buttons(button: str) -> None:
    written = BUTTONS[button].format(url=STORY, words="Continue to the full story")
    assert chosen(f"{PROSE}<p>Photo: Agency {written} Image: Agency</p>") == STORY


@pytest.mark.parametrize(
    "words",
    [
        "Read the full article", "Full article", "Read more", "Continue reading", "Zum Artikel",
        "Ganzen Artikel lesen", "Lire la suite", "Lire l’article complet", "Leer más",
        "Leer el artículo completo", "Leggi tutto", "Leia mais", "Lees verder", "Läs mer",
        "Czytaj dalej", "Читать далее", "阅读全文", "続きを読む", "Devamını oku", "اقرأ المزيد",
        "Read the original", "Read the whole interview", "Open the article", "전체 기사 보기",
        "Прочитајте цео чланак", "সম্পূর্ণ খবর পড়ুন", "முழு கட்டுரையைப் படிக்க", "పూర్తి కథనం చదవండి",
        "संपूर्ण बातमी वाचा", "Lasīt visu rakstu", "Skaitykite visą straipsnį", "Llegeix-ne més",
        "Le máis", "Irakurri artikulu osoa", "Lexoni artikullin e plotë", "Lesa meira",
        "Léigh níos mó", "Darllen mwy", "Aqra aktar", "წაიკითხეთ სრულად", "Կարդալ ավելին",
        "ادامه خبر",
    ],
)  # fmt: skip
def test_calls_of_all_languages_stand_under_a_credit(words: str) -> None:
    button = BUTTONS["Gutenberg"].format(url=STORY, words=words)
    assert chosen(f"{PROSE}<p>Photo: Agency</p>{button}") == STORY


@pytest.mark.parametrize(
    "words",
    [
        "Subscribe", "Donate", "Share", "Listen", "Buy tickets", "Download the report", "Photo",
        "Watch the video", "See all photos", "Sign the petition", "Related articles",
    ],
)  # fmt: skip
def test_a_button_that_calls_to_something_else_is_not_taken(words: str) -> None:
    for button in BUILT:
        written = BUTTONS[button].format(url=STORY, words=words)
        assert chosen(f"{PROSE}<p>Read the full article in the paper.</p>{written}") is None


def test_a_button_with_only_a_place_is_read_with_the_line_above_it() -> None:
    button = BUTTONS["Gutenberg"].format(url=STORY, words="The Paper")
    assert chosen(f"{PROSE}<p>Read the full article at:</p>{button}") == STORY
    assert chosen(f"{PROSE}<p>Photo:</p>{button}") is None


def test_the_words_of_a_link_are_its_label_and_its_description_apart() -> None:
    html = BUTTONS["Shortcodes Ultimate, described"].format(url=STORY, words="Read the article")
    link = full_article_link(PROSE + html, base_url=SITE)
    assert link
    assert link.text == "Read the article"


def test_a_description_counts_if_the_label_has_no_call() -> None:
    html = f'<a class="su-button" href="{STORY}">The Paper<small>Read the full article</small></a>'
    assert chosen(PROSE + html) == STORY


@pytest.mark.parametrize(
    "attributes",
    [
        'title="" url="{url}"', "url=«&nbsp;{url}&nbsp;»", 'target=_blank url="{url}"',
        "title=”The paper’s story” url=”{url}”", 'link="manually,{url}"',
    ],
)  # fmt: skip
def test_a_shortcode_has_its_url_among_other_attributes(attributes: str) -> None:
    button = f"[su_button {attributes.format(url=STORY)}]Read the full article[/su_button]"
    assert chosen(f"{PROSE}<p>{button}</p>") == STORY


@pytest.mark.parametrize("around", ["sow-blog", "wp-block-query", "et_pb_blog_0", "recent-posts"])
def test_a_button_of_another_post_in_a_list_is_no_rival(around: str) -> None:
    button = '<p><a class="button" href="{}">Read the full article</a></p>'
    other = button.format("https://paper.example/2026/01/05/school-roof-is-mended")
    html = f'{PROSE}{button.format(STORY)}<div class="{around}"><h3>School</h3>{other}</div>'
    found = full_article_link(html, base_url=SITE, title="Tram line wins the vote")
    assert found is not None
    assert found.url == STORY


@pytest.mark.parametrize(
    "label",
    [
        "Full article<br>Subscribe for 1 €", "Full story<br>Photo: Agency",
        "Read the<br>full article",
        "Photo: Agency<br/>Full story", "<span>Full article</span><div>Listen, 5 minutes</div>",
        'Full article<span class="button-subtext">Register for free</span>',
        'Zum Artikel<span class="x-btn__sub">Lesezeit 5 Minuten</span>',
    ],
)  # fmt: skip
def test_a_row_of_a_button_is_read_without_its_other_rows(label: str) -> None:
    assert chosen(PROSE + BUTTONS["Gutenberg"].format(url=STORY, words=label)) == STORY


@pytest.mark.parametrize("label", ["Subscribe<br>Read more stories", "Donate<br>Read more"])
def test_a_first_row_that_asks_to_act_speaks_for_its_button(label: str) -> None:
    assert chosen(PROSE + BUTTONS["Gutenberg"].format(url=STORY, words=label)) is None


@pytest.mark.parametrize(
    "card",
    [
        '<a class="preview" href="{url}"><div class="t">{title}</div><div>They sat late.</div></a>',
        '<a class="box-cta" href="{url}"><h2>{title}</h2><b class="btn">Full article</b></a>',
        '<a href="{url}"><article><h3>{title}</h3><p>Subscribers pay less.</p></article></a>',
    ],
)
@pytest.mark.parametrize("title", ["Tram line wins the vote", "Donate blood, says the mayor"])
def test_a_card_with_the_posts_title_leads_to_the_article(card: str, title: str) -> None:
    html = PROSE + card.format(url=STORY, title=title)
    found = full_article_link(html, base_url=SITE, title=title)
    assert found is not None
    assert found.url == STORY


def test_a_card_about_something_else_leads_to_no_article() -> None:
    card = f'<a href="{STORY}"><h3>A mug for readers</h3><p>Ten crowns</p><b>Learn more</b></a>'
    assert chosen(PROSE + card) is None
