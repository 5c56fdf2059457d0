"""No word that a click opens is lost, however a plugin hides it and whatever opens it."""

from itertools import product

import pytest

from tests.markup.reading import body

# Elements that a page hides at first; {words} are in them.
HIDINGS = {
    "an attribute": "<div{names} hidden>{words}</div>",
    "an attribute of tabs": '<div{names} hidden="hidden" role="tabpanel">{words}</div>',
    "found by a search": '<div{names} hidden="until-found">{words}</div>',
    "a style": '<div{names} style="display:none">{words}</div>',
    "a style among others": '<div{names} style="color: red; display : none">{words}</div>',
    "no visibility": '<section{names} style="visibility:hidden">{words}</section>',
    "an attribute for readers": '<div{names} aria-hidden="true" style="display:none">{words}</div>',
    "a script": '<div{names} x-show="open" style="display: none">{words}</div>',
    "a class": "<div{names}>{words}</div>",
}  # fmt: skip
NAMES = (
    "tab-pane fade", "my-tabs__panel", "accordion-content collapse", "et_pb_toggle_content",
    "elementor-tab-content", "su-spoiler-content", "faq-answer", "read-more-text", "js-reveal-box",
    "collapsible-body", "footnotes-container", "kt-accordion-panel kt-accordion-panel-hidden",
    "ub-content-toggle-content ub-hide", "vc_tta-panel-body", "transcript", "timeline-item-text",
)  # fmt: skip
# Controls that open them.
CONTROLS = {
    "a button": '<button type="button" aria-controls="p1" aria-expanded="false">Who pays?</button>',
    "a link to the page": '<h3><a href="#p1">Who pays?</a></h3>',
    "a link to a script": '<p><a href="javascript:void(0)" class="toggle">Who pays?</a></p>',
    "a heading": '<h4 role="button" tabindex="0">Who pays?</h4>',
    "a tab": '<ul role="tablist"><li role="tab" aria-selected="false">Who pays?</li></ul>',
    "a label": '<input type="checkbox" id="c1"><label for="c1">Who pays?</label>',
    "a title with a click": '<div class="title" onclick="toggle(1)"><span>Who pays?</span></div>',
}  # fmt: skip
WORDS = "<p>The county pays <strong>twelve</strong> million.</p><ul><li>In three years.</li></ul>"
KEPT = ("The county pays twelve million.", "In three years.", "Own words.")


@pytest.mark.parametrize(("hiding", "control"), list(product(HIDINGS, CONTROLS)))
def test_words_that_a_control_opens_are_kept_with_its_label(hiding: str, control: str) -> None:
    for name in NAMES:
        panel = HIDINGS[hiding].format(names=f' id="p1" class="{name}"', words=WORDS)
        text = body(f"<p>Own words.</p>{CONTROLS[control]}{panel}").text
        assert [kept for kept in (*KEPT, "Who pays?") if kept not in text] == [], name


@pytest.mark.parametrize("hiding", HIDINGS)
def test_a_panel_in_a_panel_is_kept(hiding: str) -> None:
    inner = HIDINGS[hiding].format(names=' class="tab-pane"', words=WORDS)
    outer = HIDINGS[hiding].format(names=' class="accordion-panel"', words=inner)
    text = body(f"<p>Own words.</p>{CONTROLS['a button']}{outer}").text
    assert [kept for kept in KEPT if kept not in text] == []


@pytest.mark.parametrize("name", ["nav-menu", "newsletter-popup", "cookie-consent", "login-form"])
def test_what_is_no_part_of_the_post_stays_hidden(name: str) -> None:
    hidden = f'<div class="{name}" style="display:none"><p>Join us.</p></div>'
    assert body(f"<p>Own words.</p>{CONTROLS['a button']}{hidden}").text.endswith("Who pays?")
