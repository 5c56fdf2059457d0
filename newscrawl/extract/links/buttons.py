"""Recognize buttons, and the page builders that make them, by their classes."""

from __future__ import annotations

import re

# Words in the classes of buttons.
BUTTON_WORDS = re.compile(r"^(?:btn|button|buttons|cta|readmore|boton|knopf)\d{0,2}$")
# A part of a button's classes, and its page builder. The first match counts.
BUILDERS = (
    ("su-button", "Shortcodes Ultimate"),
    ("wp-block-button", "Gutenberg"),
    ("wp-element-button", "Gutenberg"),
    ("elementor-button", "Elementor"),
    ("elementor-widget-button", "Elementor"),
    ("et_pb", "Divi"),
    ("vc_btn", "WPBakery"),
    ("vc_general", "WPBakery"),
    ("wpb_button", "WPBakery"),
    ("vc_button", "WPBakery"),
    ("fusion-button", "Avada"),
    ("fl-button", "Beaver Builder"),
    ("stk-button", "Stackable"),
    ("kt-btn", "Kadence"),
    ("kb-btn", "Kadence"),
    ("kb-button", "Kadence"),
    ("uagb-button", "Spectra"),
    ("ugb-button", "Stackable"),
    ("gb-button", "GenerateBlocks"),
    ("avia-button", "Enfold"),
    ("mks_button", "Flexible Shortcodes"),
    ("maxbutton", "MaxButtons"),
    ("tve_", "Thrive"),
    ("thrv", "Thrive"),
    ("brxe-button", "Bricks"),
    ("bricks-button", "Bricks"),
    ("ct-link-button", "Oxygen"),
)


def button_of(tag: str, classes: str, words: set[str]) -> str:
    """Return the maker of a button: a page builder, "the theme", or "" if it is no button.

    Args:
        tag: The element's tag, in lower case.
        classes: Its class attribute, in lower case.
        words: The words of its classes, split at spaces, "-" and "_".

    >>> button_of("div", "wp-block-button is-style-outline", {"wp", "block", "button"})
    'Gutenberg'
    """
    if tag != "button" and not any(BUTTON_WORDS.match(word) for word in words):
        return ""
    return next((name for prefix, name in BUILDERS if prefix in classes), "the theme")
