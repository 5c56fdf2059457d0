"""Decide the meaning of each source element: a format, a block, a picture, a link, or nothing.

`Elements.enter` gets each start tag and returns the action for the element's end. An element is
hidden if its tag, its ``hidden`` attribute, its own style or its class hides it. Style sheets are
not read, so words that only a style sheet hides are kept.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Final, TypeAlias

from newscrawl.markup import allowlist
from newscrawl.markup.attributes import kept_attributes
from newscrawl.markup.builder import Builder, Format
from newscrawl.markup.class_words import class_words, words_in
from newscrawl.markup.controls import BUTTON, CONTROL
from newscrawl.markup.embeds import LATE
from newscrawl.markup.forms import Forms
from newscrawl.markup.formula import FormulaReader, LatexReader
from newscrawl.markup.links import Links
from newscrawl.markup.media_elements import MediaElements
from newscrawl.markup.open_elements import Undo
from newscrawl.markup.styles import direction_of, tag_by_style
from newscrawl.markup.tree import Node
from newscrawl.markup.visibility import CONSENT, GONE, HIDDEN, Visibility, is_hidden
from newscrawl.markup.word_marks import BOXED, WordMarks, decoded_email

Attrs: TypeAlias = dict[str, str]

# Runs of words, each with the only block that may contain it.
_LINES_IN: Final = frozenset({("caption", "table"), ("dt", "dl"), ("figcaption", "figure")})
_BUTTON_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:button|btn|cta)\d?(?:$|[\s_-])")
# Attributes that change nothing about a link except its URL. Most links have no others.
_PLAIN_LINK: Final = frozenset({"href", "rel", "target", "title"})
# Attributes of elements that open something on the page.
_SWITCHES: Final = frozenset({
    "aria-controls", "aria-expanded", "aria-selected", "data-bs-target", "data-bs-toggle",
    "data-target", "data-toggle",
})  # fmt: skip
# Classes of the buttons of page builders.
_BARE_BUTTON: Final = re.compile(r"(?:^|[\s_-])(?:button|btn|button__link)(?:$|\s)")
# Classes of elements with LaTeX that a script typesets.
_LATEX: Final = frozenset({"katex-eq", "wp-katex-eq", "katex-source", "math-tex", "mathjax-latex"})
# Types of scripts that hold HTML, which another script shows.
_TEMPLATES: Final = frozenset({"text/html", "text/plain", "text/template", "text/x-template"})
# Elements between an element with a film and the frame with the film's title.
_AROUND_FRAMES: Final = frozenset({"a", "iframe", "img", "noscript", "script", "span", "svg"})


class Elements:
    """Passes the elements of one document to a `Builder`.

    Attributes:
        hidden: The number of open elements that hide their content.
        verse: The number of open elements that keep line ends, as a poem does.
        consent: The number of open boxes that ask for consent; their words are hidden.
        in_template: Whether the current text is the source of a script's template.
        in_noscript: Whether the current text is the source of a ``noscript``.
        formula: The open ``math`` element, or None.
        links, media, marks: The document's links, media and word marks.
    """

    def __init__(self, html: str, builder: Builder, base_url: str, drop_url: str | None) -> None:
        self.hidden = 0
        self.formula: FormulaReader | None = None
        self.verse = 0
        self.in_noscript = False
        self.in_template = False
        self.consent = 0
        self.links = Links(builder, base_url, drop_url)
        self.media = MediaElements(builder, self.links, base_url)
        self.marks = WordMarks(builder, self.media)
        self._builder = builder
        self._base_url = base_url
        self._section = "tbody"
        self._visibility = Visibility(html)
        self._has_mathml = "MJX_Assistive_MathML" in html
        self._forms = Forms(builder)

    # --- start tags

    def enter(self, tag: str, attrs: Attrs) -> Undo:
        """Handle the start tag of an element with an end tag; return the action for its end."""
        if self.formula:
            return self.formula.enter(tag, attrs)
        meant = allowlist.RENAMED.get(tag, tag)
        if self.media.has_film and meant not in _AROUND_FRAMES:
            self.media.end_film()
        if not attrs or (meant == "a" and _PLAIN_LINK.issuperset(attrs)):
            return self._enter_meant(meant, attrs)
        blocks = self._builder.blocks
        before = blocks.direction
        ends: list[Undo] = []
        meant = self._by_attributes(meant, attrs, ends)
        ends.append(self._enter_meant(meant, attrs))
        if blocks.direction is not before:
            ends.insert(0, partial(self._set_direction, before))
        ended = [end for end in ends if end]
        if len(ended) > 1:
            return partial(_run_backwards, ended)
        return ended[0] if ended else None

    def _enter_meant(self, meant: str, attrs: Attrs) -> Undo:
        handler = self._HANDLERS.get(meant)
        if handler:
            undo = handler(self, attrs)
        elif meant in allowlist.INLINE:
            undo = self._format(meant, attrs)
        elif meant in allowlist.HIDDEN:
            undo = self._hide()
        elif meant in LATE:
            undo = self._late(meant, attrs)
        else:
            undo = self._block(meant, attrs)
        return undo

    def void(self, tag: str, attrs: Attrs) -> None:
        """Handle an element without an end tag."""
        if self.media.waiting:
            self.media.source(tag, attrs)
        elif self.hidden:
            return
        elif tag == "source":
            self.media.candidate(attrs)
        elif tag == "br":
            self._builder.line_break()
        elif tag == "img":
            self.media.image(attrs)
        elif tag == "hr":
            self._builder.rule()
        elif tag == "embed":
            self.media.embed(attrs.get("src", ""), attrs.get("title", ""))
        elif tag == "input":
            self._forms.input(attrs)
        elif tag == "param" and attrs.get("name") == "movie":
            self.media.embed(attrs.get("value", ""))

    # --- attributes

    def _by_attributes(self, tag: str, attrs: Attrs, ends: list[Undo]) -> str:
        """Return the tag that the attributes mean; add the action for its end to *ends*."""
        if tag not in {"bdi", "bdo"}:
            blocks = self._builder.blocks
            blocks.direction = direction_of(attrs) or blocks.direction
        classes = attrs.get("class", "").split()
        if "data-cfemail" in attrs:
            self._builder.text(decoded_email(attrs["data-cfemail"]))
            return "template"
        if tag in allowlist.HIDDEN:
            return "template" if is_hidden(attrs) and not self.media.has_address(attrs) else tag
        seen = self._visibility.of(tag, attrs, classes)
        if seen == GONE:
            self._builder.close(self._builder.open_box(GONE))
        if seen == CONSENT:
            self.media.consent(attrs)
            self.consent += 1
            ends.append(self._end_consent)
        if seen in {CONSENT, GONE, HIDDEN}:
            return "template"
        if seen and tag in BOXED:
            ends.append(partial(self._builder.close, self._builder.open_box(seen)))
        if not self._builder.keeps_space():
            ends.extend(self.marks.enter(tag, attrs, classes))
        if "style" in attrs:
            tag = tag_by_style(tag, attrs["style"])
        return next(
            (allowlist.BY_CLASS[name] for name in classes if name in allowlist.BY_CLASS), tag
        )

    def _end_consent(self) -> None:
        self.consent -= 1

    def _set_direction(self, before: str | None) -> None:
        self._builder.blocks.direction = before

    def _hide(self) -> Callable[[], None]:
        self.hidden += 1
        return self._show

    def _show(self) -> None:
        self.hidden -= 1
        self.media.waiting = False

    # --- blocks

    def _block(self, tag: str, attrs: Attrs) -> Undo:
        builder = self._builder
        if tag in allowlist.HEADINGS or (tag, builder.inside()) in _LINES_IN:
            return partial(builder.end_line, builder.start_line(tag))
        if tag in allowlist.SECTIONS:
            before, self._section = self._section, tag
            return partial(self._end_section, before)
        if tag == "tr":
            return partial(builder.close, builder.open("tr", {"section": self._section}))
        if tag in allowlist.FLOWS:
            return partial(
                builder.close, builder.open(tag, kept_attributes(tag, attrs, self._base_url))
            )
        if tag in allowlist.BREAKING or tag in allowlist.LINES:
            builder.end_block()
            return builder.end_block
        return self._apart() if tag in allowlist.APART else None

    def _paragraph(self, _: Attrs) -> Undo:
        self._builder.end_block()
        return self._builder.end_block

    def _div(self, attrs: Attrs) -> Undo:
        self._builder.end_block()
        if not _LATEX.isdisjoint(attrs.get("class", "").split()):
            return partial(_run_backwards, [self._builder.end_block, self._latex()])
        if "data-settings" in attrs:
            self.media.settings(attrs["data-settings"])
        return self._builder.end_block

    def _form(self, _: Attrs) -> Undo:
        return self._forms.enter()

    def _textarea(self, _: Attrs) -> Undo:
        self._forms.ask()
        return self._apart()

    def _math(self, _: Attrs) -> Undo:
        self.formula = FormulaReader()
        return self._end_math

    def _latex(self) -> Callable[[], None]:
        self.formula = LatexReader()
        return self._end_math

    def _end_math(self) -> None:
        line = self.formula.line() if self.formula else ""
        self.formula = None
        self._builder.text(line)

    def _pre(self, attrs: Attrs) -> Undo:
        if "wp-block-verse" in attrs.get("class", ""):
            self._builder.end_block()
            self.verse += 1
            return self._end_verse
        return partial(self._builder.end_line, self._builder.start_line("pre"))

    def _end_verse(self) -> None:
        self.verse -= 1
        self._builder.end_block()

    def _table(self, attrs: Attrs) -> Undo:
        layout = {"layout": "1"} if attrs.get("role") in {"presentation", "none"} else {}
        section, self._section = self._section, "tbody"
        return partial(self._end_table, self._builder.open("table", layout), section)

    def _end_table(self, table: Node | None, section: str) -> None:
        self._builder.close(table)
        self._section = section

    def _end_section(self, before: str) -> None:
        self._section = before

    # --- words

    def _apart(self) -> Undo:
        """Separate a control's words from the words beside it; return the action for its end."""
        self._builder.text(" ")
        return partial(self._builder.text, " ")

    def _format(self, tag: str, attrs: Attrs) -> Undo:
        opened = self._builder.start_format(tag, kept_attributes(tag, attrs, self._base_url))
        return partial(self._builder.end_format, opened) if opened else None

    def _anchor(self, attrs: Attrs) -> Undo:
        is_button = "class" in attrs and bool(_BUTTON_CLASS.search(attrs["class"]))
        words = words_in(attrs["class"]) if is_button else frozenset[str]()
        is_switch = not is_button or not (
            _SWITCHES.isdisjoint(attrs) and class_words().switches.isdisjoint(words)
        )
        started = self.links.start(
            attrs.get("href", ""), is_button=is_button, can_be_dead=not is_switch
        )
        if is_button:
            self._builder.text(" ")
            return partial(self._end_button, started)
        return partial(self.links.end, started)

    def _button(self, _: Attrs) -> Undo:
        self._builder.text(" ")
        return partial(self._end_button, self.links.start_control())

    def _span(self, attrs: Attrs) -> Undo:
        """Handle a span; page builders write a button without a link as one."""
        names = attrs.get("class", "").split()
        if not _LATEX.isdisjoint(names):
            return self._latex()
        if not _BARE_BUTTON.search(attrs.get("class", "")) or not _SWITCHES.isdisjoint(attrs):
            return self._block("span", attrs)
        if self._builder.is_within("a") or self._builder.is_within(CONTROL):
            return self._block("span", attrs)
        self._builder.text(" ")
        return partial(self._end_button, self.links.start_control(BUTTON))

    def _end_button(self, started: Format | None) -> None:
        self.links.end(started)
        self._builder.text(" ")

    def _ruby_text(self, attrs: Attrs) -> Undo:
        return self._format("rt", attrs) if self._builder.is_within("ruby") else None

    def _ruby_bracket(self, _: Attrs) -> Undo:
        """Hide the brackets that only old browsers show; `text` adds its own."""
        return self._hide() if self._builder.is_within("ruby") else None

    # --- pictures, players, sources

    def _noscript(self, _: Attrs) -> Undo:
        self.in_noscript = True
        return self._end_noscript

    def _end_noscript(self) -> None:
        self.in_noscript = False

    def _frame(self, attrs: Attrs) -> Undo:
        self.media.frame(attrs)
        return self._hide()

    def _player(self, attrs: Attrs) -> Undo:
        self.media.player(attrs)
        return self._hide()

    def _late(self, kind: str, attrs: Attrs) -> Undo:
        self._builder.end_block()
        self.media.late(kind, attrs)
        return self._builder.end_block

    def _script(self, attrs: Attrs) -> Undo:
        if attrs.get("type", "").startswith("math/tex") and not self._has_mathml:
            return self._latex()
        self.media.script(attrs.get("src", ""))
        self.in_template = attrs.get("type", "") in _TEMPLATES
        return partial(_run_backwards, [self._end_template, self._hide()])

    def _end_template(self) -> None:
        self.in_template = False

    def _object(self, attrs: Attrs) -> Undo:
        """Handle an object; if it has no source, its content is shown."""
        found = self.media.embed(attrs.get("data", ""), attrs.get("title", ""))
        return self._hide() if found else None

    _HANDLERS: ClassVar[dict[str, Callable[["Elements", Attrs], Undo]]] = {
        "a": _anchor,
        "audio": _player,
        "button": _button,
        "div": _div,
        "form": _form,
        "iframe": _frame,
        "label": _button,
        "math": _math,
        "noscript": _noscript,
        "object": _object,
        "p": _paragraph,
        "pre": _pre,
        "rp": _ruby_bracket,
        "rt": _ruby_text,
        "script": _script,
        "span": _span,
        "table": _table,
        "textarea": _textarea,
        "video": _player,
    }


def _run_backwards(ends: list[Callable[[], None]]) -> None:
    for end in reversed(ends):
        end()
