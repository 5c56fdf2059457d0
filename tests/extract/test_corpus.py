"""Recorded pages of many publishers: extraction is as good as it was measured to be."""

from pathlib import Path

import pytest

from benchmarks.articles import Scores, by_newscrawl, score


@pytest.fixture(scope="module")
def scores(corpus: Path) -> Scores:
    return score(by_newscrawl, corpus)


def test_bodies_are_exact(scores):
    assert scores.f1 >= 0.975
    assert sum(min(pair) < 0.5 for pair in zip(scores.precision, scores.recall, strict=True)) == 0


def test_titles_are_the_editors_own(scores):
    assert sum(scores.title) / len(scores.title) >= 0.92


def test_authors_are_named(scores):
    assert sum(scores.authors) / len(scores.authors) >= 0.95


def test_dates_are_right_but_for_two_at_most(scores):
    assert len(scores.published) - sum(scores.published) <= 2
