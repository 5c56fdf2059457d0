"""The version of the extractor: an article that another version read may come out otherwise."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

import orjson

from newscrawl.extract.publisher_rules import PUBLISHERS

EXTRACTOR_VERSION: Final = 4
"""Raised by hand with each change of code after which some page gives another article.

`tests/extract/test_version.py` fails if a page of the tests does, and this stayed as it was.
"""

_WORDS: Final = (Path(__file__).parent, Path(__file__).parents[1] / "markup")
_LIBRARIES: Final = ("lxml", "nh3", "pycld2", "trafilatura", "turbohtml")


@cache
def extractor_version() -> str:
    """Return the version of all that turns a page into an article: "1+" and a digest.

    The digest is of word lists, the rules of publishers and the versions of libraries. So a rule
    that a user adds makes another version; a comment, or a file under another name, does not.
    """
    lists = [_values(file) for folder in _WORDS for file in folder.rglob("*.toml")]
    rules = [file.stem.encode() + _values(file) for file in PUBLISHERS.glob("*.toml")]
    libraries = [f"{name} {metadata.version(name)}".encode() for name in _LIBRARIES]
    digest = sha256(b"\0".join(sorted(lists + rules) + libraries))
    return f"{EXTRACTOR_VERSION}+{digest.hexdigest()[:12]}"


def _values(file: Path) -> bytes:
    """Return the values of a TOML file, without its comments and its order."""
    text = file.read_text(encoding="utf-8")
    return orjson.dumps(tomllib.loads(text), option=orjson.OPT_SORT_KEYS, default=str)
