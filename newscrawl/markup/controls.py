"""Remove controls from the words: their labels lead nowhere and are not part of the text.

| control | removed |
|---|---|
| a control with the words of ``controls.toml`` | if no words follow it in its line |
| a page builder's button that leads to no other page | if only links are beside it |

The URL of such a button is missing, has the scheme of mail or another one, or is the post's own.
"""

from __future__ import annotations

import re
from typing import Final

from newscrawl.markup.allowlist import JOINED, LINES
from newscrawl.markup.labels import folded, labels_of
from newscrawl.markup.tree import Child, Node, walk, words

# The tag of a control. The finished tree has no controls.
CONTROL: Final = "control"
# The kind of a button that leads nowhere.
BUTTON: Final = "button"
# The kind of all other controls.
SWITCH: Final = "switch"
# A button with more words is text.
MAX_BUTTON_WORDS: Final = 20
_RUNS: Final = LINES | {"p"}
_SIGNS: Final = re.compile(r"^[\W_]+|[\W_]+$")


def drop_controls(root: Node) -> None:
    """Remove the controls below *root*: with their words, or only the element around the words."""
    for run in list(walk(root)):
        if isinstance(run, Node) and run.tag in _RUNS and _has_control(run):
            _drop_from(run)
    _unwrap(root)


def _has_control(run: Node) -> bool:
    return any(isinstance(child, Node) and child.tag == CONTROL for child in walk(run))


def _drop_from(run: Node) -> None:
    """Empty the controls of one run of words that are not about the post."""
    pieces = list(_pieces(run, None, is_link=False))
    has_words = False  # whether words of the post follow the current control
    is_prose = any(_has_word(text) for control, linked, text in pieces if not (control or linked))
    for control, _, text in reversed(pieces):
        if control is None:
            has_words = has_words or _has_word(text)
        elif not text and _leads_nowhere(control, is_prose=is_prose, has_words=has_words):
            control.children = []  # decided once, at the control itself: its strings follow it


def _leads_nowhere(control: Node, *, is_prose: bool, has_words: bool) -> bool:
    if control.attrs["kind"] == BUTTON and not is_prose:
        return len(words(control).split()) <= MAX_BUTTON_WORDS
    return not has_words and is_control_label(words(control))


def _pieces(
    node: Node, control: Node | None, *, is_link: bool
) -> list[tuple[Node | None, bool, str]]:
    """Return the strings of a run, each with the control around it, and whether it is a link."""
    found: list[tuple[Node | None, bool, str]] = []
    for child in node.children:
        if isinstance(child, str):
            found.append((control, is_link, child))
        elif child.tag == CONTROL and control is None:
            found.append((child, False, ""))
            found += _pieces(child, child, is_link=False)
        else:
            found += _pieces(child, control, is_link=is_link or child.tag == "a")
    return found


def _has_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _unwrap(node: Node) -> None:
    """Replace the controls below *node* with their content."""
    unwrapped: list[Child] = []
    for child in node.children:
        if isinstance(child, Node):
            _unwrap(child)
        pieces = [child]
        if isinstance(child, Node) and child.tag == CONTROL:
            pieces = child.children
        for piece in pieces:
            _append(unwrapped, piece)
    node.children = unwrapped


def _append(children: list[Child], child: Child) -> None:
    """Append a child; join it with an equal format before it, which a control separated."""
    last = children[-1] if children else None
    if (
        isinstance(last, Node)
        and isinstance(child, Node)
        and last.tag == child.tag
        and child.tag in JOINED
    ):
        for piece in child.children:
            _append(last.children, piece)
    else:
        children.append(child)


def is_control_label(text: str) -> bool:
    """Return whether words are the label of a control: "Show more", "(more…)", "Nach oben".

    >>> is_control_label("▾ Show more"), is_control_label("Show")
    (True, True)
    >>> is_control_label("More than this")
    False
    """
    return _form(text) in labels_of(__file__, _form)


def _form(text: str) -> str:
    return _SIGNS.sub("", " ".join(folded(text).split()))
