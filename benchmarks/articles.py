"""The quality of extraction: bodies, titles, authors and dates of recorded pages, and CPU time.

    NEWSCRAWL_CORPUS=FOLDER uv run python -m benchmarks.articles

Prints a line for this project and one for trafilatura with its metadata, on the pages of the
corpus' folder ``articles``: ``gold.jsonl`` has the truth, ``ID.html.gz`` each page. Then the links
chosen in recorded posts, and whether each target is met.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.links import Links, score_links

SHINGLE = 4
"""Words of a shingle, by which bodies are compared."""

_DENSE = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f])")

Extract = Callable[[str, str], dict[str, Any]]
"""Returns text, title, authors and published of a page, given its HTML and URL."""


@dataclass(slots=True)
class Scores:
    """Shares from 0 to 1, one for each page whose true value of the field is known."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    title: list[float] = field(default_factory=list)
    authors: list[float] = field(default_factory=list)
    published: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """The bodies' F1: of the mean precision and recall."""
        precision, recall = fmean(self.precision), fmean(self.recall)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def __str__(self) -> str:
        parts = {
            "F1": self.f1,
            "precision": fmean(self.precision),
            "recall": fmean(self.recall),
            "title": fmean(self.title),
            "authors": fmean(self.authors),
            "date": fmean(self.published),
        }
        figures = "  ".join(f"{name} {value:.3f}" for name, value in parts.items())
        return f"{figures}  CPU {fmean(self.cpu_seconds) * 1000:.1f} ms a page"


def pages(corpus: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the truth and the HTML of each page."""
    folder = corpus / "articles"
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        yield truth, gzip.decompress((folder / f"{truth['id']}.html.gz").read_bytes()).decode()


def score(extract: Extract, corpus: Path) -> Scores:
    """Return the scores of an extractor."""
    scores = Scores()
    for truth, html in pages(corpus):
        start = time.process_time()
        found = extract(html, truth["url"])
        scores.cpu_seconds.append(time.process_time() - start)
        _add_body(scores, truth["texts"], found["text"] or "")
        if truth["title"]:
            scores.title.append(_bare(found["title"]) == _bare(truth["title"]))
        if truth["authors"]:
            scores.authors.append(_overlap(truth["authors"], found["authors"] or []))
        if truth["date"]:
            scores.published.append((found["published"] or "")[:10] == truth["date"])
    return scores


def by_newscrawl(html: str, url: str) -> dict[str, Any]:
    """Extract with this project."""
    from newscrawl.extract import extract

    found = extract(html, url=url)
    return {name: getattr(found, name) for name in ("text", "title", "authors", "published")}


def by_trafilatura(html: str, url: str) -> dict[str, Any]:
    """Extract with trafilatura, its metadata included."""
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, with_metadata=True)
    values = found if isinstance(found, dict) else found.as_dict() if found else {}
    return {
        "text": values.get("text"),
        "title": values.get("title"),
        "authors": (values.get("author") or "").split("; "),
        "published": values.get("date"),
    }


def _add_body(scores: Scores, accepted: Iterable[str], text: str) -> None:
    """Add precision and recall against the most similar of the accepted bodies."""
    found = _shingles(text)
    best = (0.0, 0.0, 0.0)
    for body in accepted:
        truth = _shingles(body)
        shared = (truth & found).total()
        precision = shared / found.total() if found else 0.0
        recall = shared / truth.total() if truth else 0.0
        best = max(best, (precision * recall, precision, recall))
    scores.precision.append(best[1])
    scores.recall.append(best[2])


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", _DENSE.sub(r" \1 ", text))
    starts = range(max(1, len(words) - SHINGLE + 1)) if words else range(0)
    return Counter(tuple(words[i : i + SHINGLE]) for i in starts)


def _overlap(truth: Iterable[str], found: Iterable[str]) -> float:
    wanted, got = ({_bare(name) for name in names} - {""} for names in (truth, found))
    return 2 * len(wanted & got) / (len(wanted) + len(got))


def _bare(text: str | None) -> str:
    return re.sub(r"[\W_]+", " ", text or "").casefold().strip()


def targets(ours: Scores, theirs: Scores, links: Links) -> list[tuple[str, float, bool]]:
    """Return each target in words, with the figure, and whether it is met."""
    wrong_dates = len(ours.published) - sum(ours.published)
    cpu = fmean(ours.cpu_seconds) / fmean(theirs.cpu_seconds)
    title, authors = fmean(ours.title), fmean(ours.authors)
    return [
        ("F1 at least 0.970", ours.f1, ours.f1 >= 0.970),
        ("titles at least 0.87", title, title >= 0.87),
        ("authors at least 0.92", authors, authors >= 0.92),
        ("wrong dates at most 2", wrong_dates, wrong_dates <= 2),
        ("CPU at most 0.2 of trafilatura's", cpu, cpu <= 0.2),
        ("slowest page at most 5 s", max(ours.cpu_seconds), max(ours.cpu_seconds) <= 5),
        ("wrong links at most 1", len(links.wrong), len(links.wrong) <= 1),
        ("recall of links at least 0.93", links.recall, links.recall >= 0.93),
    ]


def main() -> None:
    """Print the scores of both extractors on the same pages, those of links, and the targets."""
    folder = os.environ.get("NEWSCRAWL_CORPUS")
    if not folder:
        raise SystemExit("NEWSCRAWL_CORPUS is unset: it names the folder of recorded pages")
    corpus = Path(folder)
    ours, theirs = score(by_newscrawl, corpus), score(by_trafilatura, corpus)
    links = score_links(corpus)
    print(f"newscrawl   {ours}", f"trafilatura {theirs}", str(links), "", sep="\n")
    for words, figure, is_met in targets(ours, theirs, links):
        print(f"{words:34}{figure:7.3f}  {'met' if is_met else 'MISSED'}")


if __name__ == "__main__":
    main()
