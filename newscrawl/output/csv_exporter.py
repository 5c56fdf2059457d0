"""Feeds for programs that run what they read: no cell of a CSV file is a formula."""

from __future__ import annotations

from typing import Any, Final

from scrapy import exporters

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet take a cell for a formula. Source: OWASP, CSV Injection."""


class CsvItemExporter(exporters.CsvItemExporter):
    """Scrapy's own, with an apostrophe before text that a spreadsheet would run."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        serialized = super().serialize_field(field, name, value)
        if isinstance(serialized, str) and serialized.startswith(FORMULA_STARTS):
            return f"'{serialized}"
        return serialized
