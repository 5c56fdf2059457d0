"""Arguments made of a text, for functions that read text."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from newscrawl.net.response import Answer
from tests.wordpress.fake import SITE

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE = 8
"""Characters of an entry of a list."""
TEXTS = ("str", "str | None", "str | bytes", "BaseException | str", "Any", "object")
BYTES = ("bytes", "bytes | None")
LISTS = ("Iterable", "Sequence", "Collection", "list", "set", "frozenset", "Set", "tuple")
MAPPINGS = ("Mapping", "dict")
ITEMS = ("str", "Any", "object", "str | None")
TEXT, ROW = "text", "row"
"""Kinds of arguments: of the parameter's type, with the text in it; or a row of the API."""
ROWS = ("Any", "object", "Mapping[str, Any]", "dict[str, Any]")
FIXED = {"int": 1, "int | None": 1, "float": 1.0, "bool": False, "bool | None": None, "Site": SITE}
"""Other arguments. A function that needs one that is not here reads a parsed page, a row of the
archive or a database: `test_structures` and `test_crawl` feed these, from text on."""


class EveryKey(dict[str, Any]):
    """A mapping that has every key: many with a short value, all others with a long one."""

    def __init__(self, value: Any, pieces: list[str]) -> None:
        super().__init__(zip(pieces, pieces, strict=True))
        self._value = value

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return self._value

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


def of_text(function: Callable[..., Any]) -> list[tuple[int, str]]:
    """Return positions of texts, each with a kind for `made`; [] if it needs anything else."""
    annotations = [_annotation(each) for each in needed(function)]
    if not all(_is_text(each) or each in FIXED for each in annotations):
        return []
    return [
        (number, kind)
        for number, each in enumerate(annotations)
        if _is_text(each)
        for kind in ((TEXT, ROW) if each in ROWS else (TEXT,))
    ]


def needed(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters that have no default."""
    return [
        each
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]


def _annotation(parameter: inspect.Parameter) -> str:
    """Return the annotation without modules, as it is written or as `inspect` formats it."""
    found = parameter.annotation
    written = found if isinstance(found, str) else inspect.formatannotation(found)
    return re.sub(r"\b(?:\w+\.)+", "", written)


def _is_text(annotation: str) -> bool:
    return annotation in (*TEXTS, *BYTES, "Answer") or _is_of_texts(annotation)


def _is_of_texts(annotation: str) -> bool:
    outer, _, inner = annotation.removesuffix("]").partition("[")
    inner = inner.removesuffix(", ...")
    is_mapping = outer in MAPPINGS and inner.removeprefix("str, ") in ITEMS
    is_list_of_pairs = outer in LISTS and inner == "tuple[str, str]"
    return is_mapping or is_list_of_pairs or (outer in LISTS and inner in ITEMS)


def made(parameter: inspect.Parameter, text: str, kind: str = TEXT) -> Any:
    """Return an argument of the parameter's type that holds a text."""
    annotation = _annotation(parameter)
    if kind == ROW:
        return _row(text)
    if annotation in FIXED:
        return FIXED[annotation]
    if annotation in BYTES:
        return text.encode()
    if annotation == "Answer":
        headers = {"content-type": "text/html", "link": text}
        body = text.encode()
        return Answer(url="https://example.org/", status=200, headers=headers, body=body)
    return _of_texts(annotation, text) if _is_of_texts(annotation) else text


def _of_texts(annotation: str, text: str) -> Any:
    """Return a list or mapping with the whole text, and with many different pieces of it."""
    pieces = _pieces(text)
    outer = annotation.partition("[")[0]
    if outer in MAPPINGS:
        return EveryKey(text, pieces)
    if "tuple[str, str]" in annotation:
        return [(text, text), *((each, each) for each in pieces)]
    makers: dict[str, Callable[[list[str]], Any]] = {
        "set": set,
        "Set": frozenset,
        "frozenset": frozenset,
        "tuple": tuple,
    }
    return makers.get(outer, list)([text, *pieces])


def _row(text: str) -> EveryKey:
    """Return a row of the API with an id; each other key is an object: ``title.rendered``."""
    row = EveryKey(EveryKey(text, _pieces(text)), [])
    row["id"] = 7
    return row


def _pieces(text: str) -> list[str]:
    return [f"{text[at : at + PIECE]}{at}" for at in range(0, len(text), PIECE)]
