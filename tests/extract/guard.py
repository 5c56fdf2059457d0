"""What the extractor makes of the pages of the tests, as digests: a change asks for a new version.

``python -m tests.extract.guard`` writes them anew, once `EXTRACTOR_VERSION` was raised.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from newscrawl.extract import extract
from newscrawl.extract.version import EXTRACTOR_VERSION
from tests.extract.pages import URL, article, page

PAGES = Path(__file__).parents[1] / "pages"
FILE = Path(__file__).with_name("extracted.json")
SMALL = {
    "plain": page(),
    "figure": article(
        middle='<figure><img src="/a.jpg" alt="A"><figcaption>B</figcaption></figure>'
    ),
    "list": article(middle="<ul><li>One</li><li>Two</li></ul>"),
    "table": article(middle="<table><tr><th>Year</th><td>2026</td></tr></table>"),
    "quote": article(middle="<blockquote><p>Nobody knows yet.</p></blockquote>"),
    "related": article(after='<aside class="related"><a href="/b">Read next</a></aside>'),
    "wall": article(after='<div class="paywall"><p>Subscribe to continue reading</p></div>'),
}


def digests() -> dict[str, str]:
    """Return a digest of what each page gives, by the page's name."""
    pages = {name: (html, URL) for name, html in SMALL.items()}
    for folder in sorted(PAGES.iterdir()):
        if (folder / "page.html").is_file():
            asked = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["asked"]
            pages[folder.name] = ((folder / "page.html").read_text(encoding="utf-8"), asked)
    return {name: _digest(asdict(extract(html, url=url))) for name, (html, url) in pages.items()}


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def stored() -> tuple[int, dict[str, str]]:
    """Return the version of the extractor that the digests are of, and the digests."""
    told = json.loads(FILE.read_text())
    return told["version"], told["pages"]


def main() -> None:
    """Write the digests of this version."""
    found = digests()
    if FILE.exists():
        version, before = stored()
        changed = [name for name in before if found.get(name) != before[name]]
        if changed and version == EXTRACTOR_VERSION:
            raise SystemExit(
                f"Other articles come of {', '.join(changed)}: raise EXTRACTOR_VERSION in"
                " newscrawl/extract/version.py first"
            )
    told = {"version": EXTRACTOR_VERSION, "pages": dict(sorted(found.items()))}
    FILE.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
