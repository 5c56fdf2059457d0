"""One story is known again, however it was edited; two are never taken for one."""

from functools import reduce
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.extract.fingerprint import (
    _FACTOR,
    KEYS,
    MARKS,
    MIN_SHINGLES,
    Signature,
    Sketch,
    _words,
    is_same_story,
    signature,
)

WIRE = """ASHBY, Jan 10 (Reuters) - Ships began to leave the port of Ashby on Saturday, three days
after a storm had closed the harbour and torn a crane from its rails, its operator said.

Forty vessels were waiting outside the breakwater at noon, among them two tankers and a ferry with
nobody on board. The harbour master, Dora Quay, expects the queue to be gone by Tuesday evening.

"We have seen worse, but never in January," she said, and pointed to the mark that the water left
on the wall of the customs house in 1953.

Insurers put the damage at 40 million pounds and warned that the figure may still rise. The eastern
quay, where the crane fell, will stay closed until divers have looked at its foundations.

Traffic on the coastal railway resumes on Monday, according to its operator, which had to replace
two miles of track. Buses carry passengers between Ashby and Lower Marsh until then.

The weather service expects calmer days for the rest of the month, with snow on higher ground."""

OTHER = """Asked what the storm had cost the town, the mayor of Ashby counted on his fingers: a
crane, two miles of railway, and the patience of forty crews who had been lying off the coast
since the middle of the week. Insurers speak of 40 million pounds. Ships have been leaving again
since Saturday, but the eastern quay is shut, and nobody can say for how long. In the customs
house, where a brass line recalls the flood of 1953, the carpets are hung out to dry. The trains
will run again on Monday, buses stand in for them until then, and Dora Quay, who runs the
harbour, hopes to be done with the queue on Tuesday. What people here talk about most is none of
that: it is the ferry, which rode out three nights with nobody on board and came in without a
scratch."""

JAPANESE = """滋賀県の湖畔にある小さな町で四日、約百年ぶりに渡し船の運航が始まった。
対岸まではおよそ十五分で、初日は朝から大勢の住民が列を作った。
船は地元の造船所が三年かけて建造した木造船で、定員は二十人。
町は観光だけでなく、通学や買い物の足としても利用してもらいたい考えだ。
運賃は大人三百円、子ども百五十円。冬の間は減便する。"""

RESULTS = (
    "{0} said on {1} that its profit for the third quarter rose to {2} million dollars from {3}"
    " million a year ago. Revenue at {0} came to {4} million dollars, more than the {5} million"
    " that analysts had expected. Shares of {0} closed at {6} dollars in New York on {1}. The"
    " company, which is based in {7}, has {8} employees. For the year, {0} expects a profit of {9}"
    " dollars a share. Its shares have gained {10} percent since January."
)


def sign(text: str) -> Signature:
    found = signature(text)
    assert found is not None
    return found


def same(one: str, other: str) -> bool:
    sketches = sign(one).sketch(), sign(other).sketch()
    assert is_same_story(*sketches) == is_same_story(*sketches[::-1])
    return is_same_story(*sketches)


PARAGRAPHS = WIRE.split("\n\n")


@pytest.mark.parametrize(
    ("name", "edited"),
    [
        ("nothing", WIRE),
        ("other breaks and signs", WIRE.replace("\n", " ").replace('"', "“").replace(",", " ,")),
        ("capitals", WIRE.upper()),
        ("a typographer's signs", WIRE.replace(", ", "\u2009\u2013\u2009").replace('"', "\u201d")),
        ("without its dateline", WIRE.partition(" - ")[2]),
        ("a title and a byline", f"Port reopens\nBy Ann Example\n{WIRE}\n(Editing by Bob Sample)"),
        ("a word here and there", WIRE.replace("Saturday", "Sunday").replace("pounds", "euros")),
        ("a paragraph more", f"{WIRE}\n\n{OTHER[:200]}"),
        ("a paragraph less", "\n\n".join(PARAGRAPHS[:2] + PARAGRAPHS[3:])),
        ("the first half", "\n\n".join(PARAGRAPHS[:3])),
        ("paragraphs in another order", "\n\n".join(reversed(PARAGRAPHS))),
    ],
)
def test_an_edited_text_is_the_same_story(name, edited):
    assert same(WIRE, edited)
    assert set(sign(WIRE).keys) & set(sign(edited).keys)


def test_scripts_without_spaces_are_as_good():
    assert same(JAPANESE, JAPANESE.replace("四日", "五日").replace("三百円", "四百円"))
    assert not same(JAPANESE, JAPANESE[::-1])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("the same news in own words", OTHER),
        ("one sentence in common", f"{OTHER} {PARAGRAPHS[2]}"),
        ("another language", JAPANESE),
    ],
)
def test_another_text_is_another_story(name, text):
    assert not same(WIRE, text)


def test_one_form_filled_in_twice_makes_two_stories():
    first = RESULTS.format("Acme", "Monday", 12, 9, 310, 300, 14, "Ashby", 900, 2, 11)
    second = RESULTS.format("Globex", "Friday", 45, 51, 812, 790, 88, "Marsh", 4000, 5, 3)
    assert not same(first, second)


def test_a_short_notice_within_a_long_text_does_not_make_them_one():
    notice = "\n\n".join(PARAGRAPHS[:2])
    long = f"{notice}\n\n{OTHER}\n\n" + " ".join(f"{word} again" for word in OTHER.split()) * 3
    assert not same(notice, long)


@pytest.mark.parametrize("text", ["", "Rain.", PARAGRAPHS[2], "雨" * 12, "word " * 500])
def test_a_text_that_is_too_short_has_no_signature(text):
    assert signature(text) is None


def test_a_signature_is_small_and_travels():
    found = sign(WIRE)
    assert len(found.marks) == MARKS
    assert len(found.keys) == KEYS
    assert all(0 <= mark < 2**63 for mark in found.marks)
    assert Signature.unpack(found.pack()) == found


def test_a_sketch_has_half_the_bytes_of_its_signature():
    found = sign(WIRE)
    assert len(found.sketch().pack()) <= len(found.pack()) / 2
    assert Sketch.unpack(found.sketch().pack()) == found.sketch()


def test_a_signature_that_an_earlier_version_kept_is_read_as_its_sketch():
    found = sign(WIRE)
    assert Sketch.unpack(found.pack()) == found.sketch()


def test_the_smallest_signature_has_more_bytes_than_the_largest_sketch():
    smallest = Signature(MIN_SHINGLES, tuple(range(MIN_SHINGLES)))
    assert Sketch.unpack(smallest.pack()) == smallest.sketch()


def test_each_key_of_a_signature_is_in_one_span_of_its_sketch():
    found = sign(WIRE)
    spans = found.sketch().key_spans()
    assert [least <= key <= most for key, (least, most) in zip(found.keys, spans, strict=True)] == [
        True
    ] * KEYS


@pytest.mark.parametrize(("word", "length"), [("w{} ", 5), ("\u4e00{}", 10)])
def test_the_marks_are_the_smallest_hashes_of_all_runs_of_words(word, length):
    text = "".join(word.format(chr(0x4E00 + n) if length == 10 else n) for n in range(400))
    words, _ = _words(text)
    runs = [words[n : n + length] for n in range(len(words) - length + 1)]
    hashes = {reduce(lambda done, word: (done + crc32(word)) * _FACTOR, run, 0) for run in runs}
    assert sign(text).marks == tuple(sorted(done % 2**64 >> 1 for done in hashes)[:MARKS])


def test_a_signature_stays_the_same_from_release_to_release():
    assert sign(WIRE).marks[0] == 9_123_247_421_710_065  # archives hold it


@given(st.text(max_size=2_000))
def test_no_text_breaks_the_signature(text):
    found = signature(text)
    assert found is None or is_same_story(found.sketch(), found.sketch())
