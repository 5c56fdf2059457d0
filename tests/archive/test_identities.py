"""Which archived post an arriving post is."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from newscrawl.archive import matching, posts, sites, sync_state
from newscrawl.archive.database import Archive
from newscrawl.archive.matching import Claim
from newscrawl.items import FEED, PAGE, Post
from newscrawl.wordpress.identity import bounded, raw_hash, stand_in_id
from tests.archive.conftest import make_arrival, make_post


def arrive(
    archive: Archive, site_id: int, *arrived: Post, gone: set[int] | None = None, run: int = 1
) -> list[Claim]:
    """Claim rows for the posts and keep them, as a walk does."""
    found = archive.call(matching.claim, site_id, run, list(arrived), gone=frozenset(gone or ()))
    kept = [
        make_arrival(claim, post, raw_hash=raw_hash(post.raw))
        for claim, post in zip(found, arrived, strict=True)
        if claim.double_of is None
    ]
    archive.call(posts.save, run, kept, ())
    return found


def unchanged_posts(archive: Archive, site_id: int, *arrived: Post, run: int = 2) -> set[int]:
    return archive.call(matching.unchanged_posts, site_id, run, list(arrived))


def test_a_post_that_comes_again_keeps_its_row(archive, site_id):
    (first,) = arrive(archive, site_id, make_post(1))
    (again,) = arrive(archive, site_id, make_post(1, title="Edited"))
    assert again.row == first.row


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://a.example", "https://a.example"),
        ("https://a.example", "http://www.a.example"),
        ("https://www.a.example", "https://a.example"),
        ("https://müller.example", "http://xn--mller-kva.example"),
    ],
)
def test_a_post_is_known_by_every_spelling_of_its_address(archive, site_id, before, after):
    def post(home: str, post_id: int) -> Post:
        return make_post(post_id, guid=f"{home}/?p=7", url=f"{home}/seven/")

    (first,) = arrive(archive, site_id, post(before, 7))
    of_feed = stand_in_id(f"{after}/?p=7", f"{after}/seven/")
    assert archive.read(matching.recognized, site_id, [post(after, of_feed)]) == {of_feed}
    (again,) = arrive(archive, site_id, post(after, 7))
    assert (again.row, again.guid) == (first.row, f"{before}/?p=7")


def test_a_row_is_new_to_the_one_post_that_it_was_made_for(archive, site_id):
    (first,) = arrive(archive, site_id, make_post(1))
    (again,) = arrive(archive, site_id, make_post(1, title="Edited"))
    both = arrive(archive, site_id, make_post(2), make_post(2, title="Edited meanwhile"))
    assert [claim.is_new for claim in (first, again, *both)] == [True, False, False, False]


def test_a_row_that_a_crash_left_empty_is_not_new(archive, site_id):
    archive.call(matching.claim, site_id, 1, [make_post(1)])
    (again,) = arrive(archive, site_id, make_post(1), run=2)
    assert not again.is_new


def test_a_key_of_any_length_finds_its_post_again(archive, site_id):
    # Random, so that no database fits it into an index by compressing it.
    letters = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9FFF), k=5_000)))
    guid = bounded(f"https://example.org/{letters}")
    post = make_post(1, guid=guid, url=f"https://example.org/{letters}/")
    (first,) = arrive(archive, site_id, post)
    (again,) = arrive(archive, site_id, replace(post, post_id=2), gone={1})
    assert again.row == first.row


def test_one_guid_on_two_different_posts_is_two_posts(archive, site_id):
    first, second = arrive(archive, site_id, make_post(1, "g"), make_post(2, "g"))
    assert first.row != second.row
    assert second.shared


def test_one_guid_with_the_same_words_is_one_post(archive, site_id):
    words = {"title": "Same", "content": "<p>Same</p>", "slug": "same"}
    first, second = arrive(archive, site_id, make_post(1, "g", **words), make_post(2, "g", **words))
    assert (first.double_of, second.double_of) == (None, 1)


def test_posts_with_empty_guids_are_distinguished_by_their_ids(archive, site_id):
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


OTHER: dict[str, Any] = {"slug": "other", "published": "2020-01-01T00:00:00Z"}


def test_a_post_that_took_the_id_of_another_stays_itself_through_edits(archive, site_id):
    (old,) = arrive(archive, site_id, make_post(1, "g"))
    (new,) = arrive(archive, site_id, make_post(1, "h", **OTHER))
    for title in ("Edited", "Edited again"):
        (again,) = arrive(archive, site_id, make_post(1, "h", title=title, **OTHER))
        assert again.row == new.row
    assert archive.call(sync_state.count_alive, site_id, "post") == 2
    (stand, place) = archive.call(sync_state.without_id, site_id, "post").popitem()
    assert (stand < 0, place) == (True, "https://example.org/1/")
    (back,) = arrive(archive, site_id, make_post(5, "g"), run=2)
    assert back.row == old.row  # it was only moved


def test_two_posts_that_take_turns_on_an_id_are_two_posts(archive, site_id):
    turns = [make_post(1, "g"), make_post(1, "h", url="https://example.org/h/", **OTHER)] * 3
    rows = [arrive(archive, site_id, post)[0].row for post in turns]
    assert len(set(rows)) == 2


def test_a_guid_that_several_posts_share_moves_with_no_post(archive, site_id):
    first, second = arrive(archive, site_id, make_post(1, "g"), make_post(2, "g"))
    (new,) = arrive(archive, site_id, make_post(9, "g", **OTHER), gone={1})
    assert new.row not in (first.row, second.row)


def test_of_two_new_posts_with_the_guid_of_a_deleted_one_neither_is_that_post(archive, site_id):
    (old,) = arrive(archive, site_id, make_post(1, "g"))
    found = arrive(archive, site_id, make_post(8, "g"), make_post(9, "g", **OTHER), gone={1})
    assert len({old.row, *(claim.row for claim in found)}) == 3


def test_the_same_words_at_another_date_are_another_post(archive, site_id):
    words = {"title": "Open thread", "content": "<p>Talk here.</p>"}
    first, second = arrive(
        archive, site_id, make_post(1, "g", **words), make_post(2, "g", **words, **OTHER)
    )
    assert (first.double_of, second.double_of) == (None, None)


def test_if_guids_are_useless_only_the_id_counts(archive, site_id):
    rows = [claim.row for claim in arrive(archive, site_id, *(make_post(n, "g") for n in (1, 2)))]
    assert not archive.call(matching.trusts_guids, site_id)
    words = {"guid": "h", "title": "Post 1", "content": "<p>Text 1</p>", **OTHER}
    found = archive.call(
        matching.claim, site_id, 2, [make_post(1, **words), make_post(3, "g")], trusts_guids=False
    )
    assert found[0].row == rows[0]
    assert found[1].row not in rows
    assert found[1].double_of is None


# --- Posts that came without the API's id, while that was closed ----------------------------------


def from_feed(guid: str, name: str, **changes: Any) -> Post:
    """A post as a feed gives it: no id, but guid, URL and date."""
    url = f"https://example.org/{name}/"
    values: dict[str, Any] = {
        "raw": {"guid": guid, "link": url, **changes},
        "source": FEED,
        "url": url,
        "slug": name,
        "published": "2026-02-01T00:00:00Z",
    }
    return make_post(stand_in_id(guid, url), guid, **{**values, **changes})


def from_api(post_id: int, guid: str, name: str, **changes: Any) -> Post:
    url, published = f"https://example.org/{name}/", "2026-02-01T00:00:00Z"
    values: dict[str, Any] = {"url": url, "slug": name, "published": published, **changes}
    return make_post(post_id, guid, **values)


@pytest.mark.parametrize(
    "later",
    [
        from_api(7, "g", "a"),
        from_api(7, "g", "renamed"),
        from_api(7, "g", "a", published="2026-03-01T00:00:00Z"),
        from_api(7, "g", "renamed", published="2026-03-01T00:00:00Z"),
        from_api(7, "rewritten", "a"),
        from_api(7, "", "a", published=None),
    ],
)
def test_a_post_of_a_feed_is_the_same_post_of_the_api(archive, site_id, later):
    (closed,) = arrive(archive, site_id, from_feed("g", "a"))
    (open_again,) = arrive(archive, site_id, later, run=2)
    assert open_again.row == closed.row
    (known,) = arrive(archive, site_id, from_api(7, later.guid, "moved", title="New"), run=3)
    assert known.row == closed.row  # it has its id from now on


@pytest.mark.parametrize(
    "later",
    [
        from_api(7, "other", "b"),
        from_api(7, "other", "a", published="2020-01-01T00:00:00Z"),
        from_api(7, "", "b"),
    ],
)
def test_another_post_of_the_api_is_not_a_post_of_the_feed(archive, site_id, later):
    (closed,) = arrive(archive, site_id, from_feed("g", "a"))
    (other,) = arrive(archive, site_id, later, run=2)
    assert other.row != closed.row


def test_posts_without_ids_do_not_collide(archive, site_id):
    arrived = [from_feed("", "a"), from_feed("", "b"), from_feed("g", "c"), from_feed("g", "d")]
    found = arrive(archive, site_id, *arrived)
    assert len({claim.row for claim in found}) == 4
    again = arrive(archive, site_id, *arrived, run=2)
    assert [claim.row for claim in again] == [claim.row for claim in found]


def test_posts_that_share_a_guid_stay_apart_once_their_ids_are_known(archive, site_id):
    one, other = {"published": "2026-01-01T00:00:00Z"}, {"published": "2026-01-02T00:00:00Z"}
    closed = from_feed("g", "a", **one), from_feed("g", "b", **other)
    told = from_api(8, "g", "b", **other), from_api(7, "g", "a", **one)
    rows = [claim.row for claim in arrive(archive, site_id, *closed)]
    assert [claim.row for claim in arrive(archive, site_id, *told, run=2)] == rows[::-1]


def test_an_edited_url_in_a_feed_is_the_same_post(archive, site_id):
    (first,) = arrive(archive, site_id, from_feed("g", "a"))
    (again,) = arrive(archive, site_id, from_feed("g", "b"), run=2)
    assert again.row == first.row


def test_data_of_the_api_is_not_replaced_by_a_feed(archive, site_id):
    arrive(archive, site_id, from_api(7, "g", "a"))
    arrived = [from_feed("g", "a", title="Other"), from_feed("h", "b")]
    assert unchanged_posts(archive, site_id, *arrived) == {arrived[0].post_id}


def test_a_post_of_a_feed_is_read_again_after_a_change(archive, site_id):
    post = from_feed("g", "a")
    arrive(archive, site_id, post)
    assert unchanged_posts(archive, site_id, post) == {post.post_id}
    assert unchanged_posts(archive, site_id, from_feed("g", "a", title="Edited"), run=3) == set()


def test_a_post_that_this_run_has_found_is_familiar_at_any_address(archive, site_id):
    arrive(archive, site_id, from_api(7, "", "a", source=PAGE))
    assert unchanged_posts(archive, site_id, from_api(7, "", "b", source=PAGE), run=1) == {7}


def test_a_deleted_post_that_a_feed_shows_again_keeps_its_id(archive, site_id):
    (first,) = arrive(archive, site_id, from_api(7, "g", "a"))
    archive.call(sync_state.mark_deleted, site_id, {7})
    back = from_feed("g", "a")
    assert unchanged_posts(archive, site_id, back) == set()
    (claim,) = arrive(archive, site_id, back, run=2)
    (ready,) = archive.call(posts.take_ready, site_id, 10)
    assert (claim.row, ready.post_id, ready.guid, ready.deleted) == (first.row, 7, "g", False)


def test_a_page_with_its_id_is_the_same_post_in_feed_and_api(archive, site_id):
    page = from_api(7, "", "a", source=PAGE, published=None)
    (first,) = arrive(archive, site_id, page)
    (listed,) = arrive(archive, site_id, from_feed("g", "a"), run=2)
    (told,) = arrive(archive, site_id, from_api(7, "g", "a"), run=3)
    assert first.row == listed.row == told.row


def editions(archive: Archive) -> tuple[int, int]:
    """The rows of two REST roots of one host."""
    keys = ("example.org", "example.org/en")
    first, second = (archive.call(sites.enter, key, f"https://{key}/", {}).id for key in keys)
    return first, second


def test_a_post_that_two_rest_roots_list_under_one_link_is_one_post(archive):
    root, english = editions(archive)
    arrive(archive, root, make_post(1))
    (again,) = arrive(archive, english, make_post(1))
    assert again.double_of == 1


def test_the_same_id_with_another_link_is_a_language_edition(archive):
    root, english = editions(archive)
    arrive(archive, root, make_post(1))
    (edition,) = arrive(archive, english, make_post(1, url="https://example.org/en/1/"))
    assert edition.double_of is None


def test_a_site_of_another_host_is_no_edition(archive, site_id):
    other = archive.call(sites.enter, "example.org.uk/en", "https://example.org.uk/en/", {}).id
    arrive(archive, site_id, make_post(1))
    (post,) = arrive(archive, other, make_post(1))
    assert post.double_of is None
