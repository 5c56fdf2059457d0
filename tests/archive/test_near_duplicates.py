"""One story in many texts has one name; nothing that joins or leaves it makes a new line."""

import pytest
from sqlalchemy import select

from newscrawl.archive import articles, near_duplicates
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import text_keys, texts
from newscrawl.extract.fingerprint import KEYS, packed_signature
from tests.extract.test_fingerprint import OTHER, WIRE


def signed(text: str) -> bytes | None:
    return packed_signature(text)


class Stories:
    """Articles by their ids, each with a text."""

    def __init__(self, archive: Archive, ids: list[int]) -> None:
        self.archive = archive
        self.ids = ids

    def sign(self, number: int, text: str) -> None:
        self.archive.call(near_duplicates.sign, "article_id", {self.ids[number]: signed(text)})

    def names(self) -> list[str]:
        """Return the names of the stories of all texts, in the order of the articles."""
        found = select(texts.c.story).order_by(texts.c.article_id)
        return list(self.archive.call(lambda c: c.execute(found).scalars().all()))


@pytest.fixture
def told(archive, site_id) -> Stories:
    wanted = [articles.WantedArticle(key=key, link=key, host="news.test") for key in "abcd"]
    return Stories(archive, list(archive.call(articles.enqueue, site_id, wanted).values()))


def test_the_same_wire_text_is_one_story_and_another_report_is_not(told):
    told.sign(0, WIRE)
    told.sign(1, OTHER)
    told.sign(2, f"{WIRE} Reporting by Ann Example; editing by Bob Sample.")
    first, other, again = told.names()
    assert first == again != other


def test_a_text_that_is_too_short_is_of_no_story(told):
    told.sign(0, "Rain tomorrow.")
    assert told.names() == []


def test_an_edit_keeps_the_name(told):
    told.sign(0, WIRE)
    before = told.names()
    told.sign(0, WIRE.replace("Forty vessels", "Fifty vessels"))
    assert told.names() == before


def test_a_story_of_one_text_keeps_its_name_if_the_text_changes(told):
    told.sign(0, WIRE)
    before = told.names()
    told.sign(0, OTHER)
    assert told.names() == before


def test_a_text_that_leaves_its_story_gets_a_name_of_its_own(told):
    told.sign(0, WIRE)
    told.sign(1, WIRE)
    told.sign(0, OTHER)
    left, stayed = told.names()
    assert left != stayed


def test_a_text_that_joins_two_stories_gives_both_the_older_name(told):
    first, second = WIRE, OTHER
    told.sign(0, first)
    told.sign(1, second)
    older = told.names()[0]
    told.sign(2, f"{first}\n\n{second}")
    assert told.names() == [older] * 3


def test_a_removed_text_leaves_no_keys(told):
    told.sign(0, WIRE)
    told.sign(0, "Withdrawn.")
    rows = told.archive.call(lambda c: c.execute(select(text_keys)).all())
    assert (told.names(), rows) == ([], [])


def test_a_form_that_many_share_is_looked_up_no_further(archive, told, monkeypatch):
    monkeypatch.setattr(near_duplicates, "MAX_HOLDERS", 1)
    for number in range(4):
        told.sign(number, WIRE)
    assert len(set(told.names())) == 1
    rows = archive.call(lambda c: c.execute(select(text_keys)).all())
    assert len(rows) == 4 * KEYS
