"""Write CSV files whose cells no spreadsheet runs as formulas."""

from __future__ import annotations

import csv
from typing import Any, Final

from scrapy import exporters

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
