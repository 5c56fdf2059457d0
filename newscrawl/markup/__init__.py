"""Normalize HTML: semantic, safe, with the same content in three forms.

1. `parser` reads the tags and the text. `elements` and `shortcode_reader` decide what a reader
   sees, with `visibility` and `furniture` (attributes and classes), `links`, `media_elements`,
   `forms` and `word_marks`. `builder` makes the `tree`.
2. `boxes`, `contents`, `controls`, `drop_button`, `counts`, `related` and `cleanup` finish the
   tree.
3. `render_html`, `render_markdown` and `render_text` write it.

`allowlist` is the policy. `plain_text` and `cut_excerpt` are for titles and excerpts. First of all,
`post_walls` removes the walls in place of hidden words.
"""

from newscrawl.items import Body
from newscrawl.markup import render_html as _html
from newscrawl.markup import render_markdown as _markdown
from newscrawl.markup import render_text as _text
from newscrawl.markup.boxes import open_boxes
from newscrawl.markup.cleanup import escape_pairs, settle
from newscrawl.markup.contents import drop_contents
from newscrawl.markup.controls import drop_controls
from newscrawl.markup.counts import drop_counts
from newscrawl.markup.drop_button import drop_button
from newscrawl.markup.parser import Reader
from newscrawl.markup.plain_text import excerpt_text, plain_text
from newscrawl.markup.post_walls import without_walls
from newscrawl.markup.raised import readable
from newscrawl.markup.related import drop_related
from newscrawl.markup.shortcodes import closed_names
from newscrawl.markup.unicode import cleaned
from newscrawl.urls.safe import safe_url

__all__ = ["excerpt_text", "normalize", "plain_text", "safe_url"]


def normalize(
    html: str,
    base_url: str,
    *,
    drop_link: str | None = None,
    captions_in_text: bool = True,
    is_rest: bool = False,
) -> Body:
    """Return a post's or an article's body with semantic tags only, in three forms.

    Args:
        html: Any HTML. No input makes this fail or take long.
        base_url: The page's own URL, to resolve relative links.
        drop_link: The URL of the full-article button, which is removed. None keeps all buttons.
        captions_in_text: Whether the plain text has the captions of pictures, as the other two
            forms always have.
        is_rest: Whether this is what a wall left of a post: then a lone count is no text.

    >>> body = normalize('<div>1<br><br><b>2</b> <a href="/3">3</a></div>', "https://example.org/")
    >>> body.html
    '<p>1</p>\\n<p><strong>2</strong> <a href="https://example.org/3">3</a></p>'
    >>> body.markdown
    '1\\n\\n**2** [3](https://example.org/3)'
    >>> body.text
    '1\\n\\n2 3'
    """
    drop_url = safe_url(drop_link, base_url) if drop_link else None
    reader = Reader(cleaned(without_walls(html).html), base_url, drop_url)
    reader.read()
    root = reader.builder.root
    if reader.builder.has_boxes:
        open_boxes(root)
    if reader.builder.has_controls:
        drop_contents(root)
        drop_controls(root)
    links = reader.elements.links
    drop_button(root, links.buttons, links.built)
    settle(root)
    if drop_counts(root, is_rest=is_rest) | drop_related(root, base_url):
        settle(root)
    html = _html.write(root)
    if closed := closed_names(html):
        escape_pairs(root, closed)
        html = _html.write(root)
    root = readable(root)
    return Body(
        html=html,
        markdown=_markdown.write(root),
        text=_text.write(root, captions=captions_in_text),
    )
