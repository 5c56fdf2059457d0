"""The markup that themes and page builders put around a post's text and button."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from newscrawl.testing.resources import texturized

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXCERPT_WORDS = 55

LABELS = {
    "de": "Zum vollständigen Artikel bei {}",
    "fr": "Lire l’article complet sur {}",
    "es": "Leer la noticia completa en {}",
    "ja": "記事の全文を読む（{}）",
    "ar": "اقرأ المقال كاملا في {}",
}
ENGLISH_LABELS = {
    "wire": "Click here for full article at {}",
    "gutenberg": "Read the full article at {}",
    "elementor": "Read full story on {}",
    "anchor": "Read the full story at {}",
}

WIRE_TEXT = "text-mod__text__9KqPz text-mod__dark__2fUxB body-mod__full__7LcWd"
WIRE_LINK = "text-mod__inherit__4HgQa link-mod__underline__6RtVn"
BUTTON_STYLE = "color:#FFFFFF;background-color:#2f6f8f;border-color:#265a74;border-radius:10px"


def dressed(style: str, paragraphs: Sequence[str], *, url: str, publisher: str, lang: str) -> str:
    """Write a post that shows *paragraphs* and leads to the full text at *url*."""
    label = LABELS.get(lang) or ENGLISH_LABELS[style]
    return STYLES[style](paragraphs, html.escape(url), texturized(label.format(publisher)))


def _wire(paragraphs: Sequence[str], url: str, label: str) -> str:
    """A wire page pasted into the editor with all its divs, and a Shortcodes Ultimate button."""
    body = "".join(
        f'<p class="{WIRE_TEXT}" data-testid="paragraph-{number}">{text}</p>\n'
        for number, text in enumerate(_with_reference(text, url) for text in paragraphs)
    )
    soup = '<div class="post-subheader has-summary">\n<div class="summary" role="region">\n'
    return (
        f'<header class="post-header post-header--conveyor">\n{soup}{soup}{body}</div>\n'
        f'<div class="su-button-center"><a href="{url}" class="su-button su-button-style-default"'
        f' style="{BUTTON_STYLE}" target="_blank" rel="noopener noreferrer">'
        '<span style="color:#FFFFFF;padding:8px 26px;font-size:20px;text-shadow:none">'
        '<i class="sui sui-sign-out" style="font-size:20px;color:#FFFFFF"></i>  '
        f'<small style="padding-bottom:8px;color:#FFFFFF">{label}</small></span></a></div>\n'
        "</div>\n</div>\n</div>\n</header>\n"
    )


def _with_reference(text: str, url: str) -> str:
    """Link three words to another page of the publisher, as wire texts do."""
    words = text.split()
    before, linked, after = " ".join(words[:9]), " ".join(words[9:12]), " ".join(words[12:])
    topic = "/".join(url.split("/")[:3]) + "/topics/region/"
    anchor = f'<a class="{WIRE_LINK}" href="{topic}" data-testid="Link">{texturized(linked)}</a>'
    return f"{texturized(before)}\u00a0{anchor}\u00a0{texturized(after)}"


def _gutenberg(paragraphs: Sequence[str], url: str, label: str) -> str:
    return (
        f"\n{_plain(paragraphs)}\n\n\n"
        '<div class="wp-block-buttons is-layout-flex wp-block-buttons-is-layout-flex">\n'
        '<div class="wp-block-button is-style-outline">'
        f'<a class="wp-block-button__link wp-element-button" href="{url}" target="_blank"'
        f' rel="noreferrer noopener">{label}</a></div>\n</div>\n'
    )


def _elementor(paragraphs: Sequence[str], url: str, label: str) -> str:
    def widget(widget_type: str, content: str) -> str:
        return (
            f'<div class="elementor-element elementor-widget elementor-widget-{widget_type}"'
            f' data-element_type="widget" data-widget_type="{widget_type}.default">\n'
            f'<div class="elementor-widget-container">\n{content}</div>\n</div>\n'
        )

    button = (
        '<div class="elementor-button-wrapper">\n'
        '<a class="elementor-button elementor-button-link elementor-size-sm"'
        f' href="{url}" target="_blank">\n<span class="elementor-button-content-wrapper">\n'
        f'<span class="elementor-button-text">{label}</span>\n</span>\n</a>\n</div>\n'
    )
    return (
        '<div data-elementor-type="wp-post" class="elementor">\n'
        '<section class="elementor-section elementor-top-section">\n'
        f"{widget('text-editor', _plain(paragraphs))}{widget('button', button)}</section>\n</div>\n"
    )


def _anchor(paragraphs: Sequence[str], url: str, label: str) -> str:
    link = f'<a href="{url}" target="_blank" rel="noopener">{label}</a>'
    return f"{_plain(paragraphs)}<p>{link}</p>\n"


def _plain(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{texturized(paragraph)}</p>\n" for paragraph in paragraphs)


STYLES: dict[str, Callable[[Sequence[str], str, str], str]] = {
    "wire": _wire,
    "gutenberg": _gutenberg,
    "elementor": _elementor,
    "anchor": _anchor,
}


def excerpt_of(text: str) -> str:
    """Write the excerpt that WordPress makes of plain text: the first words, then an ellipsis."""
    words = text.split()
    dots = " [&hellip;]" if len(words) > EXCERPT_WORDS else ""
    return f"<p>{texturized(' '.join(words[:EXCERPT_WORDS]))}{dots}</p>\n" if words else ""
