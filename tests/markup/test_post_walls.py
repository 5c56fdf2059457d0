"""Walls in a post are cut out, and the words around them stay."""

import pytest

from newscrawl.markup import normalize
from newscrawl.markup.post_walls import MEMBERS, PASSWORD, excerpt_before, without_walls

FORM = (
    '<form action="/wp-login.php?action=postpass" method="post"><p>Geschützter Beitrag.</p>'
    '<p><label>Passwort: <input name="post_password" type="password"></label></p></form>'
)
MEMBER_WALLS = {
    "Paid Memberships Pro": (
        '<div class="pmpro"><div class="pmpro_card pmpro_content_message"><h2>Members</h2>'
        '<div><a href="/login/">HIDDEN</a></div></div></div>'
    ),
    "Jetpack newsletter": (
        '<div class="wp-block-columns jetpack-paywall-simple"><div><h2>HIDDEN</h2></div>'
        '<div class="wp-block-jetpack-subscriptions">Subscribe</div></div>'
    ),
    "Members": '<div class="members-access-error"><p>HIDDEN</p></div>',
    "MemberPress": (
        '<div class="mp_wrapper"><div class="mepr-unauthorized-message">HIDDEN</div>'
        '<div class="mepr-login-form-wrap"><form><input name="log">HIDDEN</form></div></div>'
    ),
    "Restrict Content": '<div class="rcp_restricted rcp_paid_only"><p>HIDDEN</p></div>',
    "Content Control": '<div class="content-control-not-accessible jp-cc">HIDDEN</div>',
    "Simple Membership": (
        '<div class="swpm-more-tag-not-logged-in swpm-margin-top-10">HIDDEN</div>'
    ),
    "Shortcodes Ultimate": '<div class="su-members" style="color:#300">HIDDEN</div>',
    "WP-Members": '<div id="wpmem_restricted_msg"><p>HIDDEN</p></div>',
    "in a span": '<p><span class="su-members">HIDDEN <span>HIDDEN</span></span></p>',
}


@pytest.mark.parametrize("wall", MEMBER_WALLS.values(), ids=MEMBER_WALLS)
def test_a_wall_for_members_is_cut_and_the_words_around_it_stay(wall):
    cut = without_walls(f"<p>Before &amp; after</p>{wall}<div>The end</div>")
    assert cut.wall == MEMBERS
    assert "HIDDEN" in cut.words
    assert normalize(cut.html, "https://example.org/a/").text == "Before & after\n\nThe end"


def test_the_teaser_of_memberpress_stays():
    teaser = '<div class="mp_wrapper"><div class="mepr-unauthorized-excerpt"><p>Free</p></div>'
    cut = without_walls(f'{teaser}<div class="mepr-unauthorized-message">Join</div></div>')
    assert normalize(cut.html, "https://example.org/a/").text == "Free"


LOGIN = '<form id="rcp_login_form" class="rcp_form" method="POST"><label>Name</label></form>'


def test_a_notice_with_the_login_form_of_a_plugin_is_no_text_of_the_post():
    cut = without_walls(f"<p>Dieser Text ist nur für Mitglieder.</p>{LOGIN}")
    assert (cut.html, cut.wall) == ("", MEMBERS)
    assert cut.words == "Dieser Text ist nur für Mitglieder. Name"


def test_a_teaser_before_the_login_form_of_a_plugin_stays():
    teaser = f"<p>{'The first words of the post are free. ' * 9}</p>"
    cut = without_walls(f"{teaser}{LOGIN}")
    assert (cut.html, cut.wall, cut.words) == (teaser, MEMBERS, "Name")


@pytest.mark.parametrize(
    "form",
    [
        FORM,
        FORM.replace("action=postpass", "x=1"),
        FORM.replace("post_password", "pw"),
        f"<p>Dieser Beitrag ist geschützt:</p><div>{FORM}</div>",
    ],
)
def test_a_password_form_is_known_by_its_form(form):
    cut = without_walls(form)
    assert (cut.html, cut.wall) == ("", PASSWORD)


def test_a_password_form_among_many_words_takes_only_itself():
    words = " ".join(["word"] * 100)
    assert without_walls(f"<p>{words}</p>{FORM}").html == f"<p>{words}</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Our members vote: su-members and action=postpass are words.</p>",
        '<form action="/search"><input name="s"></form>',
        '<form><label>Password <input type="password" name="pwd"></label></form>',
        '<p class="members">For members</p>',
    ],
)
def test_other_html_has_no_wall(html):
    cut = without_walls(html)
    assert (cut.html, cut.wall) == (html, None)


@pytest.mark.parametrize(
    ("excerpt", "expected"),
    [
        ("Members onlyYou must be a member. Log in […]", ""),
        ("The tram is late. Members only You must be", "The tram is late."),
        ("Members of the board met.", "Members of the board met."),
        ("", ""),
    ],
)
def test_an_excerpt_ends_where_the_wall_begins(excerpt, expected):
    wall = "Members only You must be a member. Log in here or join."
    assert excerpt_before(excerpt, wall) == expected


@pytest.mark.parametrize(
    "name",
    [
        "any-restricted-message", "plugin__locked__notice", "access_denied-message",
        "x-paywall-prompt",
        "site-memberships__gate", "memberships__inline-gate", "my-content-gate__gate",
        "content-restriction-message", "not-logged-in-notice", "message-unauthorized",
        "members-only-msg", "rcp_restricted_content_message",
    ],
)  # fmt: skip
def test_a_class_that_says_what_is_shut_is_of_a_wall(name):
    cut = without_walls(f'<p>Before</p><div class="{name}"><p>HIDDEN</p></div><p>After</p>')
    assert (cut.html, cut.wall) == ("<p>Before</p><p>After</p>", MEMBERS)


@pytest.mark.parametrize(
    "name",
    [
        "paywall", "paywall-content", "restricted-content", "locked-body", "navigate-message",
        "access-map", "denied", "gate", "article-restricted", "logged-message",
    ],
)  # fmt: skip
def test_a_class_around_words_that_may_be_open_is_of_no_wall(name):
    html = f'<div class="{name}"><p>Words</p></div>'
    assert without_walls(html) == (html, None, "")


def test_a_class_of_the_whole_page_is_of_no_wall():
    html = '<main class="has-restricted-message"><p>Words</p></main>'
    assert without_walls(html).wall is None


def test_few_words_beside_a_notice_with_a_login_form_stay():
    cut = without_walls(f'<p>Free.</p><div class="mepr-unauthorized-message">Join</div>{LOGIN}')
    assert (cut.html, cut.wall) == ("<p>Free.</p>", MEMBERS)


def test_few_words_before_a_notice_of_a_plugin_and_its_login_form_stay():
    notice = '<div class="pmpro_content_message">Members only</div>'
    form = '<div class="pmpro_login_wrap"><form><input name="log">Name</form></div>'
    cut = without_walls(f"<p>The first words are free.</p>{notice}{form}<p>The end.</p>")
    assert (cut.html, cut.wall) == ("<p>The first words are free.</p><p>The end.</p>", MEMBERS)


def test_a_count_beside_a_wall_is_no_text():
    url = "https://example.org/a/"
    assert normalize("<p>9 views</p>", url, is_rest=True).text == ""
    assert normalize("<p>9 views</p>", url).text == "9 views"
