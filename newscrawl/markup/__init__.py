"""Normalising HTML: semantic, safe, the same in three forms.

The way of a body: `characters` and `reader` (with `opened`, `elements`, `media`, `shortcodes`) tell
`builder` what a reader sees; `button` and `settle` finish its `tree`; `html`, `markdown` and `text`
write it. `tags` is the policy. `plain` is for titles and excerpts, `urls` for links.
"""

from newscrawl.items import Body
from newscrawl.markup import html as _html
from newscrawl.markup import markdown as _markdown
from newscrawl.markup import text as _text
from newscrawl.markup.button import drop_button
from newscrawl.markup.characters import cleaned
from newscrawl.markup.plain import excerpt_text, plain_text
from newscrawl.markup.reader import Reader
from newscrawl.markup.settle import settle
from newscrawl.markup.urls import safe_url

__all__ = ["excerpt_text", "normalise", "plain_text", "safe_url"]


def normalise(
    html: str, base_url: str, *, drop_link: str | None = None, captions_in_text: bool = True
) -> Body:
    """Return a post's or an article's body with semantic tags only, in three forms.

    Args:
        html: Any HTML; nothing in it can make this fail or take long.
        base_url: The page's own URL, to which its links are relative.
        drop_link: Where the full-article button leads: that button is left out. None keeps all.
        captions_in_text: Whether the plain text has the captions of pictures, as the others do.

    >>> normalise('<div>One<br><br><b>two</b> <a href="/3">three</a></div>', "https://example.org/")
    Body(html='<p>One</p>\\n<p><strong>two</strong> <a href="https://example.org/3">three</a></p>', \
markdown='One\\n\\n**two** [three](https://example.org/3)', text='One\\n\\ntwo three')
    """
    drop_url = safe_url(drop_link, base_url) if drop_link else None
    reader = Reader(base_url, drop_url)
    reader.read(cleaned(html))
    root = reader.builder.root
    drop_button(root, reader.elements.buttons)
    settle(root)
    return Body(
        html=_html.write(root),
        markdown=_markdown.write(root),
        text=_text.write(root, captions=captions_in_text),
    )
