"""The condition that a column has one of many values, on each database."""

from sqlalchemy import select

from newscrawl.archive.among import among
from newscrawl.archive.database import Archive
from newscrawl.archive.tables import sites

NAMES = ("plain", "o'brien", "日本 😀", 'say "hi" \\ %s :name ?', "007", "7")


def test_each_text_is_found_as_it_is(archive: Archive) -> None:
    with archive._engine.begin() as connection:
        rows = [{"key": key, "asked": "", "facts": {}, "folder": key} for key in NAMES]
        connection.execute(sites.insert(), rows)

        def found(*keys: str) -> set[str]:
            is_one = among(connection, sites.c.key, keys)
            return set(connection.execute(select(sites.c.key).where(is_one)).scalars())

        assert found(*NAMES) == set(NAMES)
        assert found("7", "nothing") == {"7"}
        assert found() == set()


def test_each_number_is_found(archive: Archive) -> None:
    with archive._engine.begin() as connection:
        row = {"asked": "", "facts": {}}
        for number in (1, 2**31 - 1):
            connection.execute(
                sites.insert().values(id=number, key=f"{number}", folder=f"{number}", **row)
            )
        is_one = among(connection, sites.c.id, {1, 2, 2**31 - 1})
        assert {*connection.execute(select(sites.c.id).where(is_one)).scalars()} == {1, 2**31 - 1}
