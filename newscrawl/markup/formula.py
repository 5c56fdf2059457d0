"""Write formulas as a line of text: MathML, and the LaTeX in the alternative text of pictures.

    x², 1/12, √(a + b): never "x2", "112".

Source of the elements: https://www.w3.org/TR/mathml-core/
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from newscrawl.markup.tree import Child, Node, walk

if TYPE_CHECKING:
    from collections.abc import Callable

# Nested elements or braces. The words of deeper ones are only joined.
MAX_LEVELS: Final = 60
# Characters of LaTeX that are read. A longer text is kept unchanged.
MAX_LATEX: Final = 4_000

# Operators with a space on both sides; the others touch their neighbors.
_SPACED: Final = frozenset("=<>+−±∓×÷⋅·≤≥≠≈≡∼≃∝∈∉⊂⊆∪∩∧∨→←↔⇒⇐⇔↦∣")
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064\u200b"))
_UNSEEN: Final = frozenset({
    "annotation", "annotation-xml", "mphantom", "none", "mprescripts", "noscript", "script",
    "style", "template", "title",
})  # fmt: skip
# Accents above a letter, and the combining character for each.
_ACCENTS: Final = {
    "¯": "\u0304", "‾": "\u0304", "_": "\u0304", "^": "\u0302", "ˆ": "\u0302", "~": "\u0303",
    "˜": "\u0303", "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307", "¨": "\u0308", "ˇ": "\u030c",
}  # fmt: skip
_LATEX: Final = re.compile(r"\\([a-zA-Z]+)\*?|\\(.)|([{}^_])|(\s+)|(.)", re.DOTALL)
# LaTeX commands for one character. Greek letters have their Unicode names.
_COMMANDS: Final = {
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "equiv": "≡", "infty": "∞",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "iff": "⇔", "in": "∈",
    "notin": "∉", "subset": "⊂", "cup": "∪", "cap": "∩", "sum": "∑", "prod": "∏", "int": "∫",
    "partial": "∂", "nabla": "∇", "forall": "∀", "exists": "∃", "ldots": "…", "cdots": "…",
    "dots": "…", "circ": "°", "percent": "%", "propto": "∝", "hbar": "ℏ", "ell": "ℓ", "langle": "⟨",
    "rangle": "⟩", "prime": "′", "quad": " ", "qquad": " ", "degree": "°",
}  # fmt: skip
# The marks around LaTeX in a text.
_DELIMITERS: Final = re.compile(r"^\s*\\[(\[]|\\[)\]]\s*$")
# Commands for the look, without text.
_LOOKS: Final = frozenset({
    "left", "right", "big", "Big", "bigg", "Bigg", "displaystyle", "textstyle",
    "limits", "nolimits",
    "mathrm", "mathbf", "mathit", "mathsf", "mathbb", "mathcal", "text", "textrm", "textbf",
    "textit", "operatorname", "mbox", "boldsymbol", "rm", "bf", "it", "large", "Large", "small",
    "begin", "end", "hspace", "vspace", "color",
})  # fmt: skip


class FormulaReader:
    """Reads the tags and the text of one ``<math>``, and writes them as a line of text."""

    def __init__(self) -> None:
        self._root = Node("math")
        self._open = [self._root]

    def enter(self, tag: str, attrs: dict[str, str]) -> Callable[[], None]:
        """Handle an element; return the action for its end."""
        node = Node(tag, attrs)
        self._open[-1].children.append(node)
        self._open.append(node)
        return self._leave

    def text(self, data: str) -> None:
        """Handle text; white space counts only within words."""
        self._open[-1].children.append(" ".join(data.translate(_INVISIBLE).split()))

    def line(self) -> str:
        """Return the formula as text."""
        return " ".join(_line(self._root, 0).split())

    def _leave(self) -> None:
        if len(self._open) > 1:
            self._open.pop()


class LatexReader(FormulaReader):
    """Reads an element whose text is LaTeX, which only a script on the page typesets."""

    def line(self) -> str:
        """Return the formula as text."""
        latex = "".join(child for child in walk(self._root) if isinstance(child, str))
        return latex_line(_DELIMITERS.sub("", latex))


def _line(node: Child, level: int) -> str:
    if isinstance(node, str):
        return node
    if node.tag in _UNSEEN:
        return ""
    if node.tag == "mo":
        return _operator("".join(map(_text, node.children)))
    parts = [child for child in node.children if isinstance(child, Node) or child]
    writer = _WRITERS.get(node.tag) if level < MAX_LEVELS else None
    wanted, write = writer or (0, None)
    inner = [_line(part, level + 1) for part in parts] if level < MAX_LEVELS else []
    if write and len(inner) >= wanted:
        return write(inner)
    if node.tag == "mfenced":
        return _fenced(node, inner)
    return "".join(inner)


def _text(node: Child) -> str:
    return node if isinstance(node, str) else ""


def _operator(sign: str) -> str:
    return f" {sign} " if sign in _SPACED or sign == "-" else sign


def _fenced(node: Node, inner: list[str]) -> str:
    start, end = node.attrs.get("open", "("), node.attrs.get("close", ")")
    return f"{start}{', '.join(inner)}{end}"


def _group(written: str) -> str:
    """Put brackets around a term, unless it is one number or one name."""
    written = " ".join(written.split())
    is_one = written.isalnum() or re.fullmatch(r"[\w.,]+|\([^()]*\)|[-−]?\w", written)
    return written if is_one else f"({written})"


def _power(base: str, exponent: str) -> str:
    exponent = " ".join(exponent.split())
    if exponent in {"′", "″", "'", "°", "*", "†"}:
        return base + exponent
    return f"{_base(base)}^{_group(exponent.replace('- ', '-').replace('− ', '−'))}"


def _base(base: str) -> str:
    base = base.strip()
    return base if not base or base[-1] in ")]}|" else _group(base)


def _index(base: str, index: str) -> str:
    return f"{base.strip()}_{_group(index)}"


def _over(base: str, above: str) -> str:
    above = " ".join(above.split())
    if above in _ACCENTS and len(base.strip()) == 1:
        return base.strip() + _ACCENTS[above]
    return f"{base.strip()}^{_group(above)}" if above else base


def _fraction(inner: list[str]) -> str:
    return f"{_group(inner[0])}/{_group(inner[1])}"


def _table(inner: list[str]) -> str:
    return "; ".join(part.strip() for part in inner)


_WRITERS: Final[dict[str, tuple[int, Callable[[list[str]], str]]]] = {
    "mfrac": (2, _fraction),
    "msup": (2, lambda inner: _power(inner[0], inner[1])),
    "msub": (2, lambda inner: _index(inner[0], inner[1])),
    "msubsup": (3, lambda inner: _power(_index(inner[0], inner[1]), inner[2])),
    "munder": (2, lambda inner: _index(inner[0], inner[1]) + " "),
    "mover": (2, lambda inner: _over(inner[0], inner[1])),
    "munderover": (3, lambda inner: _power(_index(inner[0], inner[1]), inner[2]) + " "),
    "msqrt": (1, lambda inner: f"√{_group(''.join(inner))}"),
    "mroot": (2, lambda inner: f"{_group(inner[0])}^(1/{_group(inner[1])})"),
    "mtable": (1, _table),
    "mtr": (1, lambda inner: ", ".join(part.strip() for part in inner)),
    "mspace": (0, lambda _: " "),
    "mtext": (0, lambda inner: f" {''.join(inner)} "),
    "semantics": (1, lambda inner: inner[0]),
}


def latex_line(latex: str) -> str:
    r"""Return LaTeX as a line of text.

    >>> latex_line(r"\frac{a+b}{12} \times x^{2} \leq \alpha_{1}")
    '(a+b)/12 × x^2 ≤ α_1'
    >>> latex_line("$latex E=mc^2$")
    'E=mc^2'
    """
    latex = latex.strip().removeprefix("$latex").strip("$ ").removeprefix(r"\displaystyle")
    if len(latex) > MAX_LATEX:
        return latex
    reader = _LatexReader(latex)
    return " ".join(reader.read(0).split())


class _LatexReader:
    def __init__(self, latex: str) -> None:
        self._tokens = list(_LATEX.finditer(latex))
        self._next = 0

    def read(self, level: int) -> str:
        """Read to the end, or to the brace that closes the last open one."""
        written: list[str] = []
        while self._next < len(self._tokens):
            token = self._tokens[self._next]
            self._next += 1
            if token[3] == "}":
                break
            written.append(self._write(token, level))
        return "".join(written)

    def _write(self, token: re.Match[str], level: int) -> str:
        if token[1]:
            return self._command(token[1], level)
        if token[2]:
            return " " if token[2] in ",;: \\" else token[2].replace("!", "")
        if token[3] == "{":
            return self.read(level + 1) if level < MAX_LEVELS else ""
        if token[3]:
            return f"{token[3]}{_group(self._argument(level))}"
        return " " if token[4] else token[5].replace("&", " ")

    def _command(self, name: str, level: int) -> str:
        if name in {"frac", "dfrac", "tfrac"}:
            return _fraction([self._argument(level), self._argument(level)])
        if name == "sqrt":
            return f"√{_group(self._argument(level))}"
        if name in _LOOKS:
            return ""
        return _COMMANDS.get(name) or _greek(name) or name

    def _argument(self, level: int) -> str:
        """Read the argument of a command: the next braces, or one character."""
        while self._next < len(self._tokens) and self._tokens[self._next][4]:
            self._next += 1
        if self._next >= len(self._tokens) or self._tokens[self._next][3] == "}":
            return ""
        token = self._tokens[self._next]
        self._next += 1
        return self._write(token, level + 1) if level < MAX_LEVELS else ""


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    name = name.removeprefix("var")
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    except KeyError:
        return ""
