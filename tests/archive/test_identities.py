"""Which archived post an arriving post is."""

from newscrawl.archive import posts
from newscrawl.archive.posts import Arrival, Claim
from newscrawl.archive.store import Archive
from newscrawl.items import Post
from tests.archive.conftest import make_post


def arrive(
    archive: Archive, site_id: int, *arrived: Post, gone: set[int] | None = None
) -> list[Claim]:
    """Claim rows for the posts and keep them, as a walk does."""
    claims = archive.call(posts.claim, site_id, 1, list(arrived), gone=frozenset(gone or ()))
    kept = [
        Arrival(row=claim.row, post=post, raw_hash=b"", article_id=None)
        for claim, post in zip(claims, arrived, strict=True)
        if claim.double_of is None
    ]
    archive.call(posts.save, 1, kept, ())
    return claims


def test_a_post_that_comes_again_keeps_its_row(archive, site_id):
    (first,) = arrive(archive, site_id, make_post(1))
    (again,) = arrive(archive, site_id, make_post(1, title="Edited"))
    assert again.row == first.row


def test_one_guid_on_two_different_posts_is_two_posts(archive, site_id):
    first, second = arrive(archive, site_id, make_post(1, "g"), make_post(2, "g"))
    assert first.row != second.row
    assert second.shared


def test_one_guid_with_the_same_words_is_one_post(archive, site_id):
    words = {"title": "Same", "content": "<p>Same</p>"}
    first, second = arrive(archive, site_id, make_post(1, "g", **words), make_post(2, "g", **words))
    assert (first.double_of, second.double_of) == (None, 1)


def test_empty_guids_are_told_apart_by_their_ids(archive, site_id):
    first, second = arrive(archive, site_id, make_post(1, ""), make_post(2, ""))
    assert first.row != second.row
    assert not second.shared


def test_a_guid_under_a_new_id_is_the_same_post_once_the_old_id_is_gone(archive, site_id):
    (old,) = arrive(archive, site_id, make_post(1, "g"))
    (moved,) = arrive(archive, site_id, make_post(9, "g"), gone={1})
    assert moved == Claim(row=old.row)


def test_a_known_id_with_nothing_else_in_common_is_a_new_post(archive, site_id):
    (old,) = arrive(archive, site_id, make_post(1, "g"))
    (new,) = arrive(
        archive, site_id, make_post(1, "h", slug="other", published="2020-01-01T00:00:00Z")
    )
    assert new.row != old.row


def test_a_known_id_whose_guid_was_rewritten_is_the_same_post(archive, site_id):
    (old,) = arrive(archive, site_id, make_post(1, "http://staging.example.org/?p=1"))
    (new,) = arrive(archive, site_id, make_post(1, "https://example.org/?p=1"))
    assert new.row == old.row
