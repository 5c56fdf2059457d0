"""The tables of phrases: each line is valid, and matches its phrases."""

import re
from pathlib import Path

import pytest

from newscrawl import extract
from newscrawl.extract.content import phrases
from newscrawl.extract.words import alternatives

TABLES = [
    (path.name, table, kind, expression)
    for path in sorted(Path(extract.__file__).parent.rglob("*.toml"))
    if path.name in {"person_names.toml", "phrases.toml", "walls.toml"}
    for table, kinds in alternatives(str(path)).items()
    for kind, expression in kinds.items()
]


@pytest.mark.parametrize(("file", "table", "kind", "expression"), TABLES)
def test_each_row_of_a_table_is_an_expression_that_needs_a_word(file, table, kind, expression):
    assert not re.search(expression, "", re.IGNORECASE)
    assert not re.search(expression, "\u2603 \u2603", re.IGNORECASE)


@pytest.mark.parametrize(("file", "table", "kind", "expression"), TABLES)
def test_no_row_can_take_long_for_it_repeats_without_a_limit(file, table, kind, expression):
    if file != "person_names.toml":  # names are short
        assert not re.search(r"(?<!\\)[.)\]][*+]", expression)


@pytest.mark.parametrize(
    "line",
    ["Advertisement", "ANZEIGE", "Publicité", "広告", "إعلان", "Реклама", "Read more", "· Share ·",
     "Lesen Sie auch", "Lire aussi", "Lea también", "Leggi anche", "Baca juga", "Читайте также",
     "関連記事", "相关阅读", "12 Comments", "skip past newsletter promotion", "More Great Stories"],
)  # fmt: skip
def test_labels_are_known(line):
    assert phrases.is_label(line)


@pytest.mark.parametrize(
    "line",
    ["Sign up for the Morning Tide", "Sign up for a weekly newsletter", "Subscribe to read on",
     "Our Standards: The Principles", "Jetzt weiterlesen mit Abo",
     "Abonnez-vous dès 1 €", "Suscríbete a nuestro boletín", "Подпишитесь на наш канал",
     "無断転載を禁じます", "版权所有 江城日报社", "تابعونا على فيسبوك", "5 min read",
     "© 2026 Example Times", "We use cookies to improve this site."],
)  # fmt: skip
def test_lines_about_the_site_are_furniture(line):
    assert phrases.is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["Signs of spring were seen in March.", "More rain is on its way.",
     "Print is not dead, she said.",
     "Closing the gates took an hour.", "Anzeigen gegen den Bürgermeister wurden geprüft.",
     "Subscribers of the gas company will pay more.", "Sharing is caring, as they say.",
     "Read, watch and listen: what she did all winter.",
     "“What do you think? Nobody has asked us,” she said.",
     "The article was published in a journal of medicine on Monday.",
     "Download the app and hold the phone over the card.", "(c) what the applicant has to show.",
     "Sign up for a free account, then choose the second plan.",
     "Melden Sie sich bei der Polizei, wenn Sie etwas gesehen haben.",
     "Recibe el premio en mayo, con su madre.", "اشترك الفريق في البطولة",
     "未经授权的车辆进入了大桥。",
     "Siga o dinheiro, disse ela.", "Damage was reported from three villages.",
     "Two reporters were there; she contributed to the second goal."],
)  # fmt: skip
def test_sentences_that_begin_like_phrases_are_not_phrases(line):
    assert not phrases.is_label(line)
    assert not phrases.is_furniture(line)
    assert not phrases.is_credit(line)


@pytest.mark.parametrize(
    "line",
    ["Also read: the other river", "Mehr zum Thema Hochwasser", "À lire aussi : la carte",
     "延伸阅读：石桥", "→ The map of all walls", ">> All about it"],
)  # fmt: skip
def test_teasers_are_known_by_their_beginning(line):
    assert phrases.is_teaser(line)


@pytest.mark.parametrize(
    "line",
    ["The wall. Photo: Ann Example/AFP", "Die Mauer. Foto: Anna Beispiel/dpa",
     "The wall © Ann Example",
     "The wall (Image: Ann Example)", "重新开放的石桥。李四 摄", "Стена. Фото: Иван Петров",
     "A wall (AFP / ANN EXAMPLE)", "A wall in May (Ann Example/Getty Images)",
     "A wall in May. Ann Example via Getty Images", "石の橋＝写真：山田太郎"],
)  # fmt: skip
def test_captions_are_known_by_their_end(line):
    assert phrases.is_caption(line)


@pytest.mark.parametrize(
    "line",
    ["Photo albums sell well.", "The photo: it shows the wall. It is old. So what.",
     "She took the photo in May.", "Das sagte der Minister am Montag. (dpa/lno)",
     "x" * 300 + " Photo: Ann"],
)  # fmt: skip
def test_sentences_about_pictures_are_no_captions(line):
    assert not phrases.is_caption(line)
