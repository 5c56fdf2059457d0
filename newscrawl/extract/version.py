"""The version of the extractor: what tells that an article could be read otherwise today."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Final

from newscrawl.settings import VERSION

_CODE: Final = Path(__file__).parent
_FOLDERS: Final = (_CODE, _CODE.parent / "markup")
_KINDS: Final = frozenset({".py", ".toml"})
_LIBRARIES: Final = ("lxml", "nh3", "pycld2", "trafilatura", "turbohtml")


@cache
def extractor_version() -> str:
    """Return the version of all that turns a page into an article: "0.1.0+" and a digest.

    The digest is of the code, the word lists, the rules of publishers and the libraries' versions,
    so that no change is forgotten: a rule that a user adds counts as well.
    """
    digest = sha256()
    for folder in _FOLDERS:
        for file in sorted(path for path in folder.rglob("*") if path.suffix in _KINDS):
            digest.update(f"{file.relative_to(folder.parent).as_posix()}\0".encode())
            digest.update(file.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\0".encode())
    return f"{VERSION}+{digest.hexdigest()[:12]}"
