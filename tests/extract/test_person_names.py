"""Names out of bylines: of people first, as they write them in many languages."""

import pytest

from newscrawl.extract.person_names import MAX_NAMES, is_byline, is_person, names_in

ANN_AND_BOB = ["Ann Example", "Bob B. Example"]


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Example and Bob B. Example", ANN_AND_BOB),
        ("Words by Ann Example & Bob B. Example", ANN_AND_BOB),
        ("Ann Example, Bob B. Example", ANN_AND_BOB),
        ("By ANN EXAMPLE and BOB EXAMPLE, Associated Press", ["ANN EXAMPLE", "BOB EXAMPLE"]),
        ("By Ann Example, Staff Writer", ["Ann Example"]),
        ("Ann Example Staff Writer", ["Ann Example"]),
        ("Ann Example, AP Auto Writer", ["Ann Example"]),
        ("Ann Example | Example Times", ["Ann Example"]),
        ("Ann Example/AFP", ["Ann Example"]),
        ("Ann Example, New York", ["Ann Example"]),
        ("Ann Example in London and Bob B. Example", ANN_AND_BOB),
        ("Ann Example for the Example Times", ["Ann Example"]),
        ("Ann Example is a reporter at the Example Times", ["Ann Example"]),
        ("Posted by Ann Example on 12 May 2023", ["Ann Example"]),
        ("Ann Example Updated: 12 May 2023", ["Ann Example"]),
        ("Ann Example November 12, 2023", ["Ann Example"]),
        ("Ann Example (she/her)", ["Ann Example"]),
        ("An&shy;na Bei\xadspiel", ["Anna Beispiel"]),
        ("ann@example.org (Ann Example)", ["Ann Example"]),
        ("Ann Example &amp; Bob B. Example", ANN_AND_BOB),
        ("Ann-Marie O'Neill", ["Ann-Marie O'Neill"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("Von Anna Beispiel und Bert Muster", ["Anna Beispiel", "Bert Muster"]),
        ("Von Anna Beispiel, Berlin", ["Anna Beispiel"]),
        ("Von unserer Redakteurin Anna Beispiel", ["Anna Beispiel"]),
        ("Dan Example", ["Dan Example"]),
        ("Ann Example and Dan Example", ["Ann Example", "Dan Example"]),
        ("Ann Example, Vice President, Example Cloud", ["Ann Example"]),
        ("Ann Example, Research Scientist, and Bob B. Example, VP, Example Maps", ANN_AND_BOB),
        ("Brian Leiter", ["Brian Leiter"]),
        ("Ann Example (Text) und Bert Muster (Bilder)", ["Ann Example"]),
        ("Video by Ann Example and Bob B. Example", []),
        ("Ministerium für Handel und Arbeit", ["Ministerium für Handel und Arbeit"]),
        ("Piše: Marija Babić", ["Marija Babić"]),
        ("文・田中花子", ["田中花子"]),
        ("责任编辑：李四", []),
        ("Text: Anna Beispiel", ["Anna Beispiel"]),
        ("Text: Anna Beispiel; Fotos: Bert Muster", ["Anna Beispiel"]),
        ("Ann Example / Example Service", ["Ann Example"]),
        ("Ann Example on", ["Ann Example"]),
        ("Bob Example Jr.", ["Bob Example Jr."]),
        ("Par Jeanne Exemple (à Lyon) avec AFP", ["Jeanne Exemple"]),
        ("Por María López y Juan Pérez", ["María López", "Juan Pérez"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Di Mario Rossi, inviato a Roma", ["Mario Rossi"]),
        ("Írta: Kovács János – 2023.05.12.", ["Kovács János"]),
        ("oleh Budi Santoso", ["Budi Santoso"]),
        ("Yazan: Ayşe Örnek", ["Ayşe Örnek"]),
        ("Автор: Иван Петров, корреспондент", ["Иван Петров"]),
        ("Иван Петров и Анна Сидорова", ["Иван Петров", "Анна Сидорова"]),
        ("بقلم: أحمد محمد", ["أحمد محمد"]),
        ("作者：张三", ["张三"]),
        ("记者张三、李四", ["张三", "李四"]),
        ("【記者王小明／台北報導】", ["王小明"]),
        ("山田太郎記者", ["山田太郎"]),
        ("홍길동 기자", ["홍길동"]),
        ("Nguyễn Văn A", ["Nguyễn Văn A"]),
        ("रवि कुमार", ["रवि कुमार"]),
        ("Politik · Anna Beispiel, Bert Muster", ["Anna Beispiel", "Bert Muster"]),
        ("Robert (Bob) Example", ["Robert Example"]),
        ("By Guest Writer Ann Example", ["Ann Example"]),
        ("Opinion by Ann Example", ["Ann Example"]),
        ("Words: Ann Example", ["Ann Example"]),
        ("<a href='/ann'>Ann Example</a>", ["Ann Example"]),
        ("Gastkommentar von Anna Beispiel und Bert Muster", ["Anna Beispiel", "Bert Muster"]),
        ("Pubblicato da Anna Esempio il 2 maggio 2024", ["Anna Esempio"]),
        ("Ein Kommentar von Anna Beispiel", ["Anna Beispiel"]),
        ("ANN EXAMPLE AP Sports Writer", ["ANN EXAMPLE"]),
        ("By Ann Example. Additional reporting by Bob Sample", ["Ann Example"]),
        ("Ann Example Text size A A", ["Ann Example"]),
        ("Door onze redacteur Anna Voorbeeld", ["Anna Voorbeeld"]),
        ("Skriven av Anna Exempel", ["Anna Exempel"]),
        ("Napisane przez Anna Przykład", ["Anna Przykład"]),
        ("Написано автором Анна Примерова", ["Анна Примерова"]),
        ("Szerző: Példa Anna", ["Példa Anna"]),
        ("Penulis: Ani Contoh | Editor: Budi Misal", ["Ani Contoh"]),
        ("Yazar: Ayşe Örnek", ["Ayşe Örnek"]),
        ("Tác giả: Nguyễn Văn A", ["Nguyễn Văn A"]),
        ("Γράφει η Άννα Παράδειγμα", ["Άννα Παράδειγμα"]),
        ("מאת: ענת דוגמה", ["ענת דוגמה"]),
        ("نویسنده: علی مثال", ["علی مثال"]),
        ("लेखक: अमित उदाहरण", ["अमित उदाहरण"]),
        ("โดย สมชาย ตัวอย่าง", ["สมชาย ตัวอย่าง"]),
        ("记者 王小明 报道", ["王小明"]),
    ],
)
def test_a_byline_gives_the_names_in_it(byline, names):
    assert names_in(byline) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Example Times", ["Example Times"]),
        ("BR24 Redaktion", ["BR24 Redaktion"]),
        ("Por Redacción", ["Redacción"]),
        ("Agence France-Presse", ["Agence France-Presse"]),
    ],
)
def test_if_no_person_is_named_the_house_is_the_author(byline, names):
    assert names_in(byline) == names


@pytest.mark.parametrize(
    "byline",
    ["", " , ; ", "https://example.org/author/ann", "www.example.org", "@annexample", "/authors/1",
     "12 May 2023", "x" * 500, "<>", "\0"],
)  # fmt: skip
def test_addresses_numbers_and_nothing_are_no_names(byline):
    assert names_in(byline) == []


@pytest.mark.parametrize("name", ["Ann Example", "ANN EXAMPLE", "Ann van der Example", "山田太郎"])
def test_a_person_is_recognized_by_the_form_of_the_name(name):
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    ["Example News", "Admin", "AP Auto", "Los Angeles", "Syrian defense ministries", "新华社",
     "Read more", "Ann", "has done so since", "Sign Out", "Webagentur Muster", "Radio Example",
     "Example University"],
)  # fmt: skip
def test_houses_places_and_labels_are_no_persons(name):
    assert not is_person(name)


def test_names_are_few_and_each_is_there_once():
    many = "; ".join(f"Ann {chr(65 + i)}. Example" for i in range(26)) * 3
    names = names_in(many)
    assert len(names) == len(set(names)) <= MAX_NAMES


@pytest.mark.parametrize("line", ["By Ann", "Von Anna", "Par Jeanne", "作者：张三", "بقلم أحمد"])
def test_a_byline_is_known_by_its_first_word(line):
    assert is_byline(line)


@pytest.mark.parametrize("line", ["Bystanders saw it.", "Parlons-en", "Vonnegut wrote"])
def test_a_word_that_only_begins_like_one_makes_no_byline(line):
    assert not is_byline(line)


@pytest.mark.parametrize(
    "line",
    ["Zur Petition geht es hier", "Weitere Informationen", "Posted: Oct", "Edited by Ann Example"],
)
def test_a_line_of_capitals_is_not_always_a_person(line):
    assert not is_person(line)
