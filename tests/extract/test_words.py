"""Words are counted and letters compared alike, whatever signs and scripts a text has."""

import pytest

from newscrawl.extract.words import letters_of, word_count, words_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("- ' -", 0),
        ("a-b-c d'e'f", 2),
        ("a--b c- -d", 4),
        ("l’eau “d’ici” – déjà…", 3),
        ("50 €, ½ price", 3),
        ("Łódź leży w Polsce", 4),
        ("日本 and Łódź", 4),
    ],
)
def test_words_of_any_script_are_counted(text: str, count: int) -> None:
    assert (word_count(text), len(words_of(text))) == (count, count)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("It's_2 “Ménage”…", "its2ménage"),
        ("Straße № 5", "strasse5"),
        ("Łódź, 日本!", "łódź日本"),
        ("— …", ""),
    ],
)
def test_letters_are_found_in_any_script(text: str, letters: str) -> None:
    assert letters_of(text) == letters
