"""Write CSV files whose cells no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, cast

from scrapy import exporters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from io import BytesIO

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet runs text that starts with one of these. Source: OWASP, CSV Injection."""


class CsvItemExporter(exporters.CsvItemExporter):
    """Scrapy's exporter, with an apostrophe before text that a spreadsheet would run.

    Texts are quoted: a spreadsheet that also splits at semicolons would else make a cell of
    ``=1`` in ``a;=1``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"quoting": csv.QUOTE_NONNUMERIC, **kwargs})

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        serialized = super().serialize_field(field, name, value)
        if isinstance(serialized, str) and serialized.startswith(FORMULA_STARTS):
            return f"'{serialized}"
        return serialized


@contextmanager
def csv_table(file: IO[bytes], columns: Sequence[str]) -> Iterator[Callable[[Any], None]]:
    """Write a table with a line of headings, and yield the function that adds a row.

    The file stays open.
    """
    # The exporter takes any binary file, although its annotation asks for a BytesIO.
    exporter = CsvItemExporter(
        cast("BytesIO", file), fields_to_export=list(columns), include_headers_line=False
    )
    exporter.csv_writer.writerow(columns)  # also in a table without rows
    yield exporter.export_item
    exporter.stream.flush()
    exporter.stream.detach()
