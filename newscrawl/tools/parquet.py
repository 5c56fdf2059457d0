"""Records as a Parquet file, with typed and nested columns.

The types follow from `newscrawl/record.schema.json`. A time is a timestamp. An object with
arbitrary keys (``rights``, ``raw``) is JSON text.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from newscrawl.exceptions import ConfigurationError

try:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter
except ModuleNotFoundError as error:
    raise ConfigurationError(
        "--format parquet needs pyarrow: run uv run --extra parquet scrapy export ...,"
        " or pip install 'newscrawl[parquet]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SCHEMA: Final = Path(__file__).parents[1] / "record.schema.json"

GROUP_BYTES: Final = 16 * 1024 * 1024
"""Bytes of lines in one row group. They are in memory at once, several times over."""

_TIME: Final = "T\\d{2}:\\d{2}:\\d{2}Z$"
"""The end of the schema's patterns for values that always have a time of day."""


class Column(NamedTuple):
    """The type of a column, and the conversion of a value that is not null."""

    type: pa.DataType
    convert: Callable[[Any], Any]


def write_parquet(lines: Iterable[bytes], file: IO[bytes]) -> int:
    """Write a table of all fields of the lines; return its number of rows."""
    row = _column(orjson.loads(SCHEMA.read_bytes()))
    schema = pa.schema(list(row.type))
    number = size = 0
    rows: list[Any] = []
    with ParquetWriter(file, schema, compression="zstd") as writer:
        for line in lines:
            rows.append(row.convert(orjson.loads(line)))
            number += 1
            size += len(line)
            if size > GROUP_BYTES:
                writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
                rows, size = [], 0
        if rows:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema))
    return number


def _column(schema: Mapping[str, Any], defs: Mapping[str, Any] | None = None) -> Column:
    """Return the column for a JSON schema."""
    defs = schema.get("$defs", {}) if defs is None else defs
    if "$ref" in schema:
        return _column(defs[schema["$ref"].rpartition("/")[2]], defs)
    types = schema.get("type", "string")  # a constant or a choice has no type
    json_type = types if isinstance(types, str) else next(name for name in types if name != "null")
    if json_type == "array":
        item = _column(schema["items"], defs)
        return Column(pa.list_(item.type), partial(_list, item.convert))
    if json_type == "object":
        return _object(schema, defs)
    if schema.get("pattern", "").endswith(_TIME):
        return Column(pa.timestamp("s", tz="UTC"), datetime.fromisoformat)
    return Column(_PLAIN[json_type], _unchanged)


def _object(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Column:
    if "properties" in schema:
        columns = {
            name: _column(field_schema, defs) for name, field_schema in schema["properties"].items()
        }
        fields = [pa.field(name, column.type) for name, column in columns.items()]
        return Column(pa.struct(fields), partial(_struct, columns))
    if isinstance(schema.get("additionalProperties"), dict):
        value = _column(schema["additionalProperties"], defs)
        return Column(pa.map_(pa.string(), value.type), partial(_map, value.convert))
    return Column(pa.string(), _json)


_PLAIN: Final = {
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "string": pa.string(),
}


def _unchanged(value: Any) -> Any:
    return value


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _list(convert: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    return [_converted(convert, value) for value in values]


def _map(convert: Callable[[Any], Any], values: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(name, _converted(convert, value)) for name, value in values.items()]


def _struct(columns: Mapping[str, Column], values: dict[str, Any]) -> dict[str, Any]:
    return {name: _converted(column.convert, values.get(name)) for name, column in columns.items()}


def _converted(convert: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else convert(value)
