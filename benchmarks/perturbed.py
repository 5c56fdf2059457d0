"""Change known pages in ways that readers don't notice, and count what the extractor loses by it.

    NEWSCRAWL_CORPUS=FOLDER uv run python -m benchmarks.perturbed [--pages N] [--only NAME] [--lost]

The folder holds `suites/` and `tools/score_suites.py`. A page without its class names, or with
tables for its layout, shows the same article. The extractor's result on the unchanged page is the
expectation, so the table says how much the extractor depends on each habit of sites, whether the
expectations of a suite are right or not.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import re
import sys
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import turbohtml

from benchmarks.confidence import scorer_of
from benchmarks.perturbations import PERTURBATIONS
from newscrawl.extract import extract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawl.items import Extraction

# A page is changed if its text is found so surely,
MIN_CONFIDENCE = 0.9
# and a changed page lost its text if the F1 with the unchanged page's text is lower.
KEPT = 0.9
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
FIELDS = ("title", "authors", "published")


def main() -> None:
    """Print a line for each change: the mean F1 of texts and the share of each field kept."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=60, help="pages to change (default: 60)")
    options.add_argument("--only", help="the name of one change")
    options.add_argument("--lost", action="store_true", help="name the pages that lost something")
    arguments = options.parse_args()
    corpus = os.environ.get("NEWSCRAWL_CORPUS")
    if not corpus:
        sys.exit("NEWSCRAWL_CORPUS is unset: set it to the folder that holds suites/ and tools/")
    scorer = scorer_of(Path(corpus) / "tools" / "score_suites.py")
    pages = list(_pages(Path(corpus) / "suites", scorer, arguments.pages))
    print(
        "| change | text F1 | texts lost | title | authors | published |\n|---|---|---|---|---|---|"
    )
    for name, change in PERTURBATIONS.items():
        if arguments.only in (None, name):
            print(_line(name, change, pages, scorer, is_verbose=arguments.lost), flush=True)


def _pages(suites: Path, scorer: Any, limit: int) -> Iterator[tuple[str, str, str, Extraction]]:
    """Yield the id, HTML, URL and article of pages, in an order independent of their content."""
    rows = map(json.loads, (suites / "gold.jsonl").read_text("utf-8").splitlines())
    urls = {row["page"]: row["url"] for row in rows}
    count = 0
    for page in sorted(urls, key=lambda page: hashlib.md5(page.encode()).digest()):
        html = scorer.decoded(gzip.decompress((suites / "pages" / f"{page}.html.gz").read_bytes()))
        article = extract(html, url=urls[page])
        if article.confidence >= MIN_CONFIDENCE and article.extractor == "tree":
            yield page, html, urls[page], article
            count += 1
        if count == limit:
            return


def _line(
    name: str,
    change: Callable[[turbohtml.Document, str], str],
    pages: list[tuple[str, str, str, Extraction]],
    scorer: Any,
    *,
    is_verbose: bool,
) -> str:
    scores: list[float] = []
    kept: dict[str, list[bool]] = {field: [] for field in FIELDS}
    for page, html, url, before in pages:
        own = " ".join([before.text, before.title or "", *before.authors])
        after = extract(change(turbohtml.parse(html), own), url=url)
        scores.append(scorer.body_score([before.text], after.text))
        lost = [] if scores[-1] >= KEPT else [f"text {scores[-1]:.2f}"]
        for field in FIELDS:
            old, new = getattr(before, field), getattr(after, field)
            if old:
                kept[field].append(_is_same(old, new))
                lost += [] if kept[field][-1] else [f"{field} {old!r} -> {new!r}"]
        if lost and is_verbose:
            print(f"{name} {page} {url}: {'; '.join(lost)}", file=sys.stderr)
    shares = " | ".join(f"{fmean(kept[field]):.3f}" for field in FIELDS)
    lost_texts = sum(score < KEPT for score in scores)
    return f"| {name} | {fmean(scores):.3f} | {lost_texts} of {len(scores)} | {shares} |"


def _is_same(old: Any, new: Any) -> bool:
    """Return whether two values are equal; of two dates, a day's difference may be the zone's."""
    if isinstance(old, str) and isinstance(new, str) and _DATE.match(old) and _DATE.match(new):
        return abs((date.fromisoformat(old[:10]) - date.fromisoformat(new[:10])).days) <= 1
    return bool(old == new)


if __name__ == "__main__":
    main()
