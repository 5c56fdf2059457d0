"""The version of the extractor. Another version may extract another article from the same page."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

import orjson

from newscrawl.extract.publisher_rules import PUBLISHERS

# Increase this with each change of code that changes the article of any page.
# `tests/extract/test_version.py` fails if the article of a test page changes and this does not.
EXTRACTOR_VERSION: Final = 39
_WORDS: Final = (Path(__file__).parent, Path(__file__).parents[1] / "markup")
_LIBRARIES: Final = ("lxml", "nh3", "pycld2", "trafilatura", "turbohtml")


@cache
def extractor_version() -> str:
    """Return the version of the extractor: its number, "+", and a digest of 12 hex digits.

    The digest covers the word lists, the publishers' rules, and the versions of the libraries. So
    a rule that a user adds changes the version. A comment or a renamed word list does not.
    """
    lists = [_values(file) for folder in _WORDS for file in folder.rglob("*.toml")]
    rules = [file.stem.encode() + _values(file) for file in PUBLISHERS.glob("*.toml")]
    libraries = [f"{name} {metadata.version(name)}".encode() for name in _LIBRARIES]
    digest = sha256(b"\0".join(sorted(lists + rules) + libraries))
    return f"{EXTRACTOR_VERSION}+{digest.hexdigest()[:12]}"


def _values(file: Path) -> bytes:
    """Return the values of a TOML file as bytes, independent of comments and order."""
    text = file.read_text(encoding="utf-8")
    return orjson.dumps(tomllib.loads(text), option=orjson.OPT_SORT_KEYS, default=str)
