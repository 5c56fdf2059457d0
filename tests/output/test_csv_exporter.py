"""No cell of a CSV feed is a formula."""

import csv
import io

import pytest

from newscrawl.output.csv_exporter import CsvItemExporter


def feed(title: object) -> str:
    file = io.BytesIO()
    exporter = CsvItemExporter(file)
    exporter.start_exporting()
    exporter.export_item({"title": title, "post_id": -7})
    exporter.finish_exporting()
    return file.getvalue().decode()


def exported(title: object) -> str:
    """Return the title as a spreadsheet would read it from the feed."""
    (row,) = csv.DictReader(io.StringIO(feed(title)))
    assert row["post_id"] == "-7"
    return row["title"]


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "＝1"]
)
def test_a_title_that_would_be_a_formula_is_text(title):
    assert exported(title) == f"'{title}"


def test_lists_are_cells_too():
    assert exported(["=1+1", "two"]) == "'=1+1,two"
    assert exported([{"name": "=1"}]).startswith("[{")


def test_any_other_title_is_as_it_was():
    assert exported("1 = 1, “so” they say") == "1 = 1, “so” they say"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_delimiter_makes_a_cell_of_a_part_of_a_title(delimiter):
    rows = csv.reader(io.StringIO(feed("a;=1+1\t=2+2")), delimiter=delimiter)
    assert not any(cell.startswith("=") for row in rows for cell in row)
